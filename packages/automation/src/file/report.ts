import { type Phrase } from '@mailwright/core';
import { isScalar, type LineCounter, type Node, type Pair } from 'yaml';
import type { Edit, Problem } from '../problem.ts';

/** Where in the automation something stands: the step, and the field from outside in. */
export interface Place {
  readonly step?: string;
  readonly id?: string;
  readonly where: readonly string[];
  /** The same as keys and indexes, from the step on. */
  readonly path?: readonly (string | number)[];
}

/** Collects all problems of one file. */
export class Report {
  readonly file: string;
  readonly text: string;
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];
  readonly #lines: LineCounter;

  constructor(file: string, text: string, lines: LineCounter) {
    this.file = file;
    this.text = text;
    this.#lines = lines;
  }

  problem(at: number, place: Place, message: Phrase, fix: Phrase): void {
    this.problems.push(this.#made(at, place, message, fix));
  }

  warning(at: number, place: Place, message: Phrase, fix: Phrase, edit?: Edit): void {
    this.warnings.push({ ...this.#made(at, place, message, fix), ...(edit && { edit }) });
  }

  /** The offset in the file of a place inside a scalar's value, as exactly as quotes and escapes allow. */
  offsetIn(node: Node, inner: number): number {
    const start = startOf(node);
    if (!isScalar(node) || typeof node.value !== 'string') return start;
    const first = node.type === 'QUOTE_SINGLE' || node.type === 'QUOTE_DOUBLE' ? start + 1 : start;
    return this.text.startsWith(node.value, first) ? first + inner : start;
  }

  /** Line and column of an offset, from 1. */
  position(at: number): { readonly line: number; readonly column: number } {
    const { line, col } = this.#lines.linePos(at);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }

  #made(at: number, { step, id, where, path = [] }: Place, message: Phrase, fix: Phrase): Problem {
    return {
      file: this.file,
      ...this.position(at),
      ...(step !== undefined && { step }),
      ...(id !== undefined && { id }),
      ...(where.length > 0 && { where: where.join(', ') }),
      ...(path.length > 0 && { pointer: path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('') }),
      message,
      fix,
    };
  }
}

export const TOP: Place = { where: [] };
/** A place further in; `key` where it is known to people under another name. */
export const inside = (place: Place, name: string, key: string | number = name): Place => ({
  ...pointing(place, key),
  where: [...place.where, name],
});
/** The same place for people, and one of its fields for programs: where that field is missing. */
export const pointing = (place: Place, key: string | number): Place => ({ ...place, path: [...(place.path ?? []), key] });
export const startOf = (node: Node): number => node.range?.[0] ?? 0;
export const inFileOrder = (a: Problem, b: Problem): number => a.line - b.line || a.column - b.column;

/** A merge key has been reported by `readDocument`. */
export const MERGE = '<<';

/** One `key: value` of a map; `value` is null where nothing stands. */
export interface Field {
  readonly key: string;
  /** Offset of the key. */
  readonly at: number;
  readonly value: Node | null;
}

/** The fields of a map whose key is a text or number; other keys do not come through `readDocument`. */
export function fieldsOf(pairs: readonly Pair[]): Field[] {
  return pairs.flatMap(({ key, value }) => {
    if (!isScalar(key) || key.value === MERGE) return [];
    const empty = value === null || (isScalar(value) && value.value === null && value.source === '');
    return [{ key: String(key.value), at: startOf(key), value: empty ? null : (value as Node) }];
  });
}

import { say } from '@mailwright/core';
import { isMap, isScalar, type Node } from 'yaml';
import type { Checker } from '../expression/checker.ts';
import type { Expression } from '../expression/expression.ts';
import type { Names } from '../expression/names.ts';
import { holdsExpression, splitText, type Piece, type Template } from '../expression/template.ts';
import { plainWords } from '../expression/words.ts';
import { startOf, type Place, type Report } from '../file/report.ts';
import { anyOf, kindOfType, type Kind } from './shape.ts';

const NOTHING: Template = { kind: 'value', value: undefined };

/** Reads texts that hold `{{ }}` at one place of the file. */
export class Texts {
  readonly #report: Report;
  readonly #checker: Checker;
  readonly #names: Names;

  constructor(report: Report, checker: Checker, names: Names) {
    this.#report = report;
    this.#checker = checker;
    this.#names = names;
  }

  holds(node: Node): boolean {
    return isScalar(node) && typeof node.value === 'string' && holdsExpression(node.value);
  }

  /** `{{ }}` without quotes, which the report has already. */
  isUnquoted(node: Node): boolean {
    return isMap(node) && this.#report.text.startsWith('{{', startOf(node));
  }

  /** A lone `{{ }}` keeps its type, which must be one of `kinds`; text around it makes a text. */
  read(node: Node, kinds: ReadonlySet<Kind>, place: Place): Template {
    const pieces = this.#pieces(node, kinds, place);
    if (!pieces) return NOTHING;
    const [first, second] = pieces;
    if (first?.kind === 'source' && !second) return this.#lone(node, first, kinds, place)?.template ?? NOTHING;
    if (!kinds.has('string') && !kinds.has('any')) {
      this.#report.problem(
        startOf(node),
        place,
        say`${{ expected: anyOf(kinds) }} is expected, not a text with an expression in it.`,
        say`Write the expression alone: '{{ ... }}'.`,
      );
      return NOTHING;
    }
    const parts = pieces.map((piece) => (piece.kind === 'literal' ? piece.text : this.#part(node, piece, place)));
    return parts.includes(undefined) ? NOTHING : { kind: 'text', parts: parts as (string | Expression)[] };
  }

  /** A text that must be one `{{ }}` and nothing else, with the type that it gives. */
  readLone(node: Node, kinds: ReadonlySet<Kind>, place: Place): { readonly expression: Expression; readonly type: string } | undefined {
    const pieces = this.#pieces(node, kinds, place);
    const [first, second] = pieces ?? [];
    if (first?.kind === 'source' && !second) return this.#lone(node, first, kinds, place);
    if (pieces)
      this.#report.problem(
        startOf(node),
        place,
        say`${{ expected: anyOf(kinds) }} is expected, from one expression alone.`,
        say`Write '{{ ... }}' with nothing around it.`,
      );
    return undefined;
  }

  #pieces(node: Node, kinds: ReadonlySet<Kind>, place: Place): Piece[] | undefined {
    const text = isScalar(node) ? String(node.value) : '';
    const pieces = splitText(text);
    const open = pieces.find((piece) => piece.kind === 'open');
    // A folded block ends with a line break, which is nothing but layout where no text is wanted.
    if (!open) return kinds.has('string') ? pieces : pieces.filter((piece) => piece.kind !== 'literal' || piece.text.trim() !== '');
    this.#report.problem(
      this.#report.offsetIn(node, open.at),
      place,
      say`this {{ has no }}.`,
      say`Close it with }}, or write {{ '{{' }} for the braces themselves.`,
    );
    return undefined;
  }

  #lone(node: Node, piece: Piece & { kind: 'source' }, kinds: ReadonlySet<Kind>, place: Place) {
    const checked = this.#check(node, piece, place);
    if (!checked) return undefined;
    const kind = kindOfType(checked.type);
    if (kind !== undefined && (kind === 'any' || kinds.has('any') || kinds.has(kind)))
      return { ...checked, template: { kind: 'expression', expression: checked.expression } satisfies Template };
    const fix =
      kinds.has('string') && kind !== undefined
        ? say`Convert it with string(...), or name one of its fields.`
        : say`Change the expression.`;
    this.#report.problem(
      this.#report.offsetIn(node, piece.at - 2),
      place,
      say`${{ expected: anyOf(kinds) }} is expected, but this expression gives ${{ type: plainWords(checked.type) }}.`,
      fix,
    );
    return undefined;
  }

  #part(node: Node, piece: Piece, place: Place): Expression | undefined {
    if (piece.kind !== 'source') return undefined;
    const checked = this.#check(node, piece, place);
    if (!checked) return undefined;
    const kind = kindOfType(checked.type);
    if (kind !== undefined && ['string', 'number', 'boolean', 'any'].includes(kind)) return checked.expression;
    this.#report.problem(
      this.#report.offsetIn(node, piece.at - 2),
      place,
      say`a text cannot be made of ${{ type: plainWords(checked.type) }}.`,
      say`Name one of its fields, or use join for a list.`,
    );
    return undefined;
  }

  #check(
    node: Node,
    { source, at }: Piece & { kind: 'source' },
    place: Place,
  ): { readonly expression: Expression; readonly type: string } | undefined {
    const checked = this.#checker.check(source, this.#names);
    if ('expression' in checked) return checked;
    const { message, fix, at: inner } = checked.mistake;
    this.#report.problem(this.#report.offsetIn(node, at + inner), place, message, fix);
    return undefined;
  }
}

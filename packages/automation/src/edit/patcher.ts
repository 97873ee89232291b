import { isDeepStrictEqual } from 'node:util';
import { isCollection, isMap, isScalar, isSeq, type Document, type Node, type Scalar } from 'yaml';
import {
  endOf,
  entriesOf,
  entryEnd,
  isBlock,
  isFlow,
  layOut,
  lineEnd,
  shifted,
  startOf,
  type Collection,
  type Entry,
  type Layout,
} from './layout.ts';
import { idOf, matchItems } from './match.ts';
import { STEP_LISTS, behind, inFlow, scalar } from './render.ts';
import { stepsOf, type StepPlace } from './steps.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Writes a document's text again so that it holds other values; what is the same keeps its characters. */
export class Patcher {
  readonly #document: Document;
  readonly #text: string;
  readonly #layouts: Map<Node, Layout>;
  readonly #steps: ReadonlyMap<string, StepPlace>;
  readonly #indentLists: boolean;

  constructor(document: Document, text: string) {
    this.#document = document;
    this.#text = text;
    this.#layouts = layOut(document.contents as Node, text, text.length);
    this.#steps = stepsOf(document);
    const lists = [...this.#layouts].filter(([node, { compact }]) => isSeq(node) && !compact);
    this.#indentLists = !lists.some(([, { column }]) => column === 0);
  }

  patched(content: Fields): string {
    const root = this.#document.contents as Collection;
    const { leads } = this.#layout(root);
    return this.#text.slice(0, leads[0]) + this.#block(root, content, '') + this.#text.slice(leads.at(-1));
  }

  #layout(node: Node): Layout {
    const found = this.#layouts.get(node);
    if (!found) throw new Error('a collection without lines of its own');
    return found;
  }

  #value(node: Node | undefined): unknown {
    return node ? (node.toJS(this.#document) as unknown) : null;
  }

  /** The lines of a collection in block style. */
  #block(node: Collection, wanted: unknown, key: string): string {
    return isMap(node) ? this.#map(node, wanted as Fields) : this.#list(node, wanted as readonly unknown[], key);
  }

  #map(node: Collection, wanted: Fields): string {
    const { entries, column, compact } = this.#layout(node);
    const kept = entries.filter(({ key = '' }) => Object.hasOwn(wanted, key));
    const lines = kept.map((entry) => ({ key: entry.key ?? '', text: this.#entry(node, entries.indexOf(entry), wanted[entry.key ?? '']) }));
    const keys = Object.keys(wanted);
    keys.forEach((key, at) => {
      if (kept.some((entry) => entry.key === key)) return;
      const text = `${' '.repeat(column)}${this.#newEntry(`${keyText(key)}:`, key, wanted[key], column)}\n`;
      const before = keys.slice(0, at).findLast((one) => lines.some((line) => line.key === one));
      const place = before === undefined ? lines.length : lines.findIndex((line) => line.key === before) + 1;
      lines.splice(place, 0, { key, text });
    });
    const [first] = lines;
    const moved = compact && first && first.key !== entries[0]?.key;
    const all = lines.map(({ text }, index) => (moved && index === 0 ? text.trimStart().replace(/^#/, '\n#') : text));
    return joined(all);
  }

  #list(node: Collection, wanted: readonly unknown[], key: string): string {
    const { entries, column } = this.#layout(node);
    const matches = matchItems(
      entries.map(({ value }) => this.#value(value)),
      wanted,
    );
    const usual = entries[1] ? gapOf(this.#chunk(node, 1)) : '';
    const lines = wanted.map((item, at) => {
      const index = matches[at];
      const own = index === undefined ? this.#moved(item, column) : this.#entry(node, index, item);
      const text = own ?? `${' '.repeat(column)}${this.#newEntry('-', STEP_LISTS.includes(key) ? '' : '-', item, column)}\n`;
      const gap = at === 0 ? gapOf(this.#chunk(node, 0)) : index !== undefined && index > 0 ? gapOf(text) : usual;
      return gap + text.slice(gapOf(text).length);
    });
    return joined(lines);
  }

  /** The lines of a step that stood in another list, moved in or out. */
  #moved(item: unknown, column: number): string | undefined {
    const id = idOf(item);
    const place = id === undefined ? undefined : this.#steps.get(id);
    if (!place) return undefined;
    const { node, index } = place;
    if (isBlock(node)) return shifted(this.#entry(node, index, item), column - this.#layout(node).column);
    const old = (node as unknown as Collection).items[index] as Node;
    return `${' '.repeat(column)}- ${this.#flowValue(old, item)}\n`;
  }

  #chunk(node: Node, index: number): string {
    const { leads } = this.#layout(node);
    return this.#text.slice(leads[index], leads[index + 1]);
  }

  /** The lines of one entry, with another value in it. */
  #entry(node: Node, index: number, wanted: unknown): string {
    const { entries, leads, column } = this.#layout(node);
    const entry = entries[index] as Entry;
    const [from, to] = [leads[index] ?? 0, leads[index + 1] ?? 0];
    const { value, key = '-' } = entry;
    if (isDeepStrictEqual(this.#value(value), wanted) && (value || wanted === null)) return this.#text.slice(from, to);
    if (value && isCollection(value) && sameKind(value, wanted)) {
      const collection = value as Collection;
      if (this.#layouts.has(collection) && size(wanted) > 0) {
        const { leads: inner } = this.#layout(collection);
        return (
          this.#text.slice(from, inner[0]) +
          this.#ended(this.#block(collection, wanted, key), inner.at(-1)) +
          this.#text.slice(inner.at(-1), to)
        );
      }
      if (isFlow(collection) && !this.#opens(collection, key, wanted))
        return this.#text.slice(from, startOf(value)) + this.#flowValue(value, wanted) + this.#text.slice(endOf(value), to);
    }
    const inline = this.#inline(entry, wanted, column);
    if (inline !== undefined) return this.#text.slice(from, entry.mark) + inline + this.#text.slice(entryEnd(entry), to);
    return this.#rewritten(node, index, wanted);
  }

  /** A text that ends without a line break does so only at the end of the file. */
  #ended(lines: string, at = 0): string {
    return at < this.#text.length && !lines.endsWith('\n') ? `${lines}\n` : lines;
  }

  /** A list of steps in brackets gets lines of its own before steps from elsewhere come into it. */
  #opens(node: Collection, key: string, wanted: unknown): boolean {
    if (!STEP_LISTS.includes(key) || !Array.isArray(wanted)) return false;
    const ids = new Set(node.items.map((item) => idOf(this.#value(item as Node))));
    return wanted.some((item) => !ids.has(idOf(item)));
  }

  /** A scalar for a scalar, from behind the colon to the end of the value; undefined where the lines around it change too. */
  #inline({ mark, value }: Entry, wanted: unknown, column: number): string | undefined {
    if (typeof wanted === 'object' && wanted !== null) return undefined;
    if (value && !isScalar(value)) return undefined;
    const old = value as Scalar | undefined;
    const space = old ? this.#text.slice(mark, startOf(old)) : ' ';
    if (old?.type === 'BLOCK_LITERAL' || old?.type === 'BLOCK_FOLDED') return this.#blockScalar(old, space, wanted, column);
    const text = scalar(wanted, column, old?.type ?? undefined);
    if (!text.includes('\n')) return space + text;
    const rest = this.#text.slice(old ? endOf(old) : mark, lineEnd(this.#text, old ? endOf(old) : mark));
    return space.includes('\n') || rest.trim() !== '' ? space + inFlow(wanted) : space + text;
  }

  #blockScalar(old: Scalar, space: string, wanted: unknown, column: number): string {
    const header = this.#text.slice(startOf(old), lineEnd(this.#text, startOf(old))).trimEnd();
    const comment = /\s+#.*$/.exec(header)?.[0] ?? '';
    const [first = '', ...rest] = scalar(wanted, column, old.type ?? undefined).split('\n');
    return space + [first + comment, ...rest].join('\n') + (this.#text[endOf(old) - 1] === '\n' ? '\n' : '');
  }

  /** An entry whose value changes its form: what stands before the colon stays, and a comment on that line. */
  #rewritten(node: Node, index: number, wanted: unknown): string {
    const { entries, leads, column } = this.#layout(node);
    const { mark, value, key = '-' } = entries[index] as Entry;
    const [from = 0, to = 0] = leads.slice(index, index + 2);
    const block = value && isBlock(value) ? this.#layouts.get(value) : undefined;
    const end = block ? (block.leads.at(-1) ?? to) : Math.min(to, value ? lineOf(this.#text, endOf(value)) : lineEnd(this.#text, mark));
    const line = this.#text.slice(mark, block && !block.compact ? lineEnd(this.#text, mark) : mark);
    const tail = block ? line : this.#text.slice(value ? endOf(value) : mark, end);
    const comment = /(^|\s)#.*/.exec(tail)?.[0].trim();
    const steps = STEP_LISTS.includes(key) && Array.isArray(wanted) && value && isCollection(value) && isFlow(value as Collection);
    const body = steps
      ? this.#openedSteps(value as Collection, wanted, column)
      : this.#newEntry('', key === '-' && idOf(wanted) !== undefined ? '' : key, wanted, column);
    const [first = '', ...rest] = body.split('\n');
    const head = this.#text.slice(from, mark) + first + (comment === undefined ? '' : ` ${comment}`);
    return `${[head, ...rest].join('\n')}\n${this.#text.slice(end, to)}`;
  }

  #openedSteps(node: Collection, wanted: readonly unknown[], column: number): string {
    const at = this.#indentLists ? column + 2 : column;
    const matches = matchItems(
      node.items.map((item) => this.#value(item as Node)),
      wanted,
    );
    const lines = wanted.map((item, index) => {
      const own = matches[index];
      if (own !== undefined) return `${' '.repeat(at)}- ${this.#flowValue(node.items[own] as Node, item)}\n`;
      return this.#moved(item, at) ?? `${' '.repeat(at)}${this.#newEntry('-', '', item, at)}\n`;
    });
    return `\n${joined(lines).trimEnd()}`;
  }

  /** `key: value` without the indentation of its first line and the last line break. */
  #newEntry(head: string, key: string, wanted: unknown, column: number): string {
    const dash = head === '-' || (head === '' && key === '');
    const { inline, lines = '' } = behind(
      key,
      wanted,
      dash || this.#indentLists || !Array.isArray(wanted) ? column + 2 : column + 2,
      this.#indentLists,
    );
    if (inline !== undefined) return `${head} ${inline}`;
    return dash ? `${head} ${lines.trimStart()}` : `${head}\n${lines}`;
  }

  /** The text of a value that stands between brackets or commas. */
  #flowValue(node: Node | undefined, wanted: unknown): string {
    if (!node) return inFlow(wanted);
    if (isDeepStrictEqual(this.#value(node), wanted)) return this.#text.slice(startOf(node), endOf(node));
    if (!isCollection(node) || !isFlow(node as Collection) || !sameKind(node, wanted) || size(wanted) === 0 || node.items.length === 0)
      return inFlow(wanted, isScalar(node) ? (node.type as Scalar.Type) : undefined);
    return this.#flow(node as Collection, wanted as Fields | readonly unknown[]);
  }

  #flow(node: Collection, wanted: Fields | readonly unknown[]): string {
    const entries = entriesOf(node);
    const parts = Array.isArray(wanted) ? this.#flowItems(entries, wanted) : this.#flowFields(entries, wanted as Fields);
    const [first, second] = entries as [Entry, Entry | undefined];
    const between = second ? this.#text.slice(entryEnd(first), second.start) : ', ';
    const usual = between.includes('#') ? ', ' : between;
    const text = parts.map(({ index, text: one }, at) => {
      const before = parts[at - 1]?.index;
      if (at === 0) return one;
      const next = before === undefined ? undefined : entries[before + 1];
      const own = before === undefined || !next ? usual : this.#text.slice(entryEnd(entries[before] as Entry), next.start);
      return (index !== undefined && before === index - 1 ? own : own.includes('#') ? own : usual) + one;
    });
    const last = entries.at(-1) as Entry;
    return this.#text.slice(startOf(node), first.start) + text.join('') + this.#text.slice(entryEnd(last), endOf(node));
  }

  #flowItems(entries: readonly Entry[], wanted: readonly unknown[]): { index?: number | undefined; text: string }[] {
    const matches = matchItems(
      entries.map(({ value }) => this.#value(value)),
      wanted,
    );
    return wanted.map((item, at) => {
      const index = matches[at];
      return { index, text: index === undefined ? inFlow(item) : this.#flowValue(entries[index]?.value, item) };
    });
  }

  #flowFields(entries: readonly Entry[], wanted: Fields): { key: string; index?: number; text: string }[] {
    const parts: { key: string; index?: number; text: string }[] = entries.flatMap(({ key = '', start, mark, value }, index) => {
      if (!Object.hasOwn(wanted, key)) return [];
      const space = value ? this.#text.slice(mark, startOf(value)) : ' ';
      if (!value && wanted[key] === null) return [{ key, index, text: this.#text.slice(start, mark) }];
      return [{ key, index, text: this.#text.slice(start, mark) + space + this.#flowValue(value, wanted[key]) }];
    });
    const keys = Object.keys(wanted);
    keys.forEach((key, at) => {
      if (parts.some((part) => part.key === key)) return;
      const before = keys.slice(0, at).findLast((one) => parts.some((part) => part.key === one));
      const place = before === undefined ? parts.length : parts.findIndex((part) => part.key === before) + 1;
      parts.splice(place, 0, {
        key,
        text: inFlow({ [key]: wanted[key] })
          .slice(1, -1)
          .trim(),
      });
    });
    return parts;
  }
}

const sameKind = (node: Node, wanted: unknown) =>
  isSeq(node) ? Array.isArray(wanted) : typeof wanted === 'object' && wanted !== null && !Array.isArray(wanted);
const size = (value: unknown) => Object.keys(value as object).length;
const keyText = (key: string) => inFlow({ [key]: 0 }).replace(/^\{\s*|:\s*0\s*\}$/g, '');
const gapOf = (text: string) => /^(?:[ \t]*\r?\n)*/.exec(text)?.[0] ?? '';
/** The end of the line that a value ends on; a block of text has its line break in it. */
const lineOf = (text: string, end: number) => (text[end - 1] === '\n' ? end : lineEnd(text, end));
const joined = (lines: readonly string[]) =>
  lines.map((one, at) => (at < lines.length - 1 && !one.endsWith('\n') ? `${one}\n` : one)).join('');

import { isCollection, isMap, isScalar, isSeq, type CST, type Node, type YAMLMap, type YAMLSeq } from 'yaml';

export type Collection = YAMLMap | YAMLSeq;

/** One `key: value` or one `- value` (or what stands between two commas), and where it stands in the text. */
export interface Entry {
  readonly key?: string;
  /** Offset of the key or dash; in a list in brackets that of the value. */
  readonly start: number;
  /** Offset behind the colon or dash. */
  readonly mark: number;
  readonly value: Node | undefined;
}

/** Where the entries of a collection in block style stand: whole lines, the comments above an entry belong to it. */
export interface Layout {
  readonly entries: readonly Entry[];
  /** Where the lines of each entry begin, and after the last where the collection ends. */
  readonly leads: readonly number[];
  readonly column: number;
  /** The first entry stands on the line of something else: `- id: x`. */
  readonly compact: boolean;
}

/** This text is not in a form that can be changed in place. */
export class Unusual extends Error {}

export const isFlow = (node: Collection): boolean => node.flow === true;
export const isBlock = (node: Node | undefined): node is Collection => isCollection(node) && !isFlow(node as Collection);
export const startOf = (node: Node): number => node.range?.[0] ?? 0;
export const endOf = (node: Node): number => node.range?.[1] ?? 0;
/** Where what an entry holds ends, comments behind it not counted. */
export const entryEnd = (entry: Entry): number => Math.max(entry.mark, entry.value ? endOf(entry.value) : 0);

interface Item {
  readonly start: readonly CST.SourceToken[];
  readonly key?: CST.Token | null;
  readonly sep?: readonly CST.SourceToken[];
  readonly value?: CST.Token;
}

export function entriesOf(node: Collection): Entry[] {
  const items = ((node.srcToken as { readonly items?: readonly Item[] } | undefined)?.items ?? []) as readonly Item[];
  if (isMap(node)) return node.items.map(({ key, value }) => pairEntry(key as Node, value as Node | null, items));
  const dashes = items.flatMap(({ start }) => start.find(({ type }) => type === 'seq-item-ind') ?? []);
  return (node.items as Node[]).map((value, index) => {
    if (isFlow(node)) return { start: startOf(value), mark: startOf(value), value: present(value) };
    const dash = dashes[index];
    if (!dash) throw new Unusual('a list item without a dash');
    return { start: dash.offset, mark: dash.offset + 1, value: present(value) };
  });
}

function pairEntry(key: Node, value: Node | null, items: readonly Item[]): Entry {
  const start = startOf(key);
  const item = items.find((one) => one.key?.offset === start);
  const colon = item?.sep?.find(({ type }) => type === 'map-value-ind');
  const explicit = item?.start.some(({ type }) => type === 'explicit-key-ind');
  if (!isScalar(key) || !colon || explicit) throw new Unusual('a field in a rare form');
  return { key: String(key.value), start, mark: colon.offset + 1, value: present(value) };
}

/** A null that nothing was written for is no value in the text. */
function present(value: Node | null): Node | undefined {
  if (value === null || (isScalar(value) && value.value === null && value.source === '')) return undefined;
  return value;
}

/** The layouts of all collections in block style below a node. `ceiling`: where the lines of its parent's entry end. */
export function layOut(node: Node, text: string, ceiling: number, layouts = new Map<Node, Layout>()): Map<Node, Layout> {
  if (!isCollection(node) || (isFlow(node as Collection) && layouts.size > 0)) return layouts;
  if (isFlow(node as Collection)) throw new Unusual('a whole file in braces');
  const entries = entriesOf(node as Collection);
  const [first] = entries;
  const last = entries.at(-1);
  if (!first || !last) return layouts;
  const column = first.start - lineStart(text, first.start);
  const compact = text.slice(lineStart(text, first.start), first.start).trim() !== '';
  // `- - a` is written anew as a whole where it changes.
  if (compact && isSeq(node)) return layouts;
  const leads = entries.map((entry, index) => {
    const before = entries[index - 1];
    if (index === 0 && compact) return entry.start;
    return leadOf(text, entry.start, before ? entryEnd(before) : 0, column);
  });
  const end = Math.min(ceiling, tailOf(text, entryEnd(last), column));
  layouts.set(node, { entries, leads: [...leads, end], column, compact });
  entries.forEach((entry, index) => {
    if (isBlock(entry.value)) layOut(entry.value, text, leads[index + 1] ?? end, layouts);
  });
  return layouts;
}

export const lineStart = (text: string, at: number): number => (at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1);
/** Where the next line begins. */
export const lineEnd = (text: string, at: number): number => {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
};

/** Blank lines and comments above an entry, as far as they do not belong to what stands further in above it. */
function leadOf(text: string, start: number, floor: number, column: number): number {
  let lead = lineStart(text, start);
  let comments = lead;
  while (lead > floor) {
    const above = lineStart(text, lead - 1);
    if (above < floor) break;
    const line = text.slice(above, lead);
    const indent = indentOf(line);
    if (line.trim() !== '' && (line[indent] !== '#' || indent > column)) break;
    lead = above;
    if (line.trim() !== '') comments = lead;
  }
  return Math.min(lead, comments);
}

/** Comments behind the last entry belong to it where they stand as far in. */
function tailOf(text: string, end: number, column: number): number {
  let tail = text[end - 1] === '\n' ? end : lineEnd(text, end);
  for (let at = tail; at < text.length;) {
    const next = lineEnd(text, at);
    const line = text.slice(at, next);
    const indent = indentOf(line);
    if (line.trim() !== '' && (line[indent] !== '#' || indent < column)) break;
    if (line.trim() !== '') tail = next;
    at = next;
  }
  return tail;
}

export const indentOf = (line: string): number => line.length - line.trimStart().length;

/** Lines moved in or out; what has less indentation than is taken away keeps none. */
export function shifted(text: string, by: number): string {
  if (by === 0) return text;
  return text.replace(/^( *)(?=[^\s])/gm, (spaces: string) => ' '.repeat(Math.max(0, spaces.length + by)));
}

import { Document, Scalar, isCollection, isScalar, type Node, type ToStringOptions } from 'yaml';
import type { Collection } from './layout.ts';

/** Fields that hold steps: their steps stand on lines of their own. */
export const STEP_LISTS: readonly string[] = ['steps', 'do', 'else', 'try', 'catch', 'finally'];
const FIELDS_ON_LINES: readonly string[] = ['with', 'set', 'variables'];
/** What is longer stands on several lines. */
const LONGEST = 100;
const OPTIONS: ToStringOptions = { lineWidth: 0, singleQuote: true, doubleQuotedMinMultiLineLength: 1_000_000_000 };

/** A value between brackets or commas, on one line. `style`: what the text there was written in before. */
export function inFlow(value: unknown, style?: Scalar.Type): string {
  const document = new Document([value]);
  const list = document.contents as unknown as Collection;
  list.flow = true;
  const [item] = list.items as Node[];
  if (isScalar(item)) setType(item, typeof value === 'string' && value.includes('\n') ? 'QUOTE_DOUBLE' : quoted(value, style));
  else styleAll(item, inBrackets);
  return document.toString(OPTIONS).trim().slice(1, -1).trim();
}

/** A scalar behind `key: ` or `- `; a text of several lines as a block, whose lines stand at `column`. */
export function scalar(value: unknown, column: number, style?: Scalar.Type): string {
  const document = new Document({ k: value });
  const item = document.get('k', true) as Scalar;
  setType(item, typeof value === 'string' && value.includes('\n') ? linesType(value, style) : quoted(value, style));
  const [first = '', ...rest] = document
    .toString({ ...OPTIONS, ...(style === 'BLOCK_FOLDED' && { lineWidth: 80 }) })
    .slice('k: '.length)
    .replace(/\n$/, '')
    .split('\n');
  return [first, ...rest.map((line) => (line === '' ? '' : ' '.repeat(column) + line))].join('\n');
}

/** Several lines stand as a block, unless blanks at their ends would get lost or need marks that nobody knows. */
function linesType(value: string, style?: Scalar.Type): Scalar.Type {
  const plain = /\S/.test(value) && !/^\s|\r|[ \t]$|\n[ \t]*\n$/.test(value);
  if (!plain) return 'QUOTE_DOUBLE';
  return style === 'BLOCK_FOLDED' ? style : 'BLOCK_LITERAL';
}

function setType(node: Scalar, type: Scalar.Type | undefined): void {
  if (type !== undefined) node.type = type;
}

const quoted = (value: unknown, style: Scalar.Type | undefined): Scalar.Type | undefined =>
  typeof value === 'string' && (style === 'QUOTE_SINGLE' || style === 'QUOTE_DOUBLE') ? style : undefined;

/** What stands behind `key:` or `-` for a value: on the same line, or on lines at `column` and further in. */
export function behind(
  key: string,
  value: unknown,
  column: number,
  indentLists: boolean,
): { readonly inline?: string; readonly lines?: string } {
  if (typeof value !== 'object' || value === null) return { inline: scalar(value, column - 2) };
  if (Object.keys(value).length === 0) return { inline: Array.isArray(value) ? '[]' : '{}' };
  if (!onLines(key, value)) return { inline: inFlow(value) };
  const document = new Document(value);
  style(document.contents as unknown as Node, key, value);
  const text = document.toString({ ...OPTIONS, indentSeq: indentLists });
  const at = Array.isArray(value) && !indentLists ? column - 2 : column;
  return { lines: text.trimEnd().replace(/^(?=.)/gm, ' '.repeat(at)) };
}

/** Steps, and what is long or has several lines, do not stand in braces. */
function onLines(key: string, value: object): boolean {
  if (STEP_LISTS.includes(key) || FIELDS_ON_LINES.includes(key) || key === '') return true;
  return JSON.stringify(value).includes('\\n') || inFlow(value).length > LONGEST;
}

function style(node: Node, key: string, value: unknown, inList = false): void {
  if (isScalar(node) && typeof value === 'string' && value.includes('\n')) setType(node, linesType(value));
  if (!isCollection(node) || typeof value !== 'object' || value === null) return;
  const one = node as Collection;
  // A list that begins on the line of another is hard to read: brackets.
  if (!onLines(key, value) || (inList && Array.isArray(value))) return styleAll(node, inBrackets);
  const steps = STEP_LISTS.includes(key) && Array.isArray(value);
  for (const [name, part] of Object.entries(value))
    style(one.get(Array.isArray(value) ? Number(name) : name, true) as Node, steps ? '' : name, part, Array.isArray(value));
}

const inBrackets = (node: Collection | Scalar): void => {
  if (isScalar(node)) setType(node, typeof node.value === 'string' && node.value.includes('\n') ? 'QUOTE_DOUBLE' : undefined);
  else node.flow = true;
};

function styleAll(node: Node | undefined, change: (node: Collection | Scalar) => void): void {
  if (isScalar(node)) change(node);
  if (!isCollection(node)) return;
  change(node as Collection);
  for (const item of node.items) styleAll((isNodePair(item) ? item.value : item) as Node, change);
}
const isNodePair = (item: unknown): item is { readonly value: unknown } => typeof item === 'object' && item !== null && 'key' in item;

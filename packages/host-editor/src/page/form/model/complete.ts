import type { ExpressionFunctionShown } from '../../../api.ts';
import { alternatives, type Schema } from './schema.ts';
import type { Name } from './scope.ts';

export interface Completion {
  readonly label: string;
  /** Its type, or what it is. */
  readonly detail: string;
  /** The text that takes the place of what stands between `from` and the caret. */
  readonly insert: string;
  readonly kind: Name['kind'] | 'field' | 'function';
}
export interface Completions {
  readonly from: number;
  readonly options: readonly Completion[];
}

/** What can follow at the caret, if it stands in a `{{ }}`. */
export function complete(
  text: string,
  caret: number,
  names: readonly Name[],
  functions: readonly ExpressionFunctionShown[],
): Completions | undefined {
  const begin = text.lastIndexOf('{{', caret - 1);
  if (begin === -1 || begin + 2 > caret) return undefined;
  const typed = text.slice(begin + 2, caret);
  if (typed.includes('}}') || inQuotes(typed)) return undefined;
  const path = /(?:[A-Za-z_][\w]*(?:\[\d+\])?\.)*[A-Za-z_]?\w*$/.exec(typed)?.[0] ?? '';
  const parts = path.split('.');
  const last = parts.pop() ?? '';
  const options = parts.length === 0 ? atStart(names, functions) : fieldsOf(parts, names);
  const fitting = options.filter(({ label }) => label.toLowerCase().startsWith(last.toLowerCase()));
  return fitting.length === 0 || (fitting.length === 1 && fitting[0]?.label === last)
    ? undefined
    : { from: caret - last.length, options: fitting };
}

/** The text after a completion was chosen, and where the caret stands then; an open `{{` is closed. */
export function completed(text: string, caret: number, from: number, insert: string): { readonly text: string; readonly caret: number } {
  const before = text.slice(0, from);
  const spaced = before.endsWith('{{') ? `${before} ${insert}` : before + insert;
  const rest = text.slice(caret);
  const next = rest.indexOf('}}');
  const open = rest.indexOf('{{');
  const closed = next !== -1 && (open === -1 || next < open);
  return { text: spaced + (closed ? rest : ` }}${rest}`), caret: spaced.length - (insert.endsWith(')') ? 1 : 0) };
}

function inQuotes(typed: string): boolean {
  let quote = '';
  for (const letter of typed.replaceAll(/\\./g, ''))
    if (quote === letter) quote = '';
    else if (quote === '' && (letter === '"' || letter === "'")) quote = letter;
  return quote !== '';
}

function atStart(names: readonly Name[], functions: readonly ExpressionFunctionShown[]): readonly Completion[] {
  return [
    ...names.map(({ name, kind, schema }): Completion => ({ label: name, detail: typeOf(schema), insert: name, kind })),
    ...functions.map(({ name, signature }): Completion => ({ label: name, detail: signature, insert: `${name}()`, kind: 'function' })),
  ];
}

function fieldsOf(parts: readonly string[], names: readonly Name[]): readonly Completion[] {
  const [first = '', ...rest] = parts;
  const root = names.find(({ name }) => name === bare(first))?.schema;
  if (!root) return [];
  const owner = rest.reduce<Schema | undefined>(
    (schema, part) => schema && step(fieldOf(schema, bare(part), root), part, root),
    step(root, first, root),
  );
  return Object.entries(propertiesOf(owner, root)).flatMap(([key, given]): Completion[] => {
    const schema = follow(given, root);
    const field: Completion = { label: key, detail: typeOf(schema), insert: key, kind: 'field' };
    if (schema.type !== 'array') return [field];
    return [field, { label: `${key}[0]`, detail: typeOf(follow(schema.items ?? {}, root)), insert: `${key}[0]`, kind: 'field' }];
  });
}

const bare = (part: string) => part.replace(/\[\d+\]$/, '');
/** Into the items where an index is given. */
const step = (schema: Schema | undefined, part: string, root: Schema): Schema | undefined =>
  schema && part.endsWith(']') ? follow(schema.items ?? {}, root) : schema;

function follow(schema: Schema, root: Schema): Schema {
  const target = schema.$ref === undefined ? undefined : root.$defs?.[schema.$ref.replace('#/$defs/', '')];
  return target ? follow(target, root) : schema;
}
const fieldOf = (schema: Schema, key: string, root: Schema): Schema | undefined => {
  const found = propertiesOf(schema, root)[key];
  return found && follow(found, root);
};
function propertiesOf(schema: Schema | undefined, root: Schema): Readonly<Record<string, Schema>> {
  if (!schema) return {};
  if (schema.properties) return schema.properties;
  return Object.assign({}, ...alternatives(schema).map((one) => propertiesOf(follow(one, root), root))) as Readonly<Record<string, Schema>>;
}

/** The type of a value in a word. */
export function typeOf(schema: Schema): string {
  if (schema.type === 'array') return 'list';
  if (schema.type === 'integer') return 'number';
  if (schema.format === 'date-time' || schema.format === 'date') return 'date';
  if (schema.type === 'string' || schema.enum) return 'text';
  return schema.type ?? (alternatives(schema).length > 0 ? typeOf(alternatives(schema)[0] ?? {}) : '');
}

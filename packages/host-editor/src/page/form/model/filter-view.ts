import type { Fields, Json } from '../../../api.ts';
import { alternatives, isObject, resolved, type Schema } from './schema.ts';

/** A filter as the builder shows it: groups of rows. What no row can show is kept as it stands. */
export interface Group {
  readonly kind: 'all' | 'any' | 'none';
  readonly rows: readonly Row[];
}
export type Row = Group | { readonly leaf: Fields } | { readonly other: Json };

export const EMPTY: Group = { kind: 'all', rows: [] };
export const isGroup = (row: Row): row is Group => 'kind' in row;

/** `not` over `or` is "none of these"; a lone condition is a group of one. */
export function toView(filter: Json | undefined): Group {
  if (filter === undefined) return EMPTY;
  const row = rowOf(filter);
  return isGroup(row) ? row : { kind: 'all', rows: [row] };
}

function rowOf(filter: Json): Row {
  if (!isObject(filter)) return { other: filter };
  const { op, of } = filter;
  if ((op === 'and' || op === 'or') && Array.isArray(of))
    return { kind: op === 'and' ? 'all' : 'any', rows: (of as readonly Json[]).map(rowOf) };
  if (op !== 'not' || !isObject(of)) return typeof op === 'string' && op !== 'not' ? { leaf: filter } : { other: filter };
  const inner = rowOf(of);
  return { kind: 'none', rows: isGroup(inner) && inner.kind === 'any' ? inner.rows : [inner] };
}

/**
 * The filter of a view; groups without rows are left out. A lone condition stands without a group, but for one that was made: a
 * person who begins one, or chooses "any" before the second condition, must find it again.
 */
export function toFilter(view: Row, isInside = false): Json | undefined {
  if (!isGroup(view)) return 'leaf' in view ? view.leaf : view.other;
  const of = view.rows.flatMap((row) => toFilter(row, true) ?? []);
  const [first] = of;
  if (first === undefined) return undefined;
  if (view.kind === 'none') return { op: 'not', of: of.length === 1 ? first : { op: 'or', of } };
  return of.length === 1 && view.kind === 'all' && !isInside ? first : { op: view.kind === 'all' ? 'and' : 'or', of };
}

/** One way to ask about one thing: `contains` of `subject`. */
export interface Condition {
  /** The thing: a field, a flag, or the condition itself. */
  readonly about: string;
  readonly op: string;
  /** The key that holds what it is compared with, and its schema. */
  readonly key: string;
  readonly schema: Schema;
  /** The whole condition but for what it is compared with. */
  readonly fixed: Fields;
}

/** Every condition that the schema of filters knows, in its order. */
export function conditionsOf(filter: Schema, root: Schema): readonly Condition[] {
  return alternatives(filter).flatMap((one) => {
    const { properties = {}, required = [] } = resolved(one, root);
    const op = properties['op']?.const;
    if (typeof op !== 'string' || 'of' in properties) return [];
    const subject = ['field', 'name'].find((key) => properties[key]?.enum);
    const key = Object.keys(properties).find((name) => name !== 'op' && name !== subject && required.includes(name));
    if (key === undefined) return [];
    const schema = resolved(properties[key] ?? {}, root);
    if (subject === undefined) return [{ about: op, op, key, schema, fixed: { op } }];
    return (properties[subject]?.enum ?? []).map((about) => ({
      about: String(about as string),
      op,
      key,
      schema,
      fixed: { op, [subject]: about },
    }));
  });
}

export const conditionOf = (conditions: readonly Condition[], leaf: Fields): Condition | undefined =>
  conditions.find(({ fixed }) => Object.entries(fixed).every(([key, value]) => leaf[key] === value));

/** Another condition in the place of one; a text stays where the other takes a text too. */
export function changedLeaf(to: Condition, leaf: Fields, from: Condition | undefined): Fields {
  const before = from ? leaf[from.key] : undefined;
  const isBoolean = to.schema.type === 'boolean';
  const fits = before !== undefined && (typeof before === 'boolean') === isBoolean && isDate(to) === (from !== undefined && isDate(from));
  return { ...to.fixed, [to.key]: fits ? before : isBoolean ? true : '' };
}

/** Whether a condition does not say yet what it is compared with, as a new one. */
export function isIncomplete(filter: Json | undefined): boolean {
  if (!isObject(filter)) return false;
  const { of } = filter;
  if (of !== undefined) return Array.isArray(of) ? of.some((one: Json) => isIncomplete(one)) : isIncomplete(of);
  return Object.values(filter).includes('');
}

export const isDate = ({ key }: Condition): boolean => key === 'date';

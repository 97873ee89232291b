import type { Json } from '../../../api.ts';
import { branchOf } from './branches.ts';
import { isExpression, isObject, kindOf, resolved, type FieldKind, type Schema } from './schema.ts';
import { pointerOf, type Path } from './value.ts';

/** One field of a form, with its schema resolved. */
export interface Field {
  readonly key: string;
  readonly title: string;
  readonly kind: FieldKind;
  readonly required: boolean;
  readonly schema: Schema;
}

/** The fields of an object: those that are always shown, and those behind "More options". */
export function fieldsOf(
  object: Schema,
  root: Schema,
  outer: readonly string[] = [],
): { readonly main: readonly Field[]; readonly more: readonly Field[] } {
  const all = Object.entries(object.properties ?? {}).flatMap(([key, given]): Field[] => {
    const schema = resolved(given, root);
    const kind = kindOf(schema);
    if (kind === 'fixed' || outer.includes(key)) return [];
    return [{ key, title: schema.title ?? spoken(key), kind, required: object.required?.includes(key) ?? false, schema }];
  });
  return { main: all.filter((field) => !isRare(field)), more: all.filter(isRare) };
}

const isRare = ({ required, schema }: Field): boolean => !required && schema['x-ui']?.group === 'more';

/** `recipientDomains` as `Recipient domains`. */
export function spoken(key: string): string {
  const words = key
    .replace(/([a-z0-9])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)
    .replaceAll(/[-_]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What a field holds if nothing is typed: its default, or what another field beside it proposes. */
export function proposalOf(schema: Schema, beside: Json | undefined, siblings: Schema | undefined): Json | undefined {
  const proposed = schema['x-ui']?.proposed;
  if (!proposed) return schema.default;
  const given = isObject(beside) ? beside[proposed.by] : undefined;
  const by = given ?? siblings?.properties?.[proposed.by]?.default;
  return typeof by === 'string' && !isExpression(by) ? proposed.values[by] : undefined;
}

/** Pointers of all fields that a form shows for a value, from outside in: where problems can be shown. */
export function shownPointers(schema: Schema, root: Schema, value: Json | undefined, path: Path = []): readonly string[] {
  const own = resolved(schema, root);
  const inner = own.discriminator ? branchOf(own, root, value)?.schema : own;
  if (own.discriminator && inner) return [pointerOf(path), ...shownPointers(inner, root, value, path).slice(1)];
  if (!inner?.properties || (path.length > 0 && kindOf(own) !== 'object' && !own.properties)) return [pointerOf(path)];
  const { main, more } = fieldsOf(inner, root);
  return [
    pointerOf(path),
    ...[...main, ...more].flatMap(({ key, schema: field }) =>
      shownPointers(field, root, isObject(value) ? value[key] : undefined, [...path, key]),
    ),
  ];
}

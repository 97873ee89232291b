import type { Json } from '../../../api.ts';
import { isObject } from './schema.ts';

export type Path = readonly string[];

/** RFC 6901. */
export const pointerOf = (path: Path): string => path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
export const pathOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

export function valueAt(value: Json | undefined, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((found, key) => {
    if (Array.isArray(found)) return (found as readonly Json[])[Number(key)];
    return isObject(found) && Object.hasOwn(found, key) ? found[key] : undefined;
  }, value);
}

/** A copy with another value at the path; `undefined` takes it out. Objects on the way are made, and keep the order of their keys. */
export function withValue(value: Json | undefined, path: Path, next: Json | undefined): Json | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return next;
  if (Array.isArray(value)) return inList(value as readonly Json[], Number(key), rest, next);
  const object = isObject(value) ? value : {};
  const inner = withValue(Object.hasOwn(object, key) ? object[key] : undefined, rest, next);
  if (inner !== undefined) return { ...object, [key]: inner };
  const { [key]: _, ...others } = object;
  return others;
}

function inList(list: readonly Json[], index: number, rest: Path, next: Json | undefined): Json {
  const inner = withValue(list[index], rest, next);
  return inner === undefined ? list.filter((_, at) => at !== index) : list.toSpliced(index, 1, inner);
}

export function same(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((one: Json, index) => same(one, (b as readonly Json[])[index]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]));
}

import { isDeepStrictEqual } from 'node:util';

const kindOf = (value: unknown) => (Array.isArray(value) ? 'list' : typeof value === 'object' && value !== null ? 'fields' : 'scalar');

/** Which of the items that stood there each wanted item is: by id, else by value, else the next one of its kind. */
export function matchItems(old: readonly unknown[], wanted: readonly unknown[]): (number | undefined)[] {
  const free = new Set(old.keys());
  const take = (index: number | undefined) => {
    if (index !== undefined) free.delete(index);
    return index;
  };
  const first = (fits: (one: unknown, index: number) => boolean) => [...free].find((index) => fits(old[index], index));
  const found = new Map<number, number | undefined>();
  wanted.forEach((item, at) => {
    const id = idOf(item);
    if (id !== undefined) found.set(at, take(first((one) => idOf(one) === id)));
  });
  wanted.forEach((item, at) => {
    if (!found.has(at))
      found.set(at, take(free.has(at) && isDeepStrictEqual(old[at], item) ? at : first((one) => isDeepStrictEqual(one, item))));
  });
  wanted.forEach((item, at) => {
    const fits = (one: unknown) => idOf(one) === undefined && kindOf(one) === kindOf(item) && kindOf(item) === 'fields';
    if (found.get(at) === undefined && idOf(item) === undefined) found.set(at, take(first(fits)));
  });
  return wanted.map((_, at) => found.get(at));
}

export function idOf(value: unknown): string | undefined {
  const id = typeof value === 'object' && value !== null ? (value as { readonly id?: unknown }).id : undefined;
  return typeof id === 'string' ? id : undefined;
}

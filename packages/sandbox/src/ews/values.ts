/** What a property is, for comparing, sorting and writing. A list fits where one of it does. */
export type Value = string | number | boolean | Date | readonly string[] | undefined;

/** A place to read a property from: `fields.ts` makes them for items, `folder-fields.ts` for folders. */
export type Getter<T> = (subject: T) => Value;

/** Less than, equal, greater: as a number; undefined where the two cannot be compared. */
export function compare(one: Value, other: Value): number | undefined {
  const [left, right] = [ordered(one), ordered(other)];
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0;
  return undefined;
}

function ordered(value: Value): string | number | undefined {
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'number' || value === undefined) return value;
  return (typeof value === 'string' ? value : value.join('; ')).toLowerCase();
}

/** A constant as the kind of value that it is to be compared with; undefined where it is none. */
export function constantAs(text: string, like: Value): Value {
  if (like instanceof Date) {
    const date = new Date(text);
    return Number.isNaN(date.getTime()) ? undefined : date;
  }
  if (typeof like === 'boolean') return /^(true|1)$/i.test(text.trim()) ? true : /^(false|0)$/i.test(text.trim()) ? false : undefined;
  if (typeof like === 'number') return /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined;
  return text;
}

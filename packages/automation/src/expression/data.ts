import { EmailError } from '@mailwright/core';
import { Optional } from '@marcbachmann/cel-js';

const isPlain = (value: object) => [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null);

/**
 * Data as expressions read it. CEL recognizes an object by its `constructor`; one that has a field of that name (a mail header may)
 * is given as a Map. What needs no change stays the same object.
 */
export function toScope(value: unknown): unknown {
  if (Array.isArray(value)) return mapList(value, toScope);
  if (typeof value !== 'object' || value === null || value instanceof Date || !isPlain(value)) return value;
  const inner = mapObject(value, toScope);
  return Object.hasOwn(inner, 'constructor') ? new Map(Object.entries(inner)) : inner;
}

/** The result of an expression as JSON data: dates become ISO texts, whole numbers plain numbers. Errors: `input.invalid`. */
export function toData(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : fail('a number too large to be exact');
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Optional) return value.hasValue() ? toData(value.value()) : fail('nothing: the field is absent');
  if (Object.prototype.toString.call(value) === '[object google.protobuf.Duration]')
    return fail('a length of time; turn it into a number with int(...getSeconds())');
  if (value instanceof Map) return toData(Object.fromEntries(value));
  if (Array.isArray(value)) return mapList(value, toData);
  return isPlain(value) ? mapObject(value, toData) : fail('a value that cannot be passed on');
}

/** A value inside a text. Errors: `input.invalid`. */
export function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === null) return fail('null, which has no text');
  return fail(Array.isArray(value) ? 'a list, which is no text; use join' : 'an object, which is no text; name one of its fields');
}

function fail(what: string): never {
  throw new EmailError('input.invalid', { path: 'expression', problem: `gives ${what}`, cure: 'Change the expression.' });
}

function mapList(list: readonly unknown[], change: (value: unknown) => unknown): readonly unknown[] {
  const changed = list.map(change);
  return changed.every((value, index) => value === list[index]) ? list : changed;
}

function mapObject(object: object, change: (value: unknown) => unknown): object {
  const entries = Object.entries(object);
  const changed = entries.map(([key, value]) => [key, change(value)] as const);
  return changed.every(([, value], index) => value === entries[index]?.[1]) ? object : Object.fromEntries(changed);
}

import { en } from '../text/en.ts';
import { t, type TextKey } from '../text/text.ts';
import { spoken } from './model/fields.ts';

/** A value of a schema in words: from the dictionary where it is there, else as it stands. */
export function wordFor(kind: 'value' | 'filter', value: string): string {
  const key = `${kind}.${value}`;
  return Object.hasOwn(en, key) ? t(key as TextKey) : spoken(value);
}

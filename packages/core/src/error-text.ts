import { IntlMessageFormat } from 'intl-messageformat';
import english from './locales/en.json' with { type: 'json' };

/** Texts of one language: error code to ICU messages. */
export type ErrorTexts = Readonly<Record<string, { readonly message: string; readonly fix: string }>>;

const formats = new Map<string, IntlMessageFormat>();

/** The text of an error in a language; English where that language lacks the code. */
export function errorText(code: string, part: 'message' | 'fix', details: object, texts: ErrorTexts = english, locale = 'en'): string {
  const source = (texts[code] ?? (english as ErrorTexts)[code])?.[part] ?? code;
  let format = formats.get(source);
  if (!format) formats.set(source, (format = new IntlMessageFormat(source, locale, undefined, { ignoreTag: true })));
  return String(format.format(values(source, details)));
}

/** Lists read as "a, b"; what is absent or empty reads as "none", which the messages select on. */
function values(source: string, details: object): Record<string, string | number> {
  const given = new Map(Object.entries(details));
  const names = new Set([...source.matchAll(/\{\s*(\w+)/g)].flatMap((match) => match[1] ?? []));
  return Object.fromEntries([...names].map((name) => [name, readable(given.get(name))]));
}

function readable(value: unknown): string | number {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value !== '' ? value : 'none';
}

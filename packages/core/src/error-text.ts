import { IntlMessageFormat } from 'intl-messageformat';
import german from './locales/de.json' with { type: 'json' };
import { Phrase } from './phrase.ts';
import english from './locales/en.json' with { type: 'json' };
import portuguese from './locales/pt-BR.json' with { type: 'json' };

/** Texts of one language: error code to ICU messages. */
export type ErrorTexts = Readonly<Record<string, { readonly message: string; readonly fix: string }>>;

/** The languages that errors are told in, by their tags (RFC 5646). */
export const ERROR_TEXTS: ReadonlyMap<string, ErrorTexts> = new Map([
  ['en', english],
  ['pt-BR', portuguese],
  ['de', german],
]);

const formats = new Map<string, IntlMessageFormat>();

/** The text of an error in a language; English where that language lacks the code. */
export function errorText(code: string, part: 'message' | 'fix', details: object, texts: ErrorTexts = english, locale = 'en'): string {
  const source = (texts[code] ?? (english as ErrorTexts)[code])?.[part] ?? code;
  let format = formats.get(source);
  if (!format) formats.set(source, (format = new IntlMessageFormat(source, locale, undefined, { ignoreTag: true })));
  return String(format.format(values(source, details, locale)));
}

/** Lists read as "a, b"; what is absent or empty reads as "none", which the messages select on. */
function values(source: string, details: object, locale: string): Record<string, string | number> {
  const given = new Map(Object.entries(details));
  const names = new Set([...source.matchAll(/\{\s*(\w+)/g)].flatMap((match) => match[1] ?? []));
  return Object.fromEntries([...names].map((name) => [name, readable(given.get(name), locale)]));
}

function readable(value: unknown, locale: string): string | number {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map((one) => readable(one, locale)).join(', ');
  if (value instanceof Phrase) return value.map(onOneLine).in(locale);
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value !== '' ? onOneLine(value) : 'none';
}

/** A name that an author or a mail gave breaks no line and moves no cursor: what would is shown as a mark. */
// oxlint-disable-next-line no-control-regex -- these are the characters to show
const onOneLine = (text: string) => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\u2423');

import { useSyncExternalStore } from 'react';
import { de } from './de.ts';
import { en } from './en.ts';
import { ptBR } from './pt-BR.ts';

/** A sentence with `{places}`, or its singular and plural, chosen by the value of `count`. */
export type Entry = string | { readonly one: string; readonly other: string };
export type TextKey = keyof typeof en;
/** Another language has every key of the English one; a missing key does not compile. */
export type Dictionary = Readonly<Record<TextKey, Entry>>;
export type Values = Readonly<Record<string, string | number>>;

export const LANGUAGES = [
  { tag: 'en', name: 'English' },
  { tag: 'pt-BR', name: 'Português (Brasil)' },
  { tag: 'de', name: 'Deutsch' },
] as const;
export type Language = (typeof LANGUAGES)[number]['tag'];
const DICTIONARIES: Readonly<Record<Language, Dictionary>> = { en, 'pt-BR': ptBR, de };
const KEY = 'mailwright-language';

const listeners = new Set<() => void>();
let language: Language = chosen(localStorage.getItem(KEY) ?? navigator.language);
show();

function chosen(tag: string): Language {
  const primary = tag.split('-')[0];
  return LANGUAGES.find((one) => one.tag === tag)?.tag ?? LANGUAGES.find((one) => one.tag.split('-')[0] === primary)?.tag ?? 'en';
}
function show(): void {
  document.documentElement.lang = language;
}

export const currentLanguage = (): Language => language;
/** Changes every text of the page, without a reload. */
export function setLanguage(tag: string): void {
  language = chosen(tag);
  localStorage.setItem(KEY, language);
  show();
  for (const listener of listeners) listener();
}
export function onLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
export const useLanguage = (): Language => useSyncExternalStore(onLanguage, currentLanguage);

/** A text of the page in the present language. */
export function t(key: TextKey, values: Values = {}): string {
  const entry: Entry = DICTIONARIES[language][key];
  const text =
    typeof entry === 'string'
      ? entry
      : entry[new Intl.PluralRules(language).select(Number(values['count'] ?? 0)) === 'one' ? 'one' : 'other'];
  return text.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name];
    return value === undefined ? place : typeof value === 'number' ? new Intl.NumberFormat(language).format(value) : value;
  });
}
/** `t`, for a component that shows itself again when the language changes. */
export function useText(): typeof t {
  useLanguage();
  return t;
}

/** A moment as people of the present language write it. */
export const formatTime = (iso: string, style: 'time' | 'both' = 'both'): string =>
  new Intl.DateTimeFormat(language, {
    timeStyle: style === 'time' ? 'medium' : 'short',
    ...(style === 'both' && { dateStyle: 'medium' }),
  }).format(new Date(iso));
/** Milliseconds, as seconds from one second on. */
export const formatDuration = (ms: number): string =>
  new Intl.NumberFormat(language, {
    style: 'unit',
    unit: ms < 1000 ? 'millisecond' : ms < 120_000 ? 'second' : 'minute',
    unitDisplay: 'short',
    maximumFractionDigits: ms < 1000 ? 0 : 1,
  }).format(ms < 1000 ? ms : ms < 120_000 ? ms / 1000 : ms / 60_000);
export const formatBytes = (bytes: number): string => {
  const [unit, size] = bytes < 1000 ? ['byte', bytes] : bytes < 1e6 ? ['kilobyte', bytes / 1e3] : ['megabyte', bytes / 1e6];
  return new Intl.NumberFormat(language, { style: 'unit', unit: String(unit), unitDisplay: 'short', maximumFractionDigits: 1 }).format(
    Number(size),
  );
};

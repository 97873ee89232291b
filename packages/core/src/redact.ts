import { Phrase } from './phrase.ts';

// Redaction by value: once a secret is known, no text of ours shows it, in any form a wire or a format gives it.

/** Shorter secrets are not searched for: they would blank out ordinary words. They are masked where they stand (login commands are never logged). */
const SHORTEST = 8;
/** Access tokens renew for days: only the newest values are kept. */
const KEPT = 500;

/** Letters of a secret at the end of a text that was cut: so many are no coincidence. */
const TAIL = 12;
/** Letters of one line of a secret of many (a PEM file, JSON) that is looked for by itself. */
const LINE = 16;

/** Letters by which a form is found in the index; no form is shorter. */
const PREFIX = SHORTEST - 2;

const known = new Set<string>();
/** The forms of all known secrets by their first letters: one expression of all of them would be too large. */
const index = new Map<string, { readonly form: string; readonly of: string }[]>();

/** Takes a secret's value into the set that `redact` hides. */
export function remember(value: string): void {
  if (value.length < SHORTEST) return;
  const isNew = !known.delete(value);
  known.add(value);
  if (isNew)
    for (const form of forms(value)) {
      const same = index.get(form.slice(0, PREFIX)) ?? [];
      same.push({ form, of: value });
      // A longer form is hidden before the shorter one in it.
      index.set(
        form.slice(0, PREFIX),
        same.sort((one, other) => other.form.length - one.form.length),
      );
    }
  const [oldest = ''] = known;
  if (known.size > KEPT) forget(oldest);
}

function forget(value: string): void {
  known.delete(value);
  for (const prefix of new Set(forms(value).map((form) => form.slice(0, PREFIX)))) {
    const left = index.get(prefix)?.filter(({ of }) => of !== value) ?? [];
    if (left.length > 0) index.set(prefix, left);
    else index.delete(prefix);
  }
}

/** Replaces every known secret in a text, raw or encoded, by `[secret]`. */
export function redact(text: string): string {
  if (known.size === 0) return text;
  const folded = fold(text);
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at + PREFIX <= folded.length;) {
    const candidates = index.get(folded.slice(at, at + PREFIX));
    const found = candidates?.find(({ form }) => folded.startsWith(form, at) || isCut(form, folded, at));
    if (found) parts.push(text.slice(from, at), '[secret]');
    at += found?.form.length ?? 1;
    if (found) from = at;
  }
  return parts.length === 0 ? text : parts.join('') + text.slice(from);
}

const isCut = (form: string, text: string, at: number) =>
  text.length - at < form.length && text.length - at >= TAIL && form.startsWith(text.slice(at));

/** The beginning of a text of others: redacted before it is cut, since half a secret is not found any more. */
export const excerpt = (text: string, length: number): string => redact(text).slice(0, length);

/** In small letters, each at its place: toLowerCase alone may lengthen a text. */
const fold = (text: string) =>
  text.replace(/\p{Lu}/gu, (letter) => {
    const small = letter.toLowerCase();
    return small.length === letter.length ? small : letter;
  });

/** Redacts every text inside a JSON-like value. */
export function redactDeep<T>(value: T): T {
  if (typeof value === 'string') return redact(value) as T;
  if (Array.isArray(value)) return value.map(redactDeep) as T;
  if (value instanceof Error) return redact(String(value)) as T;
  if (value instanceof Phrase) return value.map(redact) as T;
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redactDeep(inner)])) as T;
  return value;
}

function forms(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  // Inside a longer base64 text (SASL PLAIN, XOAUTH2) the secret starts at one of three alignments; the characters that
  // it shares with its neighbors are left off.
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    return text.slice(shift === 0 ? 0 : shift + 1, (bytes.length + shift) % 3 === 0 ? undefined : -1);
  });
  const percent = encodeURIComponent(value);
  const json = JSON.stringify(value).slice(1, -1);
  const xml = value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
  const lines = value.split(/\r?\n|\\n/).filter((line) => line.length >= LINE);
  const all = [
    value,
    ...(lines.length > 1 ? lines : []),
    ...base64,
    ...base64.map((text) => text.replace(/\+/g, '-').replace(/\//g, '_')),
    percent,
    percent.replace(/'/g, '%27'),
    percent.replace(/%20/g, '+'),
    // As forms are posted: it escapes more than a URL does.
    new URLSearchParams([['', value]]).toString().slice(1),
    json,
    json.replace(/[^ -~]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`),
    value.replace(/["\\]/g, '\\$&'),
    xml,
    xml.replace(/'/g, '&apos;'),
    xml.replace(/'/g, '&#39;'),
    bytes.toString('hex'),
  ];
  return [...new Set(all.map(fold))].filter((text) => text.length >= PREFIX);
}

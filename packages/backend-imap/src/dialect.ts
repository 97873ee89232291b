import type { FilterDialect, FilterLeaf } from '@mailwright/core';
import { shiftDay } from './shift-day.ts';
import { atom, isList, string, wordOf, type Token } from './response.ts';

/** Search keys (RFC 3501 section 6.4.4); several stand for all of them. */
export type SearchKeys = readonly Token[];

export interface SearchTraits {
  /** The server finds whole words, not any part of a text: it is not asked for texts. */
  readonly byWords: boolean;
}

/** Two time zones are at most 26 hours apart, so a server's day is at most this many days from ours. */
const MARGIN = 2;
/** Characters of one text that is asked: a line of 8,000 octets is what a server has to take (RFC 2683 section 3.2.1.5). */
const LONGEST = 200;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * What an IMAP server is asked, as search keys of our own (the library's search object loses conditions). Only flags are exact.
 *
 * - Texts: RFC 3501 makes a server decode encoded words only for a charset other than US-ASCII, folds only ASCII case, and knows no
 *   Unicode forms or runs of blanks. So only the runs of ASCII letters and digits of a value are asked, each as a part of the field,
 *   and a field with an encoded word left in it (`=?`) is let through. Servers that search by words are not asked at all.
 * - Body: never asked. HTML, its entities and its tags inside words make a server miss what `matches` finds.
 * - Dates: servers compare days in a zone of their own; asked wider on both sides. A Date header that the server cannot read
 *   (it then has no date or 1970) is let through.
 */
export function dialectFor({ byWords }: SearchTraits): FilterDialect<SearchKeys> {
  return {
    leaf(leaf) {
      if (leaf.op === 'flag') return { native: [atom(leaf.value ? leaf.name.toUpperCase() : `UN${leaf.name.toUpperCase()}`)], exact: true };
      const native = superset(leaf, byWords);
      return native && { native, exact: false };
    },
    and: (parts) => parts.flat(),
    or: (parts) => parts.reduce((all, part) => either(all, part)),
    not: (part) => [atom('NOT'), group(part)],
  };
}

function superset(leaf: Exclude<FilterLeaf, { op: 'flag' }>, byWords: boolean): SearchKeys | null {
  switch (leaf.op) {
    case 'contains':
      return byWords || leaf.field === 'body' ? null : textKeys(leaf.field, leaf.value);
    case 'is':
      if (leaf.field === 'messageId') return messageIdKeys(leaf.value);
      return byWords ? null : textKeys(leaf.field, leaf.value);
    case 'on':
      return dateKeys(leaf.field, shiftDay(leaf.date, -MARGIN), shiftDay(leaf.date, MARGIN + 1));
    case 'before':
      return dateKeys(leaf.field, undefined, shiftDay(dayOf(leaf.date), MARGIN));
    case 'after':
      return dateKeys(leaf.field, shiftDay(dayOf(leaf.date), 1 - MARGIN), undefined);
    case 'matches':
    case 'hasAttachments':
      return null;
  }
}

function textKeys(field: string, value: string): SearchKeys | null {
  const key = atom(field.toUpperCase());
  // Composed: a letter of its own in a decomposed value stands under its accent in what `matches` takes for the same.
  const runs = [...new Set(value.normalize('NFC').match(/[a-z0-9]+/gi))].slice(0, 10);
  if (runs.length === 0) return null;
  return either(
    runs.flatMap((run) => [key, string(run.slice(0, LONGEST))]),
    [key, string('=?')],
  );
}

function messageIdKeys(value: string): SearchKeys | null {
  const id = value.trim().replace(/^<|>$/g, '');
  return /^[!#-[\]-~]+$/.test(id) ? [atom('HEADER'), atom('MESSAGE-ID'), string(id.slice(0, LONGEST))] : null;
}

/** `since` is in, `before` is out. Years that IMAP cannot write are not asked. */
function dateKeys(field: 'sentAt' | 'receivedAt', since: string | undefined, before: string | undefined): SearchKeys | null {
  const sent = field === 'sentAt' ? 'SENT' : '';
  const from = since === undefined ? [] : [atom(`${sent}SINCE`), dateOf(since)];
  const until = before === undefined ? [] : [atom(`${sent}BEFORE`), dateOf(before)];
  const keys = [...from, ...until];
  const known = keys.filter((key): key is Token => key !== null);
  if (known.length < keys.length) return null;
  return sent === '' ? known : either(known, [atom('NOT'), atom('SENTSINCE'), atom('2-Jan-1970')]);
}

function dateOf(day: string): Token | null {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day) ?? [];
  return date === undefined ? null : atom(`${Number(date)}-${MONTHS[Number(month) - 1] ?? ''}-${year}`);
}

const dayOf = (date: string) => (date.includes('T') ? new Date(date).toISOString().slice(0, 10) : date);
const either = (a: SearchKeys, b: SearchKeys): SearchKeys => [atom('OR'), group(a), group(b)];
const group = (keys: SearchKeys): Token => (keys.length === 1 ? (keys[0] ?? null) : keys);

/** Search keys as they go onto the wire, for people. */
export function showKeys(keys: SearchKeys): string {
  return keys.map((key) => (isList(key) ? `(${showKeys(key)})` : shownWord(key))).join(' ');
}

function shownWord(key: Token): string {
  const word = wordOf(key) ?? '';
  return key !== null && 'type' in key && key.type === 'STRING' ? JSON.stringify(word) : word;
}

import { bodyStructure, envelope } from '../mail/describe.ts';
import { section } from '../mail/section.ts';
import { structureOf } from '../mail/structure.ts';
import type { StoredMessage } from '../store/folder.ts';
import { atom, type Value } from './answer.ts';
import { formatDateTime } from './date.ts';
import type { View } from './view.ts';
import { Malformed, listOf, textOf, type SectionWord, type Word } from './words.ts';

/** One thing that a FETCH asks of each message (RFC 3501 section 6.4.5). */
export interface FetchItem {
  readonly name: string;
  readonly marksSeen: boolean;
  readonly value: (message: StoredMessage, view: View) => Value;
}

const MACROS: Readonly<Record<string, readonly string[]>> = {
  FAST: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE'],
  ALL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE'],
  FULL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODY'],
};

const ITEMS: ReadonlyMap<string, FetchItem['value']> = new Map<string, FetchItem['value']>([
  ['UID', ({ uid }) => uid],
  ['FLAGS', (message, view) => view.flagsOf(message)],
  ['INTERNALDATE', ({ receivedAt }) => formatDateTime(receivedAt)],
  ['RFC822.SIZE', ({ raw }) => raw.length],
  ['ENVELOPE', ({ raw }) => envelope(structureOf(raw))],
  ['BODY', ({ raw }) => bodyStructure(structureOf(raw), false)],
  ['BODYSTRUCTURE', ({ raw }) => bodyStructure(structureOf(raw), true)],
  ['RFC822', ({ raw }) => raw],
  ['RFC822.HEADER', ({ raw }) => structureOf(raw).header],
  ['RFC822.TEXT', ({ raw }) => structureOf(raw).body],
]);

/** The items of a list, of a macro, or the one item; a UID command always tells the UID. */
export function parseItems(word: Word | undefined, byUid: boolean): FetchItem[] {
  const asked = (listOf(word) ?? [word]).flatMap((one) => {
    if (one?.kind === 'section') return sectionItem(one);
    const name = textOf(one, 'item').toUpperCase();
    return (listOf(word) ? undefined : MACROS[name])?.map(plainItem) ?? plainItem(name);
  });
  if (asked.length === 0) throw new Malformed('an item is missing');
  return byUid && !asked.some(({ name }) => name === 'UID') ? [plainItem('UID'), ...asked] : asked;
}

function plainItem(name: string): FetchItem {
  const value = ITEMS.get(name);
  if (!value) throw new Malformed(`${name} cannot be fetched`);
  return { name, value, marksSeen: name === 'RFC822' || name === 'RFC822.TEXT' };
}

function sectionItem({ item, section: spec, names, partial }: SectionWord): FetchItem {
  const what =
    /^(?:[1-9]\d*(?:\.[1-9]\d*)*(?:\.(?:(HEADER\.FIELDS(?:\.NOT)?)|HEADER|TEXT|MIME))?|(HEADER\.FIELDS(?:\.NOT)?)|HEADER|TEXT)?$/.exec(
      spec,
    );
  const picksFields = (what?.[1] ?? what?.[2]) !== undefined;
  if (!what || picksFields !== names.length > 0) throw new Malformed(`BODY[${spec}] cannot be fetched`);
  const fields = picksFields ? ` (${names.map((name) => (/^[^\s()"\\{%*\]]+$/.test(name) ? name : JSON.stringify(name))).join(' ')})` : '';
  return {
    name: `BODY[${spec}${fields}]${partial ? `<${partial.start}>` : ''}`,
    marksSeen: item === 'BODY',
    value: ({ raw }) => {
      const found = section(structureOf(raw), spec, names);
      return (partial ? found?.subarray(partial.start, partial.start + partial.length) : found) ?? null;
    },
  };
}

/** The answer for one message; `marked` adds the flags that the FETCH itself changed. */
export function fetchItems(view: View, message: StoredMessage, items: readonly FetchItem[], marked: boolean): Value {
  const all = marked && !items.some(({ name }) => name === 'FLAGS') ? [...items, plainItem('FLAGS')] : items;
  return all.flatMap(({ name, value }) => [atom(name), value(message, view)]);
}

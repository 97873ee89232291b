import { Malformed, textOf, type Word } from './command.ts';
import { bodyStructure, envelope } from './describe.ts';
import type { Session } from './session.ts';
import type { StoredMessage } from './store.ts';
import { section } from './structure.ts';
import { atom, type Value } from './wire-text.ts';

const MACROS: Readonly<Record<string, readonly string[]>> = {
  FAST: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE'],
  ALL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE'],
  FULL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODY'],
};
const RFC822: Readonly<Record<string, string>> = { RFC822: '', 'RFC822.HEADER': 'HEADER', 'RFC822.TEXT': 'TEXT' };
const SECTION =
  /^BODY(\.PEEK)?\[([\d.]*(?:HEADER\.FIELDS\.NOT|HEADER\.FIELDS|HEADER|TEXT|MIME)?)(?: \(([^)]*)\))?\](?:<(\d+)(?:\.(\d+))?>)?$/i;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** What a FETCH asked of one message (RFC 3501 section 6.4.5). */
export function fetchItems(session: Session, message: StoredMessage, words: readonly Word[], byUid: boolean): Value {
  const asked = (words[0]?.kind === 'list' ? words[0].words : words).flatMap((word) => {
    const text = textOf(word, 'item');
    return MACROS[text.toUpperCase()] ?? [text];
  });
  if (byUid && !asked.some((item) => item.toUpperCase() === 'UID')) asked.push('UID');
  return asked.flatMap((item) => fetchItem(session, message, item));
}

function fetchItem(session: Session, message: StoredMessage, item: string): Value[] {
  const part = session.structure(message);
  const name = item.toUpperCase();
  switch (name) {
    case 'UID':
      return [atom('UID'), message.uid];
    case 'FLAGS':
      return [atom('FLAGS'), [...message.flags].map(atom)];
    case 'INTERNALDATE':
      return [atom('INTERNALDATE'), internalDate(message.receivedAt)];
    case 'RFC822.SIZE':
      return [atom('RFC822.SIZE'), message.raw.length];
    case 'ENVELOPE':
      return [atom('ENVELOPE'), envelope(part)];
    case 'BODY':
    case 'BODYSTRUCTURE':
      return [atom(name), bodyStructure(part, name === 'BODYSTRUCTURE')];
    default:
      return fetchSection(session, message, item);
  }
}

function fetchSection(session: Session, message: StoredMessage, item: string): Value[] {
  const old = RFC822[item.toUpperCase()];
  const match = SECTION.exec(old === undefined ? item : `BODY[${old}]`);
  if (!match) throw new Malformed(`"${item}" cannot be fetched`);
  const [, peek, spec = '', names, start, length] = match;
  const found = section(session.structure(message), spec, names?.split(' ').map((name) => name.replace(/"/g, '')) ?? []);
  const from = Number(start ?? 0);
  const bytes = start === undefined ? found : found?.subarray(from, length === undefined ? undefined : from + Number(length));
  // Reading without PEEK marks as read, but not where the folder is open for reading only.
  if (peek === undefined && item.toUpperCase() !== 'RFC822.HEADER' && !session.readOnly) message.flags.add('\\Seen');
  const label =
    old === undefined
      ? `BODY[${spec.toUpperCase()}${names === undefined ? '' : ` (${names})`}]${start === undefined ? '' : `<${start}>`}`
      : item.toUpperCase();
  return [atom(label), bytes ?? null];
}

function internalDate(date: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  return `${two(date.getUTCDate())}-${MONTHS[date.getUTCMonth()] ?? ''}-${date.getUTCFullYear()} ${time} +0000`;
}

import { parseHeaders } from '@mailwright/mime';
import { Malformed, inSet, textOf, type Word } from './command.ts';
import type { Session } from './session.ts';
import type { StoredMessage } from './store.ts';
import { decodedText } from './text.ts';

type Test = (message: StoredMessage) => boolean;
const FLAGS: Readonly<Record<string, string>> = {
  ANSWERED: '\\Answered',
  DELETED: '\\Deleted',
  DRAFT: '\\Draft',
  FLAGGED: '\\Flagged',
  SEEN: '\\Seen',
};

/** The messages that fit the keys (RFC 3501 section 6.4.4), in order. */
export function search(session: Session, words: readonly Word[]): StoredMessage[] {
  const keys = [...words];
  if (keys[0]?.kind === 'atom' && keys[0].text.toUpperCase() === 'CHARSET') {
    const charset = textOf(keys[1], 'charset').toUpperCase();
    if (charset !== 'UTF-8' && charset !== 'US-ASCII') throw new Malformed('[BADCHARSET (UTF-8)] use UTF-8');
    keys.splice(0, 2);
  }
  const test = all(keys, session);
  return session.messages().filter(test);
}

function all(keys: Word[], session: Session): Test {
  const tests: Test[] = [];
  while (keys.length > 0) tests.push(next(keys, session));
  return (message) => tests.every((test) => test(message));
}

function next(keys: Word[], session: Session): Test {
  const word = keys.shift();
  if (!word) throw new Malformed('a search key is missing');
  if (word.kind === 'list') return all([...word.words], session);
  const key = word.text.toUpperCase();
  const text = () => textOf(keys.shift(), `the value of ${key}`);
  if (/^[\d*][\d*:,]*$/.test(key)) {
    const numbers = new Set(
      inSet(
        key,
        session.uids().map((_, index) => index + 1),
      ),
    );
    return ({ uid }) => numbers.has(session.numberOf(uid));
  }
  return flagTest(key) ?? dateTest(key, text) ?? textTest(key, text) ?? otherTest(key, text, keys, session);
}

function flagTest(key: string): Test | undefined {
  const [, not, name = ''] = /^(UN)?(\w+)$/.exec(key) ?? [];
  const flag = FLAGS[name];
  return flag === undefined ? undefined : ({ flags }) => flags.has(flag) !== (not !== undefined);
}

function otherTest(key: string, text: () => string, keys: Word[], session: Session): Test {
  switch (key) {
    case 'ALL':
    case 'OLD':
      return () => true;
    case 'NEW':
    case 'RECENT':
      return () => false;
    case 'NOT': {
      const test = next(keys, session);
      return (message) => !test(message);
    }
    case 'OR': {
      const [left, right] = [next(keys, session), next(keys, session)];
      return (message) => left(message) || right(message);
    }
    case 'UID': {
      const uids = new Set(inSet(text(), session.uids()));
      return ({ uid }) => uids.has(uid);
    }
    case 'KEYWORD':
    case 'UNKEYWORD': {
      const keyword = text();
      return ({ flags }) => flags.has(keyword) === (key === 'KEYWORD');
    }
    case 'LARGER':
    case 'SMALLER': {
      const size = Number(text());
      return ({ raw }) => (key === 'LARGER' ? raw.length > size : raw.length < size);
    }
    default:
      throw new Malformed(`unknown search key ${key}`);
  }
}

const day = (date: Date | string) => new Date(date).toISOString().slice(0, 10);

function dateTest(key: string, text: () => string): Test | undefined {
  const match = /^(SENT)?(BEFORE|ON|SINCE)$/.exec(key);
  if (!match) return undefined;
  const given = new Date(`${text().replace(/-/g, ' ')} UTC`);
  if (Number.isNaN(given.getTime())) throw new Malformed('not a date');
  const limit = day(given);
  return (message) => {
    const sent = match[1] === undefined ? message.receivedAt : headersOf(message).sentAt;
    if (sent === undefined) return false;
    const found = day(sent);
    return match[2] === 'ON' ? found === limit : match[2] === 'BEFORE' ? found < limit : found >= limit;
  };
}

function textTest(key: string, text: () => string): Test | undefined {
  if (key === 'HEADER') {
    const [name, value] = [text().toLowerCase(), text().toLowerCase()];
    return (message) =>
      headersOf(message)
        .headers.get(name)
        ?.some((one) => one.toLowerCase().includes(value)) ?? false;
  }
  if (['FROM', 'TO', 'CC', 'BCC', 'SUBJECT'].includes(key)) {
    const value = text().toLowerCase();
    return (message) =>
      headersOf(message)
        .headers.get(key.toLowerCase())
        ?.some((one) => one.toLowerCase().includes(value)) ?? false;
  }
  if (key !== 'BODY' && key !== 'TEXT') return undefined;
  const value = text().toLowerCase();
  return (message) => {
    const inHeader = key === 'TEXT' && [...headersOf(message).headers.values()].flat().some((one) => one.toLowerCase().includes(value));
    return inHeader || decodedText(message.raw).toLowerCase().includes(value);
  };
}

const parsed = new WeakMap<Buffer, ReturnType<typeof parseHeaders>>();
function headersOf({ raw }: StoredMessage): ReturnType<typeof parseHeaders> {
  let found = parsed.get(raw);
  if (!found) {
    const ends = [raw.indexOf('\r\n\r\n'), raw.indexOf('\n\n')].filter((at) => at >= 0);
    parsed.set(raw, (found = parseHeaders(raw.subarray(0, ends.length === 0 ? raw.length : Math.min(...ends)))));
  }
  return found;
}

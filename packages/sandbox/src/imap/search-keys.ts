import { decodedText, fold, headersOf } from '../mail/text.ts';
import { structureOf, valueOf } from '../mail/structure.ts';
import type { StoredMessage } from '../store/folder.ts';
import { parseDay } from './date.ts';
import { numbersIn } from './number-set.ts';
import type { View } from './view.ts';
import { Malformed, textOf, type Word } from './words.ts';

type Test = (message: StoredMessage) => boolean;
/** Takes the next value, or the next whole key, off the command. */
interface Rest {
  text(): string;
  key(): Test;
}

/** Search keys as one test: all of them must fit (RFC 3501 section 6.4.4). */
export function parseKeys(words: readonly Word[], view: View): Test {
  const rest = [...words];
  if (rest.length === 0) throw new Malformed('a search key is missing');
  const tests: Test[] = [];
  while (rest.length > 0) tests.push(nextKey(rest, view));
  return (message) => tests.every((test) => test(message));
}

function nextKey(rest: Word[], view: View): Test {
  const word = rest.shift();
  if (word?.kind === 'list') return parseKeys(word.words, view);
  const name = textOf(word, 'search key').toUpperCase();
  if (/^[\d*][\d*:,]*$/.test(name)) {
    const numbers = new Set(
      numbersIn(
        name,
        view.uids.map((_, index) => index + 1),
      ),
    );
    return ({ uid }) => numbers.has(view.numberOf(uid));
  }
  const key = KEYS.get(name);
  if (!key || word?.kind !== 'atom') throw new Malformed(`${name} is no search key`);
  return key({ text: () => textOf(rest.shift(), `the value of ${name}`), key: () => nextKey(rest, view) }, view);
}

const has = (name: string, value: string): Test => {
  const wanted = fold(value);
  return ({ raw }) =>
    headersOf(raw)
      .headers.get(name.toLowerCase())
      ?.some((one) => fold(one).includes(wanted)) ?? false;
};

const inText = (value: string, withHeader: boolean): Test => {
  const wanted = fold(value);
  const fits = (text: string) => fold(text).includes(wanted);
  return ({ raw }) =>
    (withHeader && [...headersOf(raw).headers].some(([name, values]) => values.some((one) => fits(`${name}: ${one}`)))) ||
    fits(decodedText(raw));
};

/** The day that the Date header names, whatever its time zone (RFC 3501: "disregarding time and timezone"). */
function sentDay({ raw }: StoredMessage): string | undefined {
  const date = /\b(\d{1,2} [A-Z][a-z]{2} \d{4})\b/.exec(valueOf(structureOf(raw).fields, 'date') ?? '')?.[1];
  try {
    return date === undefined ? undefined : parseDay(date);
  } catch {
    return undefined;
  }
}
const receivedDay = ({ receivedAt }: StoredMessage) => receivedAt.toISOString().slice(0, 10);

const byDay = (dayOf: (message: StoredMessage) => string | undefined, fits: (day: string, limit: string) => boolean) => (rest: Rest) => {
  const limit = parseDay(rest.text());
  return (message: StoredMessage) => {
    const day = dayOf(message);
    return day !== undefined && fits(day, limit);
  };
};

const FLAGS = ['\\Answered', '\\Deleted', '\\Draft', '\\Flagged', '\\Seen'];
const flagKeys = FLAGS.flatMap((flag): [string, Key][] => [
  [flag.slice(1).toUpperCase(), () => (message) => message.flags.has(flag)],
  [`UN${flag.slice(1).toUpperCase()}`, () => (message) => !message.flags.has(flag)],
]);
const dayKeys = (['ON', 'BEFORE', 'SINCE'] as const).flatMap((name): [string, Key][] => {
  const fits = (day: string, limit: string) => (name === 'ON' ? day === limit : name === 'BEFORE' ? day < limit : day >= limit);
  return [
    [name, byDay(receivedDay, fits)],
    [`SENT${name}`, byDay(sentDay, fits)],
  ];
});
const headerKeys = ['FROM', 'TO', 'CC', 'BCC', 'SUBJECT'].map((name): [string, Key] => [name, (rest) => has(name, rest.text())]);

type Key = (rest: Rest, view: View) => Test;
const KEYS: ReadonlyMap<string, Key> = new Map<string, Key>([
  ...flagKeys,
  ...dayKeys,
  ...headerKeys,
  ['ALL', () => () => true],
  [
    'NEW',
    (_, view) =>
      ({ uid, flags }) =>
        view.isRecent(uid) && !flags.has('\\Seen'),
  ],
  [
    'RECENT',
    (_, view) =>
      ({ uid }) =>
        view.isRecent(uid),
  ],
  [
    'OLD',
    (_, view) =>
      ({ uid }) =>
        !view.isRecent(uid),
  ],
  ['HEADER', (rest) => has(rest.text(), rest.text())],
  ['BODY', (rest) => inText(rest.text(), false)],
  ['TEXT', (rest) => inText(rest.text(), true)],
  ['LARGER', (rest) => larger(rest.text())],
  ['SMALLER', (rest) => smaller(rest.text())],
  ['KEYWORD', (rest, view) => keyword(rest.text(), view)],
  ['UNKEYWORD', (rest, view) => not(keyword(rest.text(), view))],
  ['UID', (rest, view) => among(rest.text(), view)],
  ['NOT', (rest) => not(rest.key())],
  ['OR', (rest) => either(rest.key(), rest.key())],
]);

function not(test: Test): Test {
  return (message) => !test(message);
}

function either(left: Test, right: Test): Test {
  return (message) => left(message) || right(message);
}

function among(set: string, view: View): Test {
  const uids = new Set(numbersIn(set, view.uids));
  return ({ uid }) => uids.has(uid);
}

function keyword(name: string, view: View): Test {
  const known = view.folder.knownFlags.find((flag) => flag.toLowerCase() === name.toLowerCase());
  return ({ flags }) => known !== undefined && flags.has(known);
}

function larger(text: string): Test {
  const size = sizeOf(text);
  return ({ raw }) => raw.length > size;
}

function smaller(text: string): Test {
  const size = sizeOf(text);
  return ({ raw }) => raw.length < size;
}

function sizeOf(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new Malformed(`"${text}" is no size`);
  return Number(text);
}

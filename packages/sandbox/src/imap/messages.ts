import { atom } from './answer.ts';
import { choose, viewOf } from './chosen.ts';
import type { Handler, Handlers } from './commands.ts';
import { fetchItems, parseItems } from './fetch.ts';
import { parseFlags } from './flags.ts';
import { numbersIn } from './number-set.ts';
import type { Session } from './session.ts';
import type { View } from './view.ts';
import { Malformed, No, expectCount, textOf, type Word } from './words.ts';

type Run = (session: Session, words: readonly Word[], byUid: boolean, tag: string) => string | Promise<string>;

/** A command and its UID variant. */
export function both(name: string, run: Run, extension?: NonNullable<Handler['extension']>): Handlers {
  const handler = (byUid: boolean): Handler => ({
    needs: 'folder',
    ...(extension && { extension }),
    run: (session, words, tag) => run(session, words, byUid, tag),
  });
  return { [name]: handler(false), [`UID ${name}`]: handler(true) };
}

export const messageCommands: Handlers = {
  ...both('FETCH', fetch),
  ...both('STORE', store),
  EXPUNGE: { needs: 'folder', run: (session) => expunge(session, (view) => view.uids) },
  'UID EXPUNGE': {
    needs: 'folder',
    extension: 'uidplus',
    run: (session, [set]) => expunge(session, (view) => numbersIn(textOf(set, 'set of numbers'), view.uids)),
  },
};

const GONE = '[EXPUNGEISSUED] some of the messages are gone';

async function fetch(session: Session, words: readonly Word[], byUid: boolean): Promise<string> {
  expectCount(words, 2);
  const { view, messages, someGone } = choose(session, words[0], byUid);
  const items = parseItems(words[1], byUid);
  for (const message of messages) {
    // Reading without PEEK marks as read, but not where the folder is open for reading only.
    const marked =
      items.some(({ marksSeen }) => marksSeen) && !view.readOnly && view.folder.setFlags(message, [...message.flags, '\\Seen'], view);
    const values = fetchItems(view, message, items, marked);
    session.wire.answer(`${view.numberOf(message.uid)} FETCH`, values);
    await session.wire.drained();
  }
  return someGone ? GONE : '';
}

function store(session: Session, words: readonly Word[], byUid: boolean): string {
  const [set, item, ...given] = words;
  const { view, messages, someGone } = choose(session, set, byUid);
  writable(view);
  const [, how = '', silent] = /^([+-]?)FLAGS(\.SILENT)?$/i.exec(textOf(item, 'item')) ?? [undefined, '?'];
  if (how === '?' || given.length === 0) throw new Malformed('FLAGS, +FLAGS or -FLAGS expected, and flags');
  const flags = parseFlags(given).map((flag) => view.folder.spell(flag));
  for (const message of messages) {
    const before = [...message.flags];
    const after = how === '+' ? [...before, ...flags] : how === '-' ? before.filter((flag) => !flags.includes(flag)) : flags;
    view.folder.setFlags(message, after, view);
    const uid = byUid ? [atom('UID'), message.uid] : [];
    if (!silent) session.wire.answer(`${view.numberOf(message.uid)} FETCH`, [...uid, atom('FLAGS'), view.flagsOf(message)]);
  }
  return someGone ? GONE : '';
}

function expunge(session: Session, which: (view: View) => readonly number[]): string {
  const view = viewOf(session);
  writable(view);
  view.folder.remove(new Set(which(view).filter((uid) => view.folder.find(uid)?.flags.has('\\Deleted'))), view);
  return '';
}

export function writable({ readOnly }: View): void {
  if (readOnly) throw new No('[CANNOT] the folder is open for reading only');
}

import { Malformed, No, inSet, textOf, toSet, type Word } from './command.ts';
import type { Handler } from './commands.ts';
import { fetchItems } from './fetch.ts';
import { accountOf, pathOf } from './folder-commands.ts';
import { search } from './search.ts';
import type { Session } from './session.ts';
import type { MailFolder, StoredMessage } from './store.ts';
import { atom } from './wire-text.ts';

const both = (name: string, run: (session: Session, words: readonly Word[], byUid: boolean) => string): Record<string, Handler> => ({
  [name]: { needs: 'folder', run: (session, words) => run(session, words, false) },
  [`UID ${name}`]: { needs: 'folder', run: (session, words) => run(session, words, true) },
});

export const messageCommands: Readonly<Record<string, Handler>> = {
  ...both('FETCH', fetch),
  ...both('STORE', store),
  ...both('SEARCH', (session, words, byUid) => {
    session.send(
      `* SEARCH${search(session, words)
        .map((message) => ` ${byUid ? message.uid : session.numberOf(message.uid)}`)
        .join('')}`,
    );
    return '';
  }),
  ...both('COPY', (session, words, byUid) => transfer(session, words, byUid, false)),
  ...both('MOVE', (session, words, byUid) => transfer(session, words, byUid, true)),
  EXPUNGE: { needs: 'folder', run: (session) => expunge(session, () => true) },
  'UID EXPUNGE': {
    needs: 'folder',
    run(session, [set]) {
      if (session.settings.extensions.uidplus === false) throw new Malformed('unknown command');
      const uids = new Set(inSet(textOf(set, 'set'), session.uids()));
      return expunge(session, ({ uid }) => uids.has(uid));
    },
  },
};

function chosen(session: Session, set: Word | undefined, byUid: boolean): StoredMessage[] {
  const text = textOf(set, 'set');
  const uids = session.uids();
  const wanted = byUid
    ? new Set(inSet(text, uids))
    : new Set(
        inSet(
          text,
          uids.map((_, index) => index + 1),
        ).map((number) => uids[number - 1]),
      );
  return session.messages().filter(({ uid }) => wanted.has(uid));
}

function fetch(session: Session, [set, ...items]: readonly Word[], byUid: boolean): string {
  for (const message of chosen(session, set, byUid))
    session.answer(`${session.numberOf(message.uid)} FETCH`, fetchItems(session, message, items, byUid));
  return '';
}

function store(session: Session, [set, how, ...given]: readonly Word[], byUid: boolean): string {
  if (session.readOnly) throw new No('[CANNOT] the folder is open for reading only');
  const match = /^([+-]?)FLAGS(\.SILENT)?$/i.exec(textOf(how, 'item'));
  if (!match) throw new Malformed('FLAGS expected');
  const flags = (given[0]?.kind === 'list' ? given[0].words : given).map((word) => canonical(textOf(word, 'flag')));
  for (const message of chosen(session, set, byUid)) {
    if (match[1] === '') message.flags.clear();
    for (const flag of flags)
      if (match[1] === '-') message.flags.delete(flag);
      else message.flags.add(flag);
    session.folder?.flagged(message.uid, session);
    if (match[2] === undefined)
      session.answer(`${session.numberOf(message.uid)} FETCH`, [
        atom('FLAGS'),
        [...message.flags].map(atom),
        ...(byUid ? [atom('UID'), message.uid] : []),
      ]);
  }
  return '';
}

/** System flags are the same in any case. */
function canonical(flag: string): string {
  return flag.startsWith('\\') ? `\\${flag.slice(1, 2).toUpperCase()}${flag.slice(2).toLowerCase()}` : flag;
}

function transfer(session: Session, [set, name]: readonly Word[], byUid: boolean, move: boolean): string {
  const { uidplus, move: canMove } = session.settings.extensions;
  if (move && canMove === false) throw new Malformed('unknown command');
  if (move && session.readOnly) throw new No('[CANNOT] the folder is open for reading only');
  const target = accountOf(session).folder(pathOf(name));
  if (!target) throw new No('[TRYCREATE] no such folder');
  const messages = chosen(session, set, byUid);
  const landed = messages.map(({ raw, flags, receivedAt }) => target.add(raw, flags, receivedAt, session));
  const code =
    uidplus === false || messages.length === 0
      ? ''
      : `[COPYUID ${target.uidValidity} ${toSet(messages.map(({ uid }) => uid))} ${toSet(landed.map(({ uid }) => uid))}]`;
  if (!move) return code && `${code} copied`;
  // RFC 6851 section 4.3: the code comes before the messages are said to be gone.
  if (code) session.send(`* OK ${code} moved`);
  (session.folder as MailFolder).remove(new Set(messages.map(({ uid }) => uid)));
  return '';
}

function expunge(session: Session, which: (message: StoredMessage) => boolean): string {
  if (session.readOnly) throw new No('[CANNOT] the folder is open for reading only');
  const gone = session.messages().filter((message) => message.flags.has('\\Deleted') && which(message));
  session.folder?.remove(new Set(gone.map(({ uid }) => uid)));
  return '';
}

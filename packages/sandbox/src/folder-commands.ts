import { Malformed, No, textOf, type Word } from './command.ts';
import type { Handler } from './commands.ts';
import type { Session } from './session.ts';
import type { Account, MailFolder } from './store.ts';
import { atom, decodeName, encodeName } from './wire-text.ts';

const SYSTEM_FLAGS = '\\Answered \\Flagged \\Deleted \\Seen \\Draft';
const DATE = /^\s?(\d{1,2})-(\w{3})-(\d{4}) (\d{2}:\d{2}:\d{2}) ([+-]\d{4})$/;

export const folderCommands: Readonly<Record<string, Handler>> = {
  SELECT: { needs: 'login', run: (session, words) => select(session, words, false) },
  EXAMINE: { needs: 'login', run: (session, words) => select(session, words, true) },
  CLOSE: {
    needs: 'folder',
    run(session) {
      const { folder } = session;
      if (!session.readOnly) folder?.remove(new Set(folder.messages.filter(({ flags }) => flags.has('\\Deleted')).map(({ uid }) => uid)));
      session.select(undefined);
      return '';
    },
  },
  UNSELECT: { needs: 'folder', run: (session) => (session.select(undefined), '') },
  CHECK: { needs: 'folder', run: () => '' },
  CREATE: {
    needs: 'login',
    run(session, [name]) {
      const path = pathOf(name).replace(/\/$/, '');
      const account = accountOf(session);
      if (account.folder(path)) throw new No('[ALREADYEXISTS] the folder is there already');
      if (path === '' || path.split('/').includes('')) throw new No('[CANNOT] not a name for a folder');
      account.create(path);
      return '';
    },
  },
  DELETE: {
    needs: 'login',
    run(session, [name]) {
      const folder = find(session, name);
      if (folder.path === 'INBOX') throw new No('[CANNOT] INBOX stays');
      accountOf(session).folders.delete(folder.path);
      return '';
    },
  },
  RENAME: {
    needs: 'login',
    run(session, [from, to]) {
      const account = accountOf(session);
      const folder = find(session, from);
      const path = pathOf(to);
      if (account.folder(path)) throw new No('[ALREADYEXISTS] the folder is there already');
      const renamed = account.create(path);
      renamed.messages = folder.messages;
      renamed.uidNext = folder.uidNext;
      account.folders.delete(folder.path);
      return '';
    },
  },
  SUBSCRIBE: { needs: 'login', run: (session, [name]) => (find(session, name), '') },
  UNSUBSCRIBE: { needs: 'login', run: () => '' },
  LIST: { needs: 'login', run: (session, words) => list(session, words, 'LIST') },
  LSUB: { needs: 'login', run: (session, words) => list(session, words, 'LSUB') },
  STATUS: { needs: 'login', run: (session, [name, items]) => status(session, name, items) },
  APPEND: { needs: 'login', run: append },
  IDLE: {
    needs: 'login',
    run(session) {
      session.send('+ idling');
      return new Promise((resolve) => {
        session.endIdle = () => {
          session.endIdle = undefined;
          resolve('');
        };
      });
    },
  },
};

function select(session: Session, [name]: readonly Word[], readOnly: boolean): string {
  session.select(undefined);
  const folder = find(session, name);
  session.select(folder, readOnly);
  session.send(`* FLAGS (${SYSTEM_FLAGS})`);
  session.send(`* OK [PERMANENTFLAGS (${readOnly ? '' : `${SYSTEM_FLAGS} \\*`})] limited`);
  session.send(`* ${folder.messages.length} EXISTS`);
  session.send('* 0 RECENT');
  session.send(`* OK [UIDVALIDITY ${folder.uidValidity}] valid`);
  session.send(`* OK [UIDNEXT ${folder.uidNext}] next`);
  return `[READ-${readOnly ? 'ONLY' : 'WRITE'}] selected`;
}

function list(session: Session, words: readonly Word[], answer: 'LIST' | 'LSUB'): string {
  const texts = words.filter((word) => word.kind !== 'list').map(({ text }) => decodeName(text));
  const reference = texts[0] ?? '';
  const patterns = words[1]?.kind === 'list' ? words[1].words.map((word) => decodeName(textOf(word, 'pattern'))) : [texts[1] ?? ''];
  if (patterns.length === 1 && patterns[0] === '') {
    session.answer(answer, [atom('\\Noselect')], '/', '');
    return '';
  }
  const matchers = patterns.map((pattern) => toPattern(reference + pattern));
  const { folders } = accountOf(session);
  for (const { path, specialUse } of folders.values()) {
    if (!matchers.some((matcher) => matcher.test(path))) continue;
    const hasChildren = [...folders.keys()].some((other) => other.startsWith(`${path}/`));
    const use = specialUse !== undefined && session.settings.extensions.specialUse !== false ? [atom(specialUse)] : [];
    session.answer(answer, [atom(hasChildren ? '\\HasChildren' : '\\HasNoChildren'), ...use], '/', encodeName(path));
  }
  return '';
}

/** `*` is any text, `%` any text within one level. */
function toPattern(pattern: string): RegExp {
  const source = pattern
    .replace(/[\\^$.|?+()[\]{}]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/%/g, '[^/]*');
  return new RegExp(`^${/^inbox$/i.test(pattern) ? 'INBOX' : source}$`);
}

function status(session: Session, name: Word | undefined, items: Word | undefined): string {
  const folder = find(session, name);
  const asked = items?.kind === 'list' ? items.words.map((word) => textOf(word, 'item').toUpperCase()) : [];
  const values: Readonly<Record<string, number>> = {
    MESSAGES: folder.messages.length,
    RECENT: 0,
    UIDNEXT: folder.uidNext,
    UIDVALIDITY: folder.uidValidity,
    UNSEEN: folder.messages.filter(({ flags }) => !flags.has('\\Seen')).length,
  };
  const known = asked.filter((item) => item in values);
  session.answer(
    'STATUS',
    encodeName(folder.path),
    known.flatMap((item) => [atom(item), values[item] ?? 0]),
  );
  return '';
}

function append(session: Session, words: readonly Word[]): string {
  const [name, ...rest] = words;
  const folder = accountOf(session).folder(pathOf(name));
  if (!folder) throw new No('[TRYCREATE] no such folder');
  const message = rest.at(-1);
  if (message?.kind !== 'string') throw new Malformed('the message is missing');
  const flags = rest.find((word) => word.kind === 'list');
  const date = rest.length > 1 ? rest.at(-2) : undefined;
  const received = date?.kind === 'string' ? parseDateTime(date.text) : new Date();
  const { uid } = folder.add(
    message.bytes,
    flags?.kind === 'list' ? flags.words.map((word) => textOf(word, 'flag')) : [],
    received,
    session,
  );
  return session.settings.extensions.uidplus === false ? '' : `[APPENDUID ${folder.uidValidity} ${uid}] stored`;
}

function parseDateTime(text: string): Date {
  const match = DATE.exec(text);
  const date = new Date(match ? `${match[1]} ${match[2]} ${match[3]} ${match[4]} ${match[5]}` : Number.NaN);
  if (Number.isNaN(date.getTime())) throw new Malformed('not a date');
  return date;
}

export function pathOf(word: Word | undefined): string {
  return decodeName(textOf(word, 'folder name'));
}

export function accountOf({ account }: Session): Account {
  if (!account) throw new Malformed('log in first');
  return account;
}

function find(session: Session, name: Word | undefined): MailFolder {
  const folder = accountOf(session).folder(pathOf(name));
  if (!folder) throw new No('[NONEXISTENT] no such folder');
  return folder;
}

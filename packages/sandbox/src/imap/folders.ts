import type { Account } from '../store/account.ts';
import type { MailFolder } from '../store/folder.ts';
import { atom } from './answer.ts';
import type { Handlers } from './commands.ts';
import { decodeName } from './folder-name.ts';
import type { Session } from './session.ts';
import { Malformed, No, expectCount, textOf, type Word } from './words.ts';

export const folderCommands: Handlers = {
  SELECT: { needs: 'login', run: (session, words) => select(session, words, false) },
  EXAMINE: { needs: 'login', run: (session, words) => select(session, words, true) },
  CLOSE: {
    needs: 'folder',
    run(session) {
      const { view } = session;
      if (view && !view.readOnly)
        view.folder.remove(new Set(view.messages().flatMap(({ flags, uid }) => (flags.has('\\Deleted') ? uid : []))));
      session.select(undefined);
      return '';
    },
  },
  UNSELECT: { needs: 'folder', extension: 'unselect', run: (session) => (session.select(undefined), '') },
  CHECK: { needs: 'folder', run: () => '' },
  CREATE: { needs: 'login', run: create },
  DELETE: { needs: 'login', run: remove },
  RENAME: { needs: 'login', run: rename },
  SUBSCRIBE: {
    needs: 'login',
    run(session, words) {
      accountOf(session).subscribed.add(existing(session, words[0]).path);
      return '';
    },
  },
  UNSUBSCRIBE: {
    needs: 'login',
    run(session, words) {
      const path = pathOf(words[0]);
      const account = accountOf(session);
      account.subscribed.delete(account.folder(path)?.path ?? path);
      return '';
    },
  },
};

function select(session: Session, words: readonly Word[], readOnly: boolean): string {
  expectCount(words, 1);
  session.select(undefined);
  const folder = mailIn(session, words[0], '[NONEXISTENT]');
  const view = session.select(folder, readOnly);
  const unseen = folder.messages.findIndex(({ flags }) => !flags.has('\\Seen'));
  const { wire } = session;
  wire.answer('FLAGS', folder.knownFlags.map(atom));
  wire.line(`* ${folder.messages.length} EXISTS`);
  wire.line(`* ${view?.recentCount() ?? 0} RECENT`);
  if (unseen >= 0) wire.line(`* OK [UNSEEN ${unseen + 1}] first unread`);
  wire.line(`* OK [PERMANENTFLAGS (${readOnly ? '' : [...folder.knownFlags, '\\*'].join(' ')})] flags that stay`);
  wire.line(`* OK [UIDVALIDITY ${folder.uidValidity}] valid`);
  wire.line(`* OK [UIDNEXT ${folder.uidNext}] next`);
  return `[READ-${readOnly ? 'ONLY' : 'WRITE'}] selected`;
}

function create(session: Session, words: readonly Word[]): string {
  expectCount(words, 1);
  const path = newPath(words[0]);
  const account = accountOf(session);
  const there = account.folder(path);
  if (there && !there.noSelect) throw new No('[ALREADYEXISTS] the folder is there already');
  account.create(path);
  return '';
}

function remove(session: Session, words: readonly Word[]): string {
  expectCount(words, 1);
  const account = accountOf(session);
  const folder = existing(session, words[0]);
  if (folder.path === 'INBOX') throw new No('[CANNOT] INBOX stays');
  if (folder.noSelect) throw new No('[CANNOT] this is only a name that holds other folders');
  if (session.view?.folder === folder) session.select(undefined);
  account.delete(folder);
  return '';
}

function rename(session: Session, words: readonly Word[]): string {
  expectCount(words, 2);
  const account = accountOf(session);
  const folder = existing(session, words[0]);
  const path = newPath(words[1]);
  if (account.folder(path)) throw new No('[ALREADYEXISTS] the folder is there already');
  if (folder.path !== 'INBOX' && path.startsWith(`${folder.path}/`)) throw new No('[CANNOT] a folder cannot go into itself');
  account.rename(folder, path);
  return '';
}

export function pathOf(word: Word | undefined): string {
  return decodeName(textOf(word, 'folder name'));
}

/** A name for a new folder; a "/" at its end says that others will follow below it. */
function newPath(word: Word | undefined): string {
  const path = pathOf(word).replace(/\/$/, '');
  // oxlint-disable-next-line no-control-regex -- what a name cannot hold
  if (path.split('/').includes('') || /[*%\u0000-\u001f\u007f]/.test(path)) throw new No('[CANNOT] this is no name for a folder');
  return path;
}

export function accountOf({ account }: Session): Account {
  if (!account) throw new Malformed('log in first');
  return account;
}

function existing(session: Session, name: Word | undefined): MailFolder {
  const folder = accountOf(session).folder(pathOf(name));
  if (!folder) throw new No('[NONEXISTENT] no such folder');
  return folder;
}

/** A folder that can hold mail; else NO with `code`. */
export function mailIn(session: Session, name: Word | undefined, code: '[NONEXISTENT]' | '[TRYCREATE]'): MailFolder {
  const folder = accountOf(session).folder(pathOf(name));
  if (!folder || folder.noSelect) throw new No(`${code} no such folder`);
  return folder;
}

import { randomBytes } from 'node:crypto';
import type { Account } from '../store/account.ts';
import type { MailFolder, StoredMessage } from '../store/folder.ts';
import { badRequest, noSuchItem, Refused } from './answer.ts';

/** A message and where it is. */
export interface Place {
  readonly folder: MailFolder;
  readonly message: StoredMessage;
}

/** Well-known names (learn.microsoft.com, mailFolder) and the attribute that marks their folder here. */
const WELL_KNOWN: Readonly<Record<string, string>> = {
  sentitems: '\\Sent',
  drafts: '\\Drafts',
  deleteditems: '\\Trash',
  junkemail: '\\Junk',
  archive: '\\Archive',
};
/** The folder that holds all others. */
export const ROOT = 'msgfolderroot';

const encoded = (kind: string, ...rest: readonly (string | number)[]) => Buffer.from([kind, ...rest].join(' ')).toString('base64url');

/** The ids of one mailbox: of folders, and of messages in both forms. A mutable one dies when its message moves, an immutable one goes along. */
export class Places {
  readonly account: Account;
  readonly #lasting = new WeakMap<StoredMessage, string>();
  readonly #found = new Map<string, Place>();

  constructor(account: Account) {
    this.account = account;
  }

  folderId({ uidValidity }: MailFolder): string {
    return encoded('folder', uidValidity);
  }

  /** Errors: 404 for a folder that is not there. */
  folder(id: string): MailFolder {
    const name = id.toLowerCase();
    const all = [...this.account.folders.values()].filter(({ noSelect }) => !noSelect);
    const found =
      name === 'inbox'
        ? this.account.folder('INBOX')
        : all.find((one) => this.folderId(one) === id || (one.specialUse !== undefined && one.specialUse === WELL_KNOWN[name]));
    if (!found) throw new Refused(404, 'ErrorFolderNotFound', 'The specified folder could not be found in the store.');
    return found;
  }

  messageId({ folder, message }: Place, immutable: boolean): string {
    if (!immutable) return encoded('mutable', folder.uidValidity, message.uid);
    let id = this.#lasting.get(message);
    if (id === undefined) this.keep({ folder, message }, (id = encoded('immutable', randomBytes(12).toString('base64url'))));
    return id;
  }

  /** A message goes on under an id that it had in another place. */
  keep(place: Place, id: string): void {
    this.#lasting.set(place.message, id);
    this.#found.set(id, place);
  }

  /** An id of a message that was made anew in its place. */
  alias(id: string, place: Place): void {
    this.#found.set(id, place);
  }

  /** Errors: 404 for a message that is not there, 400 for what is no id. */
  place(id: string): Place {
    const [kind = '', validity, uid] = Buffer.from(id, 'base64url').toString().split(' ');
    if (encoded(kind, ...[validity, uid].filter((one) => one !== undefined)) !== id || (kind !== 'mutable' && kind !== 'immutable'))
      throw badRequest('Id is malformed.', 'ErrorInvalidIdMalformed');
    const known = this.#found.get(id);
    const folder = known?.folder ?? [...this.account.folders.values()].find(({ uidValidity }) => uidValidity === Number(validity));
    const message = folder?.find(known?.message.uid ?? Number(uid));
    if (!folder || !message) throw noSuchItem();
    return { folder, message };
  }

  /** The same message elsewhere, or with other bytes: its immutable id goes along. */
  relocate(from: Place, folder: MailFolder, raw = from.message.raw, flags: Iterable<string> = from.message.flags): Place {
    const id = this.messageId(from, true);
    from.folder.remove(new Set([from.message.uid]));
    const place = { folder, message: folder.add(raw, flags, from.message.receivedAt) };
    this.keep(place, id);
    return place;
  }
}

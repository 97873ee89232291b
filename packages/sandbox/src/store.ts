import { EventEmitter } from 'node:events';

/** A message in a folder. `flags` holds system flags and keywords as IMAP writes them. */
export interface StoredMessage {
  readonly uid: number;
  readonly raw: Buffer;
  readonly flags: Set<string>;
  readonly receivedAt: Date;
}

/** What other sessions on a folder must hear of. */
export type Change =
  | { readonly kind: 'exists' }
  | { readonly kind: 'gone'; readonly uid: number }
  | { readonly kind: 'flags'; readonly uid: number };

/** UIDVALIDITY is a time and only grows, so that a folder made anew is told from the old one (RFC 3501 section 2.3.1.1). */
let lastValidity = Math.floor(Date.now() / 1000);

/** One folder. `specialUse` is an attribute of RFC 6154, such as `\Sent`. */
export class MailFolder {
  readonly path: string;
  readonly specialUse: string | undefined;
  readonly uidValidity = ++lastValidity;
  readonly changes = new EventEmitter<{ change: [Change, object] }>().setMaxListeners(1000);
  messages: StoredMessage[] = [];
  uidNext = 1;

  constructor(path: string, specialUse?: string) {
    this.path = path;
    this.specialUse = specialUse;
  }

  /** `by` is the session that did it: it learns of it in its own answer. */
  add(raw: Buffer, flags: Iterable<string> = [], receivedAt = new Date(), by: object = this): StoredMessage {
    const message = { uid: this.uidNext++, raw, flags: new Set(flags), receivedAt };
    this.messages.push(message);
    this.changes.emit('change', { kind: 'exists' }, by);
    return message;
  }

  remove(uids: ReadonlySet<number>): void {
    const gone = this.messages.filter(({ uid }) => uids.has(uid));
    this.messages = this.messages.filter(({ uid }) => !uids.has(uid));
    for (const { uid } of gone) this.changes.emit('change', { kind: 'gone', uid }, this);
  }

  flagged(uid: number, by: object): void {
    this.changes.emit('change', { kind: 'flags', uid }, by);
  }
}

/** One user's mail. Paths use "/" between levels. */
export class Account {
  readonly address: string;
  readonly password: string;
  readonly folders = new Map<string, MailFolder>([['INBOX', new MailFolder('INBOX')]]);

  constructor(address: string, password: string) {
    this.address = address;
    this.password = password;
  }

  folder(path: string): MailFolder | undefined {
    return this.folders.get(path.toUpperCase() === 'INBOX' ? 'INBOX' : path);
  }

  create(path: string, specialUse?: string): MailFolder {
    const levels = path.split('/');
    for (let depth = 1; depth < levels.length; depth++) {
      const parent = levels.slice(0, depth).join('/');
      if (!this.folder(parent)) this.folders.set(parent, new MailFolder(parent));
    }
    const folder = new MailFolder(path, specialUse);
    this.folders.set(path, folder);
    return folder;
  }
}

/** A mail that left the sandbox's own users: kept here, never sent anywhere. */
export interface OutsideMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: Buffer;
}

/** Everything in the sandbox, in memory. */
export class Store {
  readonly accounts = new Map<string, Account>();
  readonly outside: OutsideMail[] = [];

  account(address: string): Account | undefined {
    return this.accounts.get(address.toLowerCase());
  }

  addAccount(address: string, password: string): Account {
    const account = new Account(address, password);
    this.accounts.set(address.toLowerCase(), account);
    return account;
  }

  /** Into the inbox of each recipient who lives here; the others' copies go outside. */
  deliver(from: string, to: readonly string[], raw: Buffer): void {
    const elsewhere = to.filter((address) => !this.account(address));
    for (const address of to) this.account(address)?.folder('INBOX')?.add(raw);
    if (elsewhere.length > 0) this.outside.push({ from, to: elsewhere, raw });
  }
}

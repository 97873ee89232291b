import { EventEmitter } from 'node:events';

/** A message in a folder. `flags` holds system flags and keywords as IMAP writes them; change them through the folder. */
export interface StoredMessage {
  readonly uid: number;
  readonly raw: Buffer;
  readonly flags: ReadonlySet<string>;
  readonly receivedAt: Date;
  /** The folder's `revision` when the message came, and at its last change. */
  readonly born: number;
  readonly revision: number;
}

/** What sessions on a folder must hear of. */
export type Change =
  | { readonly kind: 'exists' }
  | { readonly kind: 'gone'; readonly uid: number }
  | { readonly kind: 'flags'; readonly uid: number }
  | { readonly kind: 'deleted' };

/** UIDVALIDITY is a time and only grows, so that a folder made anew is told from the old one (RFC 3501 section 2.3.1.1). */
let lastValidity = Math.floor(Date.now() / 1000);

const SYSTEM_FLAGS = ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft'];

/** One folder. Messages stand in the order of their UIDs. */
export class MailFolder {
  readonly uidValidity = ++lastValidity;
  readonly changes = new EventEmitter<{ change: [Change, object] }>().setMaxListeners(0);
  /** An attribute of RFC 6154, such as `\Sent`. */
  readonly specialUse: string | undefined;
  path: string;
  uidNext = 1;
  /** A name that holds other folders, but no mail: it was deleted, its children were not. */
  noSelect = false;
  /** Messages that went away, oldest first, for clients that ask what changed. */
  readonly gone: { readonly uid: number; readonly revision: number }[] = [];
  #revision = 0;
  #messages: StoredMessage[] = [];
  /** UIDs that no session has been told of yet (`\Recent`). */
  #recent = new Set<number>();
  /** Spellings by lower case: flags are the same in any case (RFC 3501 section 2.3.2). */
  #spellings = new Map(SYSTEM_FLAGS.map((flag) => [flag.toLowerCase(), flag]));

  constructor(path: string, specialUse?: string) {
    this.path = path;
    this.specialUse = specialUse;
  }

  /** Grows with every change in the folder. */
  get revision(): number {
    return this.#revision;
  }

  get messages(): readonly StoredMessage[] {
    return this.#messages;
  }

  /** System flags, then every keyword that was ever used here. */
  get knownFlags(): readonly string[] {
    return [...this.#spellings.values()];
  }

  find(uid: number): StoredMessage | undefined {
    const message = this.#messages[indexIn(this.#messages, (one) => one.uid, uid)];
    return message?.uid === uid ? message : undefined;
  }

  /** `by` is the session that did it: it learns of it in its own answer. */
  add(raw: Buffer, flags: Iterable<string> = [], receivedAt = new Date(), by: object = this): StoredMessage {
    const revision = ++this.#revision;
    const set = new Set([...flags].map((flag) => this.spell(flag)));
    const message = { uid: this.uidNext++, raw, flags: set, receivedAt, born: revision, revision };
    this.#messages.push(message);
    this.#recent.add(message.uid);
    this.changes.emit('change', { kind: 'exists' }, by);
    return message;
  }

  remove(uids: ReadonlySet<number>, by: object = this): void {
    const gone = this.#take(uids);
    for (const { uid } of gone) this.gone.push({ uid, revision: ++this.#revision });
    for (const { uid } of gone) this.changes.emit('change', { kind: 'gone', uid }, by);
  }

  /** Those that are there, which are not from then on. One of many is found without a look at the others. */
  #take(uids: ReadonlySet<number>): StoredMessage[] {
    if (uids.size > 1) {
      const gone = this.#messages.filter(({ uid }) => uids.has(uid));
      this.#messages = this.#messages.filter(({ uid }) => !uids.has(uid));
      return gone;
    }
    const [uid = 0] = uids;
    const found = this.find(uid);
    // A new list: whoever goes through the old one is not disturbed.
    if (found)
      this.#messages = this.#messages.toSpliced(
        indexIn(this.#messages, (one) => one.uid, uid),
        1,
      );
    return found ? [found] : [];
  }

  /** Gives a message these flags; tells whether any was new or went away. */
  setFlags(message: StoredMessage, flags: Iterable<string>, by: object = this): boolean {
    const wanted = new Set([...flags].map((flag) => this.spell(flag)));
    const own = message.flags as Set<string>;
    if (wanted.size === own.size && [...wanted].every((flag) => own.has(flag))) return false;
    own.clear();
    for (const flag of wanted) own.add(flag);
    this.touch(message);
    this.changes.emit('change', { kind: 'flags', uid: message.uid }, by);
    return true;
  }

  /** Notes that something of a message changed. */
  touch(message: StoredMessage): void {
    (message as { revision: number }).revision = ++this.#revision;
  }

  /** The spelling of a flag that was used here first. */
  spell(flag: string): string {
    const known = this.#spellings.get(flag.toLowerCase());
    if (known === undefined) this.#spellings.set(flag.toLowerCase(), flag);
    return known ?? flag;
  }

  /** UIDs that became known to nobody yet; `claim` makes them old for everyone else. */
  recent(claim: boolean): readonly number[] {
    const found = [...this.#recent].filter((uid) => this.find(uid));
    if (claim) this.#recent.clear();
    return found;
  }

  /** Empties the folder and tells those who have it open that it is no more. */
  destroy(): void {
    this.#messages = [];
    this.#recent.clear();
    this.changes.emit('change', { kind: 'deleted' }, this);
  }
}

/** Where `number` stands, or would stand, among ascending numbers. */
export function indexIn<T>(items: readonly T[], numberOf: (item: T) => number, number: number): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numberOf(items[middle] as T) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

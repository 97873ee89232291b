import { indexIn, type Change, type MailFolder, type StoredMessage } from '../store/folder.ts';
import { atom, type Value } from './answer.ts';
import type { Wire } from './wire.ts';

/** A folder as one session sees it: numbered as the client was told, until it can be told of changes. */
export class View {
  readonly folder: MailFolder;
  readonly readOnly: boolean;
  readonly #uids: number[];
  readonly #recent: Set<number>;
  #lastUid: number;
  #gone: number[] = [];
  #flagged = new Set<number>();
  readonly #listener: (change: Change, by: object) => void;

  /** `changed` is called when there is something to tell; `deleted` when the folder is no more. */
  constructor(folder: MailFolder, readOnly: boolean, changed: () => void, deleted: () => void) {
    this.folder = folder;
    this.readOnly = readOnly;
    this.#uids = folder.messages.map(({ uid }) => uid);
    this.#lastUid = folder.uidNext - 1;
    this.#recent = new Set(folder.recent(!readOnly));
    this.#listener = (change, by) => {
      if (change.kind === 'deleted') return deleted();
      if (change.kind === 'flags' && by === this) return;
      if (change.kind === 'flags') this.#flagged.add(change.uid);
      if (change.kind === 'gone') this.#gone.push(change.uid);
      changed();
    };
    folder.changes.on('change', this.#listener);
  }

  close(): void {
    this.folder.changes.off('change', this.#listener);
  }

  /** UIDs of the messages that the client was told of, in their order. */
  get uids(): readonly number[] {
    return this.#uids;
  }

  /** The messages that the client was told of and that are still there. */
  messages(): StoredMessage[] {
    return this.#uids.flatMap((uid) => this.folder.find(uid) ?? []);
  }

  /** The message sequence number. */
  numberOf(uid: number): number {
    return indexIn(this.#uids, (one) => one, uid) + 1;
  }

  isRecent(uid: number): boolean {
    return this.#recent.has(uid);
  }

  recentCount(): number {
    return this.#recent.size;
  }

  flagsOf(message: StoredMessage): Value {
    return [...message.flags, ...(this.isRecent(message.uid) ? ['\\Recent'] : [])].map(atom);
  }

  /** Tells of what others did. EXPUNGE must wait while the client counts on its numbers (RFC 3501 section 7.4.1). */
  tell(wire: Wire, mayExpunge: boolean): void {
    if (mayExpunge) this.#tellGone(wire);
    this.#tellNew(wire);
    for (const uid of this.#flagged) {
      const message = this.folder.find(uid);
      const known = message && this.#uids[this.numberOf(uid) - 1] === uid;
      if (known) wire.answer(`${this.numberOf(uid)} FETCH`, [atom('UID'), uid, atom('FLAGS'), this.flagsOf(message)]);
    }
    this.#flagged.clear();
  }

  #tellGone(wire: Wire): void {
    for (const uid of this.#gone) {
      const number = this.numberOf(uid);
      if (this.#uids[number - 1] !== uid) continue;
      this.#uids.splice(number - 1, 1);
      this.#recent.delete(uid);
      wire.line(`* ${number} EXPUNGE`);
    }
    this.#gone = [];
  }

  #tellNew(wire: Wire): void {
    const { messages, uidNext } = this.folder;
    const fresh = messages.slice(indexIn(messages, ({ uid }) => uid, this.#lastUid + 1));
    this.#lastUid = uidNext - 1;
    if (fresh.length === 0) return;
    for (const { uid } of fresh) this.#uids.push(uid);
    for (const uid of this.folder.recent(!this.readOnly)) this.#recent.add(uid);
    wire.line(`* ${this.#uids.length} EXISTS`);
    wire.line(`* ${this.#recent.size} RECENT`);
  }
}

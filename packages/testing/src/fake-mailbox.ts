import {
  EmailError,
  type Draft,
  type Flag,
  type Mailbox,
  type MailboxFeatures,
  type Message,
  type MessageRef,
  type Need,
} from '@mailwright/core';
import { FakeFolders, keep } from './fake-folders.ts';
import { FakeListing, load, type Request } from './fake-listing.ts';
import { FakeVerbs } from './fake-verbs.ts';
import { arrival, bytesOf, type SeedMail } from './seed-mail.ts';

export interface FakeMailboxOptions {
  /** The verbs that it has; all if left out. `search` and `read` are always there. */
  readonly provides?: readonly Need[];
  readonly messages?: readonly SeedMail[];
  /** Folders besides those with a role. */
  readonly folders?: readonly string[];
  /** Addresses that the server does not take, with what it says. */
  readonly refuses?: Readonly<Record<string, string>>;
  /** Filter days are days in this zone (IANA name); UTC if left out. */
  readonly timeZone?: string;
}

/** A mail that was sent: what was asked, and what its recipients get. */
export interface SentMail {
  readonly draft: Draft;
  readonly mail: Message;
}

/** A mailbox in memory with the meaning of a real one, and a look behind its wall. */
export interface FakeMailbox extends Mailbox {
  readonly sent: readonly SentMail[];
  /** The messages of a folder (INBOX if left out), oldest first. */
  refs(folder?: string): MessageRef[];
  flags(ref: MessageRef): readonly Flag[];
  /** As another program would: the reference is void from then on. */
  vanish(ref: MessageRef): void;
}

const ROLES = { INBOX: 'inbox', Sent: 'sent', Drafts: 'drafts', Trash: 'trash', Junk: 'junk', Archive: 'archive' } as const;

/** A mailbox for the tests of whoever uses mailboxes. Messages are composed and parsed as real ones are. */
export function fakeMailbox(options: FakeMailboxOptions = {}): FakeMailbox {
  return new FakeServer(options).open(options.provides);
}

/** What is behind a fake mailbox; several may be open on it. */
export class FakeServer {
  readonly #folders = new FakeFolders();
  readonly #sent: SentMail[] = [];
  readonly #timeZone: string;
  readonly #refuses: Readonly<Record<string, string>>;

  constructor({ messages = [], folders = [], refuses = {}, timeZone = 'UTC' }: FakeMailboxOptions) {
    this.#timeZone = timeZone;
    this.#refuses = refuses;
    for (const [path, role] of Object.entries(ROLES)) this.#folders.add(path, role);
    for (const path of folders) this.#folders.create(path);
    for (const [index, seed] of messages.entries()) {
      const mail = keep(() => bytesOf(seed, index), { ...seed, receivedAt: seed.receivedAt ?? arrival(index) });
      this.#folders.put(this.#folders.create(seed.folder ?? 'INBOX').path, mail);
    }
  }

  /** Errors of its verbs once it is closed: `connection.lost`. */
  open(provides?: readonly Need[]): FakeMailbox {
    const folders = this.#folders;
    let alive = true;
    const check = () => {
      if (!alive) throw new EmailError('connection.lost', { host: 'fake' });
    };
    const all = Object.entries(new FakeVerbs(folders, this.#sent, this.#refuses).all());
    const verbs = all
      .filter(([verb]) => provides?.includes(verb as Need) ?? true)
      // What is iterated is no promise.
      .map(([verb, work]) => [verb, verb === 'watch' ? work : guarded(work as never, check)]);
    return {
      ...(Object.fromEntries(verbs) as Partial<MailboxFeatures>),
      search: ((query: Request, signal?: AbortSignal) =>
        new FakeListing(query, folders, { timeZone: this.#timeZone, check, signal })) as Mailbox['search'],
      read: guarded(async (ref: MessageRef) => load(ref, folders), check),
      plan: (filter) => ({ server: null, residual: filter }),
      alive: () => alive,
      sent: this.#sent,
      refs: (folder = 'INBOX') => folders.refs(folders.locate(folder)),
      flags: (ref) => [...folders.get(ref).flags],
      vanish: (ref) => folders.remove(ref),
      [Symbol.asyncDispose]: async () => void (alive = false),
    };
  }
}

function guarded<A extends unknown[], R>(work: (...args: A) => Promise<R>, check: () => void): (...args: A) => Promise<R> {
  return async (...args) => {
    check();
    return work(...args);
  };
}

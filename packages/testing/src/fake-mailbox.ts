import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import {
  EmailError,
  matches,
  type Done,
  type Draft,
  type Flag,
  type Listing,
  type Mailbox,
  type MailboxFeatures,
  type Message,
  type MessageRef,
  type MessageSummary,
  type Moved,
  type Need,
  type Query,
  type SendOptions,
  type Sent,
} from '@mailwright/core';
import { compose, parse } from '@mailwright/mime';
import { FakeFolders, type KeptMail } from './fake-folders.ts';
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
export function fakeMailbox({
  provides,
  messages = [],
  folders: more = [],
  refuses = {},
  timeZone = 'UTC',
}: FakeMailboxOptions = {}): FakeMailbox {
  const folders = new FakeFolders();
  for (const [path, role] of Object.entries(ROLES)) folders.add(path, role);
  for (const path of more) folders.create(path);
  for (const [index, seed] of messages.entries()) folders.put(folders.create(seed.folder ?? 'INBOX').path, kept(seed, index));
  const sent: SentMail[] = [];
  let open = true;
  const verbs = Object.entries(new Verbs(folders, sent, refuses).all());
  return {
    ...(Object.fromEntries(provides ? verbs.filter(([verb]) => provides.includes(verb as Need)) : verbs) as Partial<MailboxFeatures>),
    search: ((query: Request, signal?: AbortSignal) => new FakeListing(query, folders, timeZone, signal)) as Mailbox['search'],
    read: async (ref) => load(ref, folders),
    plan: (filter) => ({ server: null, residual: filter }),
    alive: () => open,
    sent,
    refs: (folder = 'INBOX') => folders.refs(folders.locate(folder)),
    flags: (ref) => [...folders.get(ref).flags],
    vanish: (ref) => folders.remove(ref),
    [Symbol.asyncDispose]: async () => void (open = false),
  };
}

type Request = Query & { readonly load?: 'message' };

function kept(seed: SeedMail, index: number): KeptMail {
  let bytes: Promise<Buffer> | undefined;
  return {
    bytes: () => (bytes ??= bytesOf(seed, index)),
    receivedAt: seed.receivedAt ?? arrival(index),
    flags: new Set(seed.flags),
    keywords: new Set(seed.keywords),
  };
}

async function load(ref: MessageRef, folders: FakeFolders): Promise<Message> {
  const { bytes, receivedAt, flags, keywords } = folders.get(ref);
  const raw = await bytes();
  return parse(raw, { ref, receivedAt, size: raw.length, flags: [...flags], keywords: [...keywords] });
}

/** What only the whole message has. */
const WHOLE = new Set(['headers', 'sender', 'replyTo', 'bcc', 'invite', 'text', 'html', 'attachments', 'raw']);

function summaryOf(message: Message): MessageSummary {
  return Object.fromEntries(Object.entries(message).filter(([key]) => !WHOLE.has(key))) as unknown as MessageSummary;
}

class FakeListing implements Listing {
  readonly #query: Request;
  readonly #folders: FakeFolders;
  readonly #timeZone: string;
  readonly #signal: AbortSignal | undefined;
  #left: MessageRef[] | undefined;

  constructor(query: Request, folders: FakeFolders, timeZone: string, signal: AbortSignal | undefined) {
    this.#query = query;
    this.#folders = folders;
    this.#timeZone = timeZone;
    this.#signal = signal;
  }

  left(): readonly MessageRef[] | undefined {
    return this.#left && [...this.#left];
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<MessageSummary> {
    const { among, folder, subfolders, newestFirst, filter, load: whole, limit = Infinity } = this.#query;
    const found = among ? [...among] : this.#folders.refs(this.#folders.locate(folder), subfolders);
    this.#left = newestFirst && !among ? found.reverse() : found;
    for (let yielded = 0; yielded < limit;) {
      const ref = this.#left.shift();
      if (!ref) return;
      if (this.#signal?.aborted) throw new EmailError('automation.cancelled', {});
      if (!this.#folders.find(ref)) continue;
      const message = await load(ref, this.#folders);
      const subject = { ...message, body: async () => message.text ?? '' };
      if (filter && !(await matches(filter, subject, this.#timeZone))) continue;
      yielded++;
      yield whole ? message : summaryOf(message);
    }
  }
}

/** The optional verbs. */
class Verbs {
  readonly #folders: FakeFolders;
  readonly #sent: SentMail[];
  readonly #refuses: Readonly<Record<string, string>>;

  constructor(folders: FakeFolders, sent: SentMail[], refuses: Readonly<Record<string, string>>) {
    this.#folders = folders;
    this.#sent = sent;
    this.#refuses = refuses;
  }

  all(): MailboxFeatures {
    const folders = this.#folders;
    return {
      listFolders: async () => folders.list(),
      createFolder: async (path) => folders.create(path),
      move: async (refs, to) => this.#relocate(refs, to, true),
      copy: async (refs, to) => this.#relocate(refs, to, false),
      trash: async (refs) => this.#relocate(refs, 'role:trash', true),
      mark: async (refs, { seen, flagged, answered }) =>
        this.#each(refs, (ref) => {
          for (const [flag, on] of Object.entries({ seen, flagged, answered })) set(folders.get(ref).flags, flag as Flag, on);
        }),
      label: async (refs, { add = [], remove = [] }) =>
        this.#each(refs, (ref) => {
          for (const keyword of remove) folders.get(ref).keywords.delete(keyword);
          for (const keyword of add) folders.get(ref).keywords.add(keyword);
        }),
      erase: async (refs) =>
        this.#each(refs, (ref) => {
          folders.get(ref);
          folders.remove(ref);
        }),
      append: (folder, raw, size, flags) => this.#append(folder, raw, size, flags),
      saveDraft: async (draft) => this.#store('role:drafts', await buffer(compose(draft, { keepBcc: true }).stream()), ['draft', 'seen']),
      send: (draft, options) => this.#send(draft, options),
    };
  }

  #each(refs: readonly MessageRef[], work: (ref: MessageRef) => void): Done[] {
    return refs.map((ref) => {
      try {
        work(ref);
        return { ref };
      } catch (error) {
        return { ref, error: EmailError.from(error, 'fake mailbox') };
      }
    });
  }

  #relocate(refs: readonly MessageRef[], to: string, move: boolean): Moved[] {
    const target = this.#folders.locate(to);
    return refs.map((from) => {
      const mail = this.#folders.find(from);
      if (!mail) return { from, error: new EmailError('message.not_found', { folder: from.folder, id: from.id }) };
      if (move && from.folder === target) return { from, to: from };
      if (move) this.#folders.remove(from);
      return { from, to: this.#folders.put(target, { ...mail, flags: new Set(mail.flags), keywords: new Set(mail.keywords) }) };
    });
  }

  async #append(folder: string, raw: Readable, size: number, flags: readonly Flag[] = []): Promise<MessageRef> {
    const bytes = await buffer(raw);
    if (bytes.length === size) return this.#store(folder, bytes, flags);
    throw new EmailError('input.invalid', {
      path: 'raw',
      problem: `${bytes.length} bytes came, not ${size}`,
      cure: 'Give the exact size.',
    });
  }

  #store(folder: string, raw: Buffer, flags: readonly Flag[]): MessageRef {
    const mail = { bytes: async () => raw, receivedAt: new Date().toISOString(), flags: new Set(flags), keywords: new Set<string>() };
    return this.#folders.put(this.#folders.locate(folder), mail);
  }

  async #send(draft: Draft, { saveToSent = true }: SendOptions = {}): Promise<Sent> {
    const all = [...draft.to, ...(draft.cc ?? []), ...(draft.bcc ?? [])].map(({ address }) => address);
    const accepted = all.filter((address) => !(address in this.#refuses));
    const rejected = all.flatMap((address) => (address in this.#refuses ? [{ address, serverSaid: this.#refuses[address] ?? '' }] : []));
    if (accepted.length === 0)
      throw new EmailError('send.rejected', { addresses: all, serverSaid: rejected[0]?.serverSaid ?? 'no recipients' });
    const raw = await buffer(compose(draft).stream());
    this.#sent.push({ draft, mail: await parse(raw, { ref: { folder: '', id: '' } }) });
    const copy = saveToSent ? this.#store('role:sent', await buffer(compose(draft, { keepBcc: true }).stream()), ['seen']) : undefined;
    return { messageId: draft.messageId, state: 'sent', accepted, rejected, ...(copy && { savedTo: copy.folder }) };
  }
}

function set(flags: Set<Flag>, flag: Flag, on: boolean | undefined): void {
  if (on === true) flags.add(flag);
  if (on === false) flags.delete(flag);
}

import { setTimeout as sleep } from 'node:timers/promises';
import {
  EmailError,
  type Capability,
  type Listing,
  type Mailbox,
  type MailboxFeatures,
  type Message,
  type MessageRef,
  type MessageSummary,
  type Moved,
  type Query,
} from '@mailwright/core';
import { Doubt } from './doubt.ts';

/** How long a session tries to come back before a step gives up, in milliseconds. */
const RECONNECT_FOR = 120_000;
/** The last messages of a loop: what its body reads, it need not fetch again. */
const RECENT = 16;
/** Connections in a row that brought a loop nothing: then it ends with the error. */
const FRUITLESS = 3;
/** Own moves that are remembered, so that an old reference finds the message. */
const FOLLOWED = 100_000;

const keyOf = ({ folder, id }: MessageRef) => `${folder}\u0000${id}`;

/**
 * A mailbox that stays: a lost connection is opened anew (back-off 1, 2, 4 ... 60 s with jitter) and what changed nothing is asked
 * again; a loop goes on where it was. It also follows its own moves. Opening anew must give the same mailbox.
 */
export class SteadyMailbox {
  #current: Mailbox;
  readonly #reopen: () => Promise<Mailbox>;
  readonly #signal: AbortSignal;
  readonly #moved = new Map<string, MessageRef>();
  readonly #recent = new Map<string, Message>();
  readonly #doubt = new Doubt();
  #reopening: Promise<Mailbox> | undefined;

  private constructor(first: Mailbox, reopen: () => Promise<Mailbox>, signal: AbortSignal) {
    this.#current = first;
    this.#reopen = reopen;
    this.#signal = signal;
  }

  /** A Mailbox with the same verbs as the first one. */
  static over(first: Mailbox, reopen: () => Promise<Mailbox>, signal: AbortSignal): Mailbox {
    const self = new SteadyMailbox(first, reopen, signal);
    return {
      search: ((query: Query, stop?: AbortSignal) => self.#search(query, stop)) as Mailbox['search'],
      read: (ref) => self.#read(ref),
      plan: (filter) => self.#current.plan(filter),
      alive: () => self.#current.alive(),
      ...self.#verbs(first),
      [Symbol.asyncDispose]: async () => {
        await self.#reopening?.catch(() => undefined);
        await self.#current[Symbol.asyncDispose]();
      },
    };
  }

  #verbs(first: Mailbox): Partial<MailboxFeatures> {
    const verbs: Partial<MailboxFeatures> = {
      listFolders: () => this.#steadily((mailbox) => verb(mailbox, 'listFolders')()),
      createFolder: (path) => this.#steadily((mailbox) => verb(mailbox, 'createFolder')(path)),
      move: (refs, to) => this.#relocate(refs, to, (found, mailbox) => verb(mailbox, 'move')(found, to)),
      copy: (refs, to) => this.#steadily(async (mailbox) => restore(refs, await verb(mailbox, 'copy')(this.#follow(refs), to))),
      trash: (refs) => this.#relocate(refs, 'role:trash', (found, mailbox) => verb(mailbox, 'trash')(found)),
      mark: (refs, marks) => this.#change(refs, (found, mailbox) => verb(mailbox, 'mark')(found, marks)),
      label: (refs, change) => this.#change(refs, (found, mailbox) => verb(mailbox, 'label')(found, change)),
      erase: (refs) => this.#change(refs, (found, mailbox) => verb(mailbox, 'erase')(found)),
      append: (folder, raw, size, flags) => this.#steadily((mailbox) => verb(mailbox, 'append')(folder, raw, size, flags), false),
      saveDraft: (draft) => this.#steadily((mailbox) => verb(mailbox, 'saveDraft')(draft), false),
      send: (draft, options) => this.#steadily((mailbox) => verb(mailbox, 'send')(draft, options), false),
      changes: (folder, cursor) => this.#steadily((mailbox) => verb(mailbox, 'changes')(folder, cursor)),
      watch: (folder, signal) => this.#watch(folder, signal),
    };
    return Object.fromEntries(Object.entries(verbs).filter(([verb]) => verb in first));
  }

  /** A lost connection ends it with an error: whoever watches decides when to come back, and looks then. */
  async *#watch(folder: string, signal: AbortSignal): AsyncGenerator<'look'> {
    yield* verb(await this.#live(), 'watch')(folder, signal);
  }

  async #read(ref: MessageRef): Promise<Message> {
    const [found = ref] = this.#follow([ref]);
    return this.#recent.get(keyOf(found)) ?? this.#steadily((mailbox) => mailbox.read(found));
  }

  #search(query: Query, stop?: AbortSignal): Listing {
    let listing: Listing | undefined;
    const items = this.#goOn(query, stop, (next) => (listing = next));
    return { left: () => listing?.left(), [Symbol.asyncIterator]: () => items };
  }

  async *#goOn(query: Query, stop: AbortSignal | undefined, listen: (listing: Listing) => void): AsyncGenerator<MessageSummary> {
    let pending = query;
    let yielded = 0;
    for (let fruitless = 0; ; fruitless++) {
      const listing = (await this.#live()).search(pending, stop);
      listen(listing);
      try {
        for await (const message of listing) {
          this.#doubt.know(message);
          if ('attachments' in message) this.#keep(message as Message);
          yielded++;
          fruitless = 0;
          yield message;
        }
        return;
      } catch (error) {
        if (!isLost(error) || fruitless === FRUITLESS) throw error;
        const left = listing.left();
        if (left) pending = { ...query, among: left, ...(query.limit !== undefined && { limit: query.limit - yielded }) };
        if (pending.limit === 0) return;
      }
    }
  }

  /** Verbs that may be asked again when the connection was lost before an answer: the backend says `outcome_unknown` where they may not. */
  async #steadily<T>(work: (mailbox: Mailbox) => Promise<T>, again = true): Promise<T> {
    const mailbox = await this.#live();
    try {
      return await work(mailbox);
    } catch (error) {
      if (!again || !EmailError.is(error, 'connection.lost')) throw error;
      return work(await this.#live());
    }
  }

  async #change<R>(
    refs: readonly MessageRef[],
    work: (found: readonly MessageRef[], mailbox: Mailbox) => Promise<readonly R[]>,
  ): Promise<readonly R[]> {
    const found = this.#follow(refs);
    for (const ref of found) this.#recent.delete(keyOf(ref));
    return restore(refs, await this.#steadily((mailbox) => work(found, mailbox)));
  }

  async #relocate(
    refs: readonly MessageRef[],
    to: string,
    work: (found: readonly MessageRef[], mailbox: Mailbox) => Promise<readonly Moved[]>,
  ): Promise<readonly Moved[]> {
    const results = await this.#change(refs, async (found, mailbox) =>
      this.#doubt.settle(await work(found, mailbox), to, async () => {
        const live = await this.#live();
        return { mailbox: live, again: (left) => work(left, live) };
      }),
    );
    for (const { from, to } of results) if (to && keyOf(from) !== keyOf(to)) this.#remember(from, to);
    return results;
  }

  #remember(from: MessageRef, to: MessageRef): void {
    // Where ids stay (Graph), a message that moves back has the reference that it once had.
    this.#moved.delete(keyOf(to));
    this.#moved.set(keyOf(from), to);
    if (this.#moved.size > FOLLOWED) this.#moved.delete(this.#moved.keys().next().value ?? '');
  }

  #follow(refs: readonly MessageRef[]): MessageRef[] {
    return refs.map((ref) => {
      let found = ref;
      const seen = new Set<string>();
      for (let key = keyOf(found); this.#moved.has(key) && !seen.has(key); key = keyOf(found)) {
        seen.add(key);
        found = this.#moved.get(key) ?? found;
      }
      return found;
    });
  }

  #keep(message: Message): void {
    this.#recent.set(keyOf(message.ref), message);
    if (this.#recent.size > RECENT) this.#recent.delete(this.#recent.keys().next().value ?? '');
  }

  async #live(): Promise<Mailbox> {
    if (this.#current.alive()) return this.#current;
    this.#reopening ??= this.#comeBack().finally(() => (this.#reopening = undefined));
    return this.#reopening;
  }

  async #comeBack(): Promise<Mailbox> {
    const until = Date.now() + RECONNECT_FOR;
    for (let wait = 1000; ; wait = Math.min(wait * 2, 60_000)) {
      try {
        this.#recent.clear();
        await this.#current[Symbol.asyncDispose]();
        return (this.#current = await this.#reopen());
      } catch (error) {
        // A server that restarts takes connections for a while, only to say that it is not there.
        const transient = (EmailError.is(error, 'connection') && error.retry !== 'never') || EmailError.is(error, 'server.unavailable');
        if (!transient || Date.now() + wait > until) throw error;
        await sleep(wait * (0.5 + Math.random() / 2), undefined, { signal: this.#signal });
      }
    }
  }
}

function isLost(error: unknown): boolean {
  return EmailError.is(error, 'connection.lost') || EmailError.is(error, 'connection.timeout');
}

/** Results under the references that were asked for, also where a message was followed to another place. */
function restore<R>(asked: readonly MessageRef[], results: readonly R[]): readonly R[] {
  return results.map((result, index) => {
    const ref = asked[index];
    if (!ref || typeof result !== 'object' || result === null) return result;
    return 'from' in result ? { ...result, from: ref } : { ...result, ref };
  });
}

function verb<C extends Capability>(mailbox: Mailbox, name: C): MailboxFeatures[C] {
  const method = mailbox[name];
  if (!method)
    throw new EmailError('internal.bug', { where: 'session', problem: `"${name}" went missing when the session was opened again` });
  return method.bind(mailbox) as MailboxFeatures[C];
}

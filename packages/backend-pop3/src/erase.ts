import { EmailError, say, type Done, type MessageRef } from '@mailwright/core';
import type { Conversation } from './conversation.ts';
import { refusalOf, toEmailError } from './errors.ts';
import { INBOX } from './inbox.ts';
import type { Maildrop, Stored } from './maildrop.ts';

/** Time for the server to hear our QUIT where nothing depends on it, in milliseconds. */
const GOODBYE = 3000;
/**
 * Milliseconds between signs of life while marks wait for QUIT. A server may end a silent connection, with all its marks: after ten minutes
 * by RFC 1939 section 3, some after two.
 */
const SIGN_OF_LIFE = 60_000;

/**
 * What is erased. DELE only marks; the server deletes at QUIT (RFC 1939 section 6), and a connection that ends in another way undoes
 * all marks. So each mark is remembered until QUIT was answered.
 */
export class Erasing {
  readonly #talk: Conversation;
  readonly #drop: Maildrop;
  readonly #marked: MessageRef[] = [];
  #life: NodeJS.Timeout | undefined;

  constructor(talk: Conversation, drop: Maildrop) {
    this.#talk = talk;
    this.#drop = drop;
  }

  /** Marks exactly these. A lost connection undoes the marks of this call too: it may be asked again. */
  async mark(refs: readonly MessageRef[]): Promise<Done[]> {
    const { limits } = this.#talk.ctx;
    const results = await this.#talk.turn(say`erase messages`, limits.search, () => this.#markAll(refs));
    this.#marked.push(...results.filter(({ error }) => !error).map(({ ref }) => ref));
    // No reason for the program to stay: who forgets the session erases nothing.
    if (this.#marked.length > 0) this.#life ??= setInterval(() => this.#live(), SIGN_OF_LIFE).unref();
    return results;
  }

  /** What goes wrong here is told by whatever is asked next, at the latest by leaving. */
  #live(): void {
    const { client, ctx } = this.#talk;
    if (!this.#talk.alive() || ctx.signal.aborted) clearInterval(this.#life);
    else this.#talk.turn(say`do nothing`, ctx.limits.command, () => client.NOOP()).catch(() => undefined);
  }

  async #markAll(refs: readonly MessageRef[]): Promise<Done[]> {
    const found: { readonly ref: MessageRef; readonly stored: Stored | undefined }[] = [];
    for (const ref of refs) {
      const stored = ref.folder === INBOX ? await this.#drop.find(ref.id) : undefined;
      found.push({ ref, stored });
      // A second one of the same in one call finds nothing any more.
      if (stored) stored.marked = true;
    }
    return Promise.all(found.map(({ ref, stored }) => (stored ? this.#markOne(ref, stored) : Promise.resolve(notFound(ref)))));
  }

  async #markOne(ref: MessageRef, stored: Stored): Promise<Done> {
    try {
      await this.#talk.client.DELE(stored.number);
      return { ref, pending: true };
    } catch (error) {
      if (refusalOf(error) === undefined) throw error;
      stored.marked = false;
      return { ref, error: toEmailError(error, { address: this.#talk.address, what: say`erase a message`, seconds: 0 }) };
    }
  }

  /**
   * Takes leave, which erases what is marked. Errors: `message.not_erased` where the connection was gone before, or the server refuses;
   * `message.outcome_unknown` where it does not answer. Each is told once.
   */
  async leave(): Promise<void> {
    const { client, address } = this.#talk;
    clearInterval(this.#life);
    const marked = this.#marked.splice(0);
    const messages = marked.map(({ id }) => id);
    const { host } = address;
    const count = marked.length;
    if (!client.open) {
      if (count === 0) return;
      throw new EmailError('message.not_erased', { host, count, messages }, { cause: client.failure });
    }
    const timer = setTimeout(() => client.close(), count === 0 ? GOODBYE : this.#talk.ctx.limits.search);
    try {
      await client.QUIT();
    } catch (error) {
      if (count === 0) return;
      const serverSaid = refusalOf(error);
      if (serverSaid !== undefined) throw new EmailError('message.not_erased', { host, count, messages, serverSaid }, { cause: error });
      throw new EmailError('message.outcome_unknown', { verb: 'erase', count, folder: INBOX }, { cause: error }).with({ messages });
    } finally {
      clearTimeout(timer);
      client.close();
    }
  }
}

const notFound = (ref: MessageRef): Done => ({ ref, error: new EmailError('message.not_found', { folder: ref.folder, id: ref.id }) });

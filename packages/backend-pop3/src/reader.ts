import { Readable } from 'node:stream';
import { EmailError, say, type Address, type Message, type MessageRef, type MessageSummary } from '@mailwright/core';
import { cleanText, isTextAlone, parse, parseHeaders, receivedIn, type RawSource } from '@mailwright/mime';
import type { Conversation } from './conversation.ts';
import { refusalOf } from './errors.ts';
import type { Maildrop, Stored } from './maildrop.ts';
import type { Spool, SpoolFile } from '@mailwright/network';
import { wireError } from './wire.ts';

/** Up to this size a message is held in memory; beyond, it goes to disk as it comes. */
const WHOLE = 64 * 1024;

/** The bytes of a message: in memory or on disk. */
type Source = Buffer | SpoolFile;

/** What is known of a message. */
export interface Item {
  readonly stored: Stored;
  readonly summary: MessageSummary;
  readonly bcc: readonly Address[];
  /** Absent where nobody asked for it yet. */
  readonly source?: Source;
  /** The server cannot give it; its words. */
  readonly refused?: string;
}

/** Headers and whole messages out of the maildrop. What says so is called within a turn. */
export class Reader {
  readonly #talk: Conversation;
  readonly #drop: Maildrop;
  readonly #spool: Spool;

  constructor(talk: Conversation, drop: Maildrop, spool: Spool) {
    this.#talk = talk;
    this.#drop = drop;
    this.#spool = spool;
  }

  /** One message. Errors: `message.not_found`, `message.too_large`. */
  async read(ref: MessageRef): Promise<Message> {
    const { search, read } = this.#talk.ctx.limits;
    const stored = await this.#talk.turn(say`list messages`, search, () => this.#drop.find(ref.id));
    if (!stored) throw new EmailError('message.not_found', { folder: ref.folder, id: ref.id });
    this.#checkSize(stored);
    const source = await this.#fetched(stored);
    if (typeof source !== 'string') return this.message({ stored, source, summary: blank(ref, stored), bcc: [] });
    // It may be gone, or be one that the server itself cannot read.
    const item = await this.#talk.turn(say`read a message`, read, () => this.head(ref, stored));
    if (item.refused !== undefined) throw new EmailError('message.not_found', { folder: ref.folder, id: ref.id });
    return this.message(refusedBy(item, source));
  }

  /** What the header says; within a turn. */
  async head(ref: MessageRef, stored: Stored): Promise<Item> {
    try {
      return itemOf(ref, stored, await this.#talk.client.head(stored.number));
    } catch (error) {
      const words = refusalOf(error);
      if (words === undefined) throw error;
      return refusedBy({ stored, summary: blank(ref, stored), bcc: [] }, words);
    }
  }

  /** The bytes; within a turn. Where the header was not asked for, parsing tells what it says. */
  async whole(ref: MessageRef, stored: Stored, item?: Item): Promise<Item> {
    const source = await this.#fetch(stored);
    if (typeof source !== 'string') return { ...(item ?? { stored, summary: blank(ref, stored), bcc: [] }), source };
    return refusedBy(item ?? (await this.head(ref, stored)), source);
  }

  /** The whole message of an item. One that is too large or that the server cannot give is one with a defect. */
  async message(item: Item): Promise<Message> {
    const { stored, summary } = item;
    const { largestMessage } = this.#talk.ctx.limits;
    if ((stored.size ?? 0) > largestMessage)
      return this.#unreadable(stored, withDefect(summary, `it has more than ${largestMessage} bytes`));
    const source = item.refused ?? item.source ?? (await this.#fetched(stored));
    if (typeof source === 'string') return this.#unreadable(stored, (item.refused === undefined ? refusedBy(item, source) : item).summary);
    const message = await parse(Buffer.isBuffer(source) ? source : this.#onDisk(stored, source), summary);
    const receivedAt = summary.receivedAt ?? receivedIn(message.headers);
    return receivedAt === undefined ? message : { ...message, receivedAt };
  }

  async #unreadable(stored: Stored, summary: MessageSummary): Promise<Message> {
    return { ...(await parse(Buffer.alloc(0), summary)), raw: async () => readable(await this.#source(stored)) };
  }

  /** A message on disk; its place there may have gone to others by the time that it is read. */
  #onDisk(stored: Stored, file: SpoolFile): RawSource {
    let source: Source = file;
    return {
      open: async () => {
        if (!Buffer.isBuffer(source) && !source.open) source = await this.#source(stored);
        return readable(source);
      },
    };
  }

  async #source(stored: Stored): Promise<Source> {
    this.#checkSize(stored);
    const source = await this.#fetched(stored);
    if (typeof source === 'string') throw new EmailError('server.refused', { what: say`read a message`, serverSaid: source });
    return source;
  }

  #checkSize({ size = 0 }: Stored): void {
    const { largestMessage: limit } = this.#talk.ctx.limits;
    if (size > limit) throw new EmailError('message.too_large', { what: say`The message`, size, limit });
  }

  #fetched(stored: Stored): Promise<Source | string> {
    return this.#talk.turn(say`read a message`, this.time([stored]), () => this.#fetch(stored));
  }

  /** It comes together with others. Of a size that is not known it is found out on the way. */
  isSmall({ size = 0 }: Stored): boolean {
    return size <= Math.min(WHOLE, this.#talk.ctx.limits.largestMessage);
  }

  /** Milliseconds that reading these may take. */
  time(messages: readonly Stored[]): number {
    const { read, throughput, largestMessage } = this.#talk.ctx.limits;
    const bytes = messages.reduce((sum, { size = WHOLE }) => sum + Math.min(size, largestMessage), 0);
    return read + (bytes / throughput) * 1000;
  }

  /** The bytes, or the words with which the server refuses them. */
  async #fetch(stored: Stored): Promise<Source | string> {
    const { largestMessage: limit } = this.#talk.ctx.limits;
    const held: Buffer[] = [];
    let size = 0;
    let file: SpoolFile | undefined;
    const take = (bytes: Buffer) => {
      size += bytes.length;
      if (size > limit) throw wireError('TOO_LARGE', 'the message has no end', { size, limit });
      if (file) return file.write(bytes);
      held.push(bytes);
      if (size <= WHOLE) return undefined;
      file = this.#spool.create();
      return file.write(Buffer.concat(held.splice(0)));
    };
    try {
      await this.#talk.client.whole(stored.number, take);
      await file?.written();
      return file ?? Buffer.concat(held);
    } catch (error) {
      file?.close();
      const words = refusalOf(error);
      if (words === undefined) throw error;
      return words;
    }
  }
}

const readable = (source: Source) => (Buffer.isBuffer(source) ? Readable.from([source], { objectMode: false }) : source.read());

/** What the list of messages tells; parsing fills in the rest. */
function blank(ref: MessageRef, { size }: Stored): MessageSummary {
  return { ref, kind: 'mail', references: [], subject: '', from: [], to: [], cc: [], ...(size !== undefined && { size }) };
}

function itemOf(ref: MessageRef, stored: Stored, head: Buffer): Item {
  const { headers, sender: _sender, replyTo: _replyTo, bcc, defects, ...fields } = parseHeaders(head);
  const receivedAt = receivedIn(headers);
  const summary = {
    ...blank(ref, stored),
    ...fields,
    ...(receivedAt !== undefined && { receivedAt }),
    ...(isTextAlone(headers) && { hasAttachments: false }),
    ...(defects.length > 0 && { defects }),
  };
  return { stored, summary, bcc };
}

const withDefect = (summary: MessageSummary, problem: string): MessageSummary => ({
  ...summary,
  defects: [`unreadable: ${problem}`, ...(summary.defects ?? [])],
});

const refusedBy = (item: Item, words: string): Item => ({
  ...item,
  refused: words,
  summary: withDefect(item.summary, `the server cannot give this message (${cleanText(words).text})`),
});

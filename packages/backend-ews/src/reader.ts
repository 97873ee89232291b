import { EmailError, say, type Message, type MessageRef, type MessageSummary } from '@mailwright/core';
import { cleanText, parse, type RawSource } from '@mailwright/mime';
import type { Spool, SpoolFile } from '@mailwright/network';
import type { ResponseMessage } from './answer.ts';
import type { Exchange } from './exchange.ts';
import { itemOf, unreadable, type Item } from './item.ts';
import { Taken, WHOLE, readable, type Source } from './taken.ts';
import { withoutMime } from './without-mime.ts';
import { child } from './xml.ts';

/** What an id of Exchange looks like: base64. */
const ID = /^[A-Za-z0-9+/_-]{1,1022}={0,2}$/;

/** Fields and whole messages by id. */
export class Reader {
  readonly #exchange: Exchange;
  readonly #spool: Spool;

  constructor(exchange: Exchange, spool: Spool) {
    this.#exchange = exchange;
    this.#spool = spool;
  }

  /** One message. Errors: `message.not_found`, `message.too_large`. */
  async read(ref: MessageRef): Promise<Message> {
    const { item, source } = await this.#fetch(ref, 'both');
    // A refusal of the bytes is one of all that was asked for with them.
    const known = item ?? (await this.fields([ref]))[0];
    if (!known) throw new EmailError('message.not_found', { folder: ref.folder, id: ref.id });
    return this.message(known, source);
  }

  /** What a listing shows; a message that is gone is undefined. */
  async fields(refs: readonly MessageRef[]): Promise<readonly (Item | undefined)[]> {
    const messages = await this.#ask(refs, 'fields');
    return refs.map((ref, at) => this.#itemOf(ref, messages[at]));
  }

  /** The bytes of small messages, together; what the server cannot give is its words. */
  async small(refs: readonly MessageRef[]): Promise<readonly (Buffer | string)[]> {
    const messages = await this.#ask(refs, 'mime');
    return refs.map((_, at) => {
      const message = messages[at];
      if (!message?.ok) return `${message?.code ?? 'no answer'} ${message?.said ?? ''}`.trim();
      const mime = child(itemElement(message), 'MimeContent');
      return mime ? (mime.bytes ?? Buffer.alloc(0)) : NO_MIME;
    });
  }

  /** The whole message of an item. One that is too large or that the server cannot give is one with a defect. */
  async message(item: Item, known?: Source | string): Promise<Message> {
    const { summary } = item;
    const { largestMessage } = this.#exchange.ctx.limits;
    if ((summary.size ?? 0) > largestMessage && known === undefined)
      return this.#unread(withDefect(summary, `it has more than ${largestMessage} bytes`));
    const source = known ?? (await this.#source(summary.ref));
    if (typeof source === 'string') return this.#pieced(item, cleanText(source).text);
    const message = await parse(Buffer.isBuffer(source) ? source : this.#onDisk(summary.ref, source), summary);
    return message.bcc.length > 0 ? message : { ...message, bcc: item.bcc };
  }

  isSmall({ summary: { size = 0 } }: Item): boolean {
    return size <= Math.min(WHOLE, this.#exchange.ctx.limits.largestMessage);
  }

  /** Of some items Exchange makes no MIME; their texts and files it has. */
  async #pieced(item: Item, why: string): Promise<Message> {
    const unread = await this.#unread(withDefect(item.summary, `the server cannot give this message (${why})`));
    return (await withoutMime(this.#exchange, this.#spool, item, { why, raw: () => unread.raw() })) ?? unread;
  }

  async #unread(summary: MessageSummary): Promise<Message> {
    const open = async () => {
      const source = await this.#source(summary.ref);
      if (typeof source === 'string') throw new EmailError('server.refused', { what: say`read a message`, serverSaid: source });
      return readable(source);
    };
    return { ...(await parse(Buffer.alloc(0), summary)), raw: open };
  }

  /** A message on disk; its place there may have gone to others by the time that it is read. */
  #onDisk(ref: MessageRef, file: SpoolFile): RawSource {
    let source: Source = file;
    return {
      open: async () => {
        if (!Buffer.isBuffer(source) && !source.open) {
          const again = await this.#source(ref);
          if (typeof again === 'string') throw new EmailError('server.refused', { what: say`read a message`, serverSaid: again });
          source = again;
        }
        return readable(source);
      },
    };
  }

  async #source(ref: MessageRef): Promise<Source | string> {
    return (await this.#fetch(ref, 'mime')).source;
  }

  /** One message; its bytes go to memory, or to disk where they are many. */
  async #fetch(ref: MessageRef, wanted: 'mime' | 'both'): Promise<{ readonly item?: Item; readonly source: Source | string }> {
    const { limits } = this.#exchange.ctx;
    checkId(ref);
    let taken: Taken | undefined;
    const sinkFor = () => {
      // The request may have been repeated.
      taken?.drop();
      return (taken = new Taken(this.#spool, limits.largestMessage));
    };
    try {
      const ms = limits.read + (limits.largestMessage / limits.throughput) * 1000;
      const call = { what: say`read a message`, ms, ref, sinkFor };
      const [message] = await this.#exchange.call(this.#exchange.soap.getItems([ref.id], wanted), call);
      const error = message?.ok ? undefined : message && this.#exchange.errorOf(message, call);
      if (error && (EmailError.is(error, 'message') || EmailError.is(error, 'auth') || EmailError.is(error, 'server.throttled')))
        throw error;
      if (!message?.ok) return { source: `${message?.code ?? 'no answer'} ${message?.said ?? ''}`.trim() };
      const item = wanted === 'both' ? this.#itemOf(ref, message) : undefined;
      return { ...(item && { item }), source: (await taken?.whole()) ?? NO_MIME };
    } catch (error) {
      taken?.drop();
      throw error;
    }
  }

  #ask(refs: readonly MessageRef[], wanted: 'fields' | 'mime'): Promise<readonly ResponseMessage[]> {
    const { soap, ctx } = this.#exchange;
    const ids = refs.map(({ id }) => (ID.test(id) ? id : 'none'));
    return this.#exchange.call(soap.getItems(ids, wanted), { what: say`read messages`, ms: ctx.limits.read });
  }

  #itemOf(ref: MessageRef, message: ResponseMessage | undefined): Item | undefined {
    if (!message) return unreadable(ref, 'no answer');
    const element = message.ok ? itemElement(message) : undefined;
    if (element) return itemOf(element, ref.folder);
    const error = this.#exchange.errorOf(message, { what: say`read messages`, ms: 0, ref });
    if (EmailError.is(error, 'message.not_found')) return undefined;
    if (EmailError.is(error, 'auth') || EmailError.is(error, 'server.throttled')) throw error;
    return unreadable(ref, `${message.code} ${message.said}`);
  }
}

const NO_MIME = 'it has no MIME content';
const itemElement = ({ element }: ResponseMessage) => child(element, 'Items')?.children[0];

/** Errors: `message.not_found` for what cannot be an id. */
export function checkId({ folder, id }: MessageRef): void {
  if (!ID.test(id)) throw new EmailError('message.not_found', { folder, id });
}

const withDefect = (summary: MessageSummary, problem: string): MessageSummary => ({
  ...summary,
  defects: [`unreadable: ${problem}`, ...(summary.defects ?? [])],
});

import { matches, needsBody, planFilter, say, type Filter, type MessageRef, type MessageSummary, type Query } from '@mailwright/core';
import { summaryOf } from '@mailwright/mime';
import type { Batch, Batches } from '@mailwright/network';
import type { Conversation } from './conversation.ts';
import { HEADERS, checkFilter } from './dialect.ts';
import { INBOX, checkFolder } from './inbox.ts';
import type { Maildrop, Stored } from './maildrop.ts';
import type { Item, Reader } from './reader.ts';

/** Messages of the first batch, so that the first item comes soon; of later ones; and of those that may bring their bodies (4 MB at most). */
const FIRST = 25;
const SUMMARIES = 250;
const BODIES = 64;

/** `load: 'message'`: whole messages instead of summaries. */
export type Request = Query & { readonly load?: 'message' };

export interface Sources {
  readonly talk: Conversation;
  readonly drop: Maildrop;
  readonly reader: Reader;
}

/** A message of the fixed list; one that is not there (any more) has no place in the maildrop. */
interface Slot {
  readonly ref: MessageRef;
  readonly stored: Stored | undefined;
}

/** One search: headers by TOP, whole messages only where the filter or the caller wants them, small ones together. */
export class Search implements Batches<Slot, Item> {
  readonly #query: Request;
  readonly #sources: Sources;
  readonly #onHeaders: Filter | null;
  readonly #residual: Filter | null;

  /** Errors: `folder.not_found`, `capability.unsupported`, before any traffic. */
  constructor(query: Request, sources: Sources) {
    const { filter, folder } = query;
    checkFolder(folder);
    if (filter) checkFilter(filter, sources.talk.ctx.session ?? sources.talk.address.host);
    const { native, residual } = filter ? planFilter(filter, HEADERS) : { native: null, residual: null };
    this.#query = query;
    this.#sources = sources;
    this.#onHeaders = native;
    this.#residual = residual;
  }

  refOf({ ref }: Slot): MessageRef {
    return ref;
  }

  async fix(): Promise<readonly Slot[]> {
    const { talk, drop } = this.#sources;
    const { among, newestFirst = false, limit = Infinity, filter } = this.#query;
    return talk.turn(say`list messages`, talk.ctx.limits.search, async () => {
      if (among) return Promise.all(among.map(async (ref) => ({ ref, stored: await drop.find(ref.id) })));
      const all = await drop.all();
      const slots = (newestFirst ? all.reverse() : all).map((stored) => ({ ref: { folder: INBOX, id: stored.id }, stored }));
      return filter ? slots : slots.slice(0, limit);
    });
  }

  async load(slots: readonly Slot[], from: number, first: boolean): Promise<Batch<Item>> {
    const { talk, reader } = this.#sources;
    const usual = this.#query.load === 'message' || this.#residual ? BODIES : SUMMARIES;
    const batch = slots.slice(from, from + (first ? Math.min(FIRST, usual) : usual));
    const stored = batch.flatMap((slot) => (slot.stored ? [slot.stored] : []));
    return talk.turn(say`read messages`, reader.time(stored.filter((one) => reader.isSmall(one))), async () => {
      const items = await Promise.all(batch.map((slot) => this.#item(slot)));
      return { end: from + batch.length, items: new Map(items.flatMap((item, at) => (item ? [[from + at, item]] : []))) };
    });
  }

  async pass(item: Item | undefined, { ref, stored }: Slot): Promise<MessageSummary | undefined> {
    const { talk, reader } = this.#sources;
    if (!item || stored?.marked) {
      if (!stored || stored.marked) talk.ctx.log.debug('a message vanished during the search', ref);
      return undefined;
    }
    const { summary } = item;
    const loading = this.#query.load === 'message';
    const message = loading || item.source || this.#wantsWhole(summary) ? await reader.message(item) : undefined;
    const subject = { ...summary, bcc: item.bcc, ...message, body: () => Promise.resolve(message?.text ?? '') };
    if (this.#residual && !(await matches(this.#residual, subject, talk.ctx.timeZone))) return undefined;
    if (!message || loading) return message ?? summary;
    return summaryOf(message);
  }

  /** Undefined where it is not there or its header does not fit; within a turn. */
  async #item({ ref, stored }: Slot): Promise<Item | undefined> {
    const { talk, reader } = this.#sources;
    if (!stored || stored.marked) return undefined;
    const loading = this.#query.load === 'message';
    if (reader.isSmall(stored) && !this.#onHeaders && (loading || (this.#residual && needsBody(this.#residual))))
      return reader.whole(ref, stored);
    const item = await reader.head(ref, stored);
    const subject = { ...item.summary, bcc: item.bcc, body: () => Promise.resolve('') };
    if (this.#onHeaders && !(await matches(this.#onHeaders, subject, talk.ctx.timeZone))) return undefined;
    if (item.refused !== undefined || !reader.isSmall(stored) || !(loading || this.#wantsWhole(item.summary))) return item;
    return reader.whole(ref, stored, item);
  }

  /** The filter asks what the header does not say. */
  #wantsWhole({ hasAttachments }: MessageSummary): boolean {
    return this.#residual !== null && (hasAttachments === undefined || needsBody(this.#residual));
  }
}

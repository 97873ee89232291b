import {
  EmailError,
  matches,
  needsBody,
  planFilter,
  say,
  type Filter,
  type MessageRef,
  type MessageSummary,
  type OpenContext,
  type Phrase,
  type Query,
} from '@mailwright/core';
import { summaryOf } from '@mailwright/mime';
import type { Batch, Batches } from '@mailwright/network';
import { HEADERS, checkFilter } from './dialect.ts';
import type { Item, Reader } from './reader.ts';
import type { Shelf } from './stored.ts';

/** Messages of the first batch, so that the first item comes soon, and of later ones. */
const FIRST = 10;
const BATCH = 50;

/** `load: 'message'`: whole messages instead of summaries. */
export type Request = Query & { readonly load?: 'message' };

export interface Sources {
  readonly shelf: Shelf;
  readonly reader: Reader;
  readonly ctx: OpenContext;
  /** Errors: `connection.lost`, `automation.cancelled`. */
  check(this: void): void;
  /** Work within `ms` milliseconds: a disk that is a share of the network may never answer. Errors: `connection.timeout`, those of `check`. */
  within<T>(this: void, what: Phrase, ms: number, work: () => Promise<T>): Promise<T>;
}

/** One search: headers first, whole messages only where the filter or the caller wants them. */
export class Search implements Batches<MessageRef, Item> {
  readonly #query: Request;
  readonly #sources: Sources;
  readonly #onHeaders: Filter | null;
  readonly #residual: Filter | null;

  /** Errors: `capability.unsupported`. */
  constructor(query: Request, sources: Sources) {
    const { filter } = query;
    if (filter) checkFilter(filter, sources.ctx.session ?? 'file', sources.shelf.marks);
    const { native, residual } = filter ? planFilter(filter, HEADERS) : { native: null, residual: null };
    this.#query = query;
    this.#sources = sources;
    this.#onHeaders = native;
    this.#residual = residual;
  }

  refOf(ref: MessageRef): MessageRef {
    return ref;
  }

  async fix(): Promise<readonly MessageRef[]> {
    const { shelf, ctx, within, check } = this.#sources;
    check();
    const { among, folder, subfolders = false, newestFirst = false, limit = Infinity, filter } = this.#query;
    if (among) return among;
    const listed = await within(say`search in "${{ path: folder }}"`, ctx.limits.search, () => shelf.list(folder, subfolders));
    const all = listed.map(({ ref }) => ref);
    const refs = newestFirst ? all.reverse() : all;
    return filter ? refs : refs.slice(0, limit);
  }

  async load(slots: readonly MessageRef[], from: number, first: boolean): Promise<Batch<Item>> {
    const { ctx, within } = this.#sources;
    const batch = slots.slice(from, from + (first ? FIRST : BATCH));
    const items = await within(say`read messages`, ctx.limits.read, () => Promise.all(batch.map((ref) => this.#item(ref))));
    return { end: from + batch.length, items: new Map(items.flatMap((item, at) => (item ? [[from + at, item]] : []))) };
  }

  async pass(item: Item | undefined): Promise<MessageSummary | undefined> {
    this.#sources.check();
    if (!item) return undefined;
    const loading = this.#query.load === 'message';
    const wanted = loading || !item.whole || (this.#residual !== null && needsBody(this.#residual));
    const { reader, within, ctx } = this.#sources;
    const message = wanted ? await within(say`read a message`, ctx.limits.read, () => unlessGone(reader.message(item.ref))) : undefined;
    if (wanted && !message) return undefined;
    const subject = { ...item.summary, bcc: item.bcc, ...message, body: () => Promise.resolve(message?.text ?? '') };
    if (this.#residual && !(await matches(this.#residual, subject, this.#sources.ctx.timeZone))) return undefined;
    if (!message) return item.summary;
    return loading ? message : summaryOf(message);
  }

  /** Undefined where it is not there any more or its header does not fit. */
  async #item(ref: MessageRef): Promise<Item | undefined> {
    const { reader, ctx } = this.#sources;
    const item = await unlessGone(reader.head(ref));
    if (!item) ctx.log.debug('a message vanished during the search', { ...ref });
    if (!item || !this.#onHeaders) return item;
    const subject = { ...item.summary, bcc: item.bcc, body: () => Promise.resolve('') };
    return (await matches(this.#onHeaders, subject, ctx.timeZone)) ? item : undefined;
  }
}

async function unlessGone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (EmailError.is(error, 'message.not_found')) return undefined;
    throw error;
  }
}

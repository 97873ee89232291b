import {
  EmailError,
  matches,
  needsBody,
  planFilter,
  say,
  type Filter,
  type Message,
  type MessageRef,
  type MessageSummary,
  type Query,
} from '@mailwright/core';
import type { Batch, Batches } from '@mailwright/network';
import { batched } from './batch.ts';
import type { Client, Question } from './client.ts';
import { DIALECT, sortedFilter } from './dialect.ts';
import { Refused, isNotFound, toEmailError } from './errors.ts';
import type { Folders, Located } from './folders.ts';
import type { Reader } from './reader.ts';
import { SUMMARY, itemOf, type Item, type Row } from './rows.ts';

/** Messages of the first batch, so that the first item comes soon; of later ones; and of those that bring their bodies (4 MB at most). */
const FIRST = 25;
const SUMMARIES = 250;
const BODIES = 64;
/** Ids of one page. */
const IDS = 1000;
/** What a date of Graph leaves away, in milliseconds. */
const SECOND = 1000;

/** `load: 'message'`: whole messages instead of summaries. */
export type Request = Query & { readonly load?: 'message' };

export interface Sources {
  readonly client: Client;
  readonly folders: Folders;
  readonly reader: Reader;
}

/** A message of the fixed list. */
interface Slot {
  readonly place: Located;
  readonly id: string;
  /** As the server writes it; a list that was handed in does not know, nor does a server that writes no date. */
  readonly received?: string;
}
interface Loaded extends Item {
  readonly bytes?: Buffer;
}
interface Page<T> {
  readonly value: readonly T[];
  readonly '@odata.nextLink'?: string;
}

/** One search: ids and dates of all first, then the messages themselves by their span of time, a page for many. */
export class Search implements Batches<Slot, Loaded> {
  readonly #query: Request;
  readonly #sources: Sources;
  #residual: Filter | null = null;

  constructor(query: Request, sources: Sources) {
    this.#query = query;
    this.#sources = sources;
  }

  refOf({ place, id }: Slot): MessageRef {
    return { folder: place.folder.path, id };
  }

  get #bodies(): boolean {
    return this.#query.load === 'message' || (this.#residual !== null && needsBody(this.#residual));
  }

  async fix(): Promise<readonly Slot[]> {
    const { among, filter, folder, subfolders = false, limit = Infinity } = this.#query;
    const { folders } = this.#sources;
    this.#residual = filter ?? null;
    if (among) return Promise.all(among.map(async (ref) => ({ place: await folders.locate(ref.folder), id: ref.id })));
    const { native, residual } = filter ? planFilter(filter, DIALECT) : { native: null, residual: null };
    this.#residual = residual;
    const slots: Slot[] = [];
    for (const place of subfolders ? await folders.locateTree(folder) : [await folders.locate(folder)])
      for (const slot of await this.#find(place, native)) slots.push(slot);
    return this.#residual ? slots : slots.slice(0, limit);
  }

  async load(slots: readonly Slot[], from: number, first: boolean): Promise<Batch<Loaded>> {
    const usual = this.#bodies ? BODIES : SUMMARIES;
    const end = endOf(slots, from, first ? Math.min(FIRST, usual) : usual);
    const mine = slots.slice(from, end);
    const rows = mine.every(({ received }) => received !== undefined) ? await this.#bySpan(mine) : await this.#byIds(mine);
    const items = new Map<number, Loaded>();
    for (const [at, slot] of mine.entries()) {
      const row = rows.get(slot.id);
      if (row) items.set(from + at, itemOf(row, this.refOf(slot)));
    }
    return { end, items: this.#bodies ? await this.#withBytes(items) : items };
  }

  /** The message or summary of an item if the rest of the filter lets it through. */
  async pass(item: Loaded | undefined, slot: Slot): Promise<MessageSummary | undefined> {
    const { client, reader } = this.#sources;
    if (!item) {
      client.ctx.log.debug('a message vanished during the search', this.refOf(slot));
      return undefined;
    }
    let whole: Promise<Message> | undefined;
    const message = () => (whole ??= reader.message(item, item.bytes));
    const subject = { ...item.summary, bcc: item.bcc, body: async () => (await message()).text ?? '' };
    try {
      if (this.#residual && !(await matches(this.#residual, subject, client.ctx.timeZone))) return undefined;
      return this.#query.load === 'message' ? await message() : item.summary;
    } catch (error) {
      if (EmailError.is(error, 'message.not_found')) return undefined;
      throw error;
    }
  }

  async #find(place: Located, native: string | null): Promise<Slot[]> {
    const { limit = Infinity, filter } = this.#query;
    try {
      return await this.#ids(place, native, this.#residual ? Infinity : limit);
    } catch (error) {
      if (native === null || !EmailError.is(error, 'server.refused')) throw error;
      // Slower, but never other messages: the whole filter is checked here.
      this.#sources.client.ctx.log.warn(say`The server refused the search: all messages are looked at instead.`, {
        folder: place.folder.path,
      });
      this.#residual = filter ?? null;
      return this.#ids(place, null, Infinity);
    }
  }

  /** Mail that comes or goes meanwhile shifts pages: an id that comes twice counts once. */
  async #ids(place: Located, native: string | null, most: number): Promise<Slot[]> {
    const { newestFirst = false } = this.#query;
    if (most < 1) return [];
    const filter = sortedFilter(native);
    const query = {
      $select: 'id,receivedDateTime',
      $orderby: `receivedDateTime ${newestFirst ? 'desc' : 'asc'}`,
      $top: `${Math.min(IDS, most)}`,
      ...(filter !== undefined && { $filter: filter }),
    };
    const found = new Map<string, Slot>();
    for await (const page of this.#pages<Row>(place, query)) {
      for (const { id = '', receivedDateTime } of page) found.set(id, { place, id, ...receivedAt(receivedDateTime) });
      if (found.size >= most) break;
    }
    return [...found.values()];
  }

  /** The messages of a stretch of the list, whose dates go from one second to another. */
  async #bySpan(slots: readonly Slot[]): Promise<Map<string, Row>> {
    const times = slots.map(({ received = '' }) => Date.parse(received)).sort((a, b) => a - b);
    const wanted = new Set(slots.map(({ id }) => id));
    const rows = new Map<string, Row>();
    const [first = 0, last = 0] = [times[0], times.at(-1)];
    const until = new Date(last + SECOND).toISOString();
    const query = {
      ...SUMMARY,
      $filter: `receivedDateTime ge ${new Date(first).toISOString()} and receivedDateTime lt ${until}`,
      $orderby: 'receivedDateTime asc',
      $top: `${Math.min(IDS, slots.length)}`,
    };
    const [{ place }] = slots as readonly [Slot];
    for await (const page of this.#pages<Row>(place, query)) {
      for (const row of page) if (wanted.has(row.id ?? '')) rows.set(row.id ?? '', row);
      if (rows.size === wanted.size) break;
    }
    return rows;
  }

  async #byIds(slots: readonly Slot[]): Promise<Map<string, Row>> {
    const { client } = this.#sources;
    const options = new URLSearchParams(SUMMARY).toString();
    const how = this.#how;
    const parts = slots.map(({ id }) => ({ method: 'GET' as const, path: `messages/${encodeURIComponent(id)}?${options}` }));
    const rows = new Map<string, Row>();
    for (const [at, reply] of (await batched<Row>(client, parts, how)).entries()) {
      const { id, place } = slots[at] as Slot;
      if ('lost' in reply) throw reply.lost;
      if ('value' in reply && reply.value.parentFolderId === place.id) rows.set(id, reply.value);
      if ('refusal' in reply && !isNotFound(reply.refusal)) throw toEmailError(new Refused(reply.refusal), client.doing(how));
    }
    return rows;
  }

  get #how() {
    return { what: say`read messages`, ms: this.#sources.client.ctx.limits.search, again: true };
  }

  async *#pages<T>(place: Located, query: Question['query'] & object): AsyncGenerator<readonly T[]> {
    const { client } = this.#sources;
    const path = `mailFolders/${encodeURIComponent(place.id)}/messages`;
    const asked = { ...this.#how, what: say`search in "${{ path: place.folder.path }}"`, folder: place.folder.path };
    let address = client.url(path, query);
    for (;;) {
      const page = await client.json<Page<T>>({ ...asked, address });
      yield page.value;
      const next = page['@odata.nextLink'];
      if (next === undefined) return;
      address = client.link(next);
    }
  }

  /** Small messages come together, as many at a time as the mailbox allows. */
  async #withBytes(items: ReadonlyMap<number, Loaded>): Promise<Map<number, Loaded>> {
    const { reader } = this.#sources;
    const filled = await Promise.all(
      [...items].map(async ([at, item]): Promise<readonly [number, Loaded] | undefined> => {
        if (!reader.isSmall(item.summary)) return [at, item];
        try {
          return [at, { ...item, bytes: await reader.bytes(item.summary.ref) }];
        } catch (error) {
          if (EmailError.is(error, 'message.not_found')) return undefined;
          throw error;
        }
      }),
    );
    return new Map(filled.filter((one) => one !== undefined));
  }
}

/** What is no date says nothing of the span in which it is found. */
const receivedAt = (text: string | null | undefined) => (Number.isNaN(Date.parse(text ?? '')) ? {} : { received: text ?? '' });

/** The end of a batch: of one folder, and all of one second together, so that none is asked for twice. */
function endOf(slots: readonly Slot[], from: number, most: number): number {
  const { place, received } = slots[from] as Slot;
  let end = from + 1;
  while (end < slots.length && slots[end]?.place === place) {
    const sameSecond = received !== undefined && slots[end]?.received === slots[end - 1]?.received;
    if (end - from >= most && !sameSecond) break;
    end++;
  }
  return end;
}

import {
  EmailError,
  matches,
  needsBody,
  planFilter,
  say,
  type Filter,
  type MessageRef,
  type MessageSummary,
  type Query,
} from '@mailwright/core';
import type { Batch, Batches } from '@mailwright/network';
import { LISTED, RESTRICTIONS } from './dialect.ts';
import type { Exchange } from './exchange.ts';
import type { Folders, Located } from './folders.ts';
import type { Item } from './item.ts';
import type { Reader } from './reader.ts';
import type { Restriction } from './restriction.ts';
import { child, descendants } from './xml.ts';

/** Messages of the first batch, so that the first item comes soon; of later ones; and of those that bring their bodies (4 MB at most). */
const FIRST = 25;
const FIELDS = 100;
const BODIES = 64;
/** Ids of one answer; with a restriction Exchange is said to stop at 250. */
const IDS = 1000;
const RESTRICTED_IDS = 250;

/** `load: 'message'`: whole messages instead of summaries. */
export type Request = Query & { readonly load?: 'message' };

export interface Sources {
  readonly exchange: Exchange;
  readonly folders: Folders;
  readonly reader: Reader;
}

/** What is known of a message; `source` where its bytes came with it. */
interface Loaded {
  readonly item: Item;
  readonly source?: Buffer | string;
}

/** One search: the ids first, in the order in which the messages came; then their fields in batches; bodies only where they are wanted. */
export class Search implements Batches<MessageRef, Loaded> {
  readonly #query: Request;
  readonly #sources: Sources;
  readonly #native: Restriction | null;
  readonly #residual: Filter | null;
  /** The part of the residual that a listing can tell. */
  readonly #listed: Filter | null;

  constructor(query: Request, sources: Sources) {
    const plan = query.filter ? planFilter(query.filter, RESTRICTIONS) : { native: null, residual: null };
    this.#query = query;
    this.#sources = sources;
    this.#native = plan.native;
    // A list that was fixed before is not searched again: the whole filter is ours.
    this.#residual = query.among ? (query.filter ?? null) : plan.residual;
    this.#listed = this.#residual && planFilter(this.#residual, LISTED).native;
  }

  refOf(ref: MessageRef): MessageRef {
    return ref;
  }

  async fix(): Promise<readonly MessageRef[]> {
    const { folder, subfolders = false, among, limit = Infinity } = this.#query;
    if (among) return among;
    const { folders } = this.#sources;
    const located = subfolders ? await folders.locateTree(folder) : [await folders.locate(folder)];
    const most = this.#residual ? Infinity : limit;
    const found: MessageRef[] = [];
    for (const one of located) if (found.length < most) found.push(...(await this.#idsIn(one, most - found.length)));
    return found;
  }

  /** On at the offset that the server names until it says that this was all: pages may be short, and mail may come meanwhile. */
  async #idsIn({ folder: { path }, id }: Located, most: number): Promise<readonly MessageRef[]> {
    const { exchange } = this.#sources;
    const { newestFirst = false } = this.#query;
    const page = this.#native ? RESTRICTED_IDS : IDS;
    const call = { what: say`search the folder "${{ path }}"`, ms: exchange.ctx.limits.search, folder: path };
    const ids = new Set<string>();
    for (let offset = 0; ids.size < most;) {
      const view = { restriction: this.#native, newestFirst, offset, most: Math.min(page, most - ids.size) };
      const [message] = await exchange.call(exchange.soap.findItems({ id }, view), call);
      if (message && !message.ok) throw exchange.errorOf(message, call);
      const root = child(message?.element, 'RootFolder');
      if (!root) throw unexpected(exchange);
      const before = ids.size;
      for (const { attributes } of descendants(root, 'ItemId')) if (attributes['Id']) ids.add(attributes['Id']);
      if (root.attributes['IncludesLastItemInRange'] !== 'false') break;
      const next = Number(root.attributes['IndexedPagingOffset'] ?? Number.NaN);
      if (!(next > offset) && ids.size === before) throw unexpected(exchange);
      offset = next > offset ? next : offset + (ids.size - before);
    }
    return [...ids].slice(0, most).map((one) => ({ folder: path, id: one }));
  }

  async load(slots: readonly MessageRef[], from: number, first: boolean): Promise<Batch<Loaded>> {
    const { reader } = this.#sources;
    const whole = this.#query.load === 'message' || (this.#residual !== null && needsBody(this.#residual));
    const usual = whole ? BODIES : FIELDS;
    const refs = slots.slice(from, from + (first ? Math.min(FIRST, usual) : usual));
    const items = await reader.fields(refs);
    const wanted: { readonly at: number; readonly item: Item }[] = [];
    const loaded = new Map<number, Loaded>();
    for (const [at, item] of items.entries())
      if (item && (await this.#fits(this.#listed, item))) {
        loaded.set(from + at, { item });
        if (whole && reader.isSmall(item)) wanted.push({ at, item });
      }
    const sources = wanted.length === 0 ? [] : await reader.small(wanted.map(({ item }) => item.summary.ref));
    for (const [index, { at, item }] of wanted.entries()) {
      const source = sources[index];
      if (source !== undefined) loaded.set(from + at, { item, source });
    }
    return { end: from + refs.length, items: loaded };
  }

  /** What did not fit is not among the items; nor is what vanished. */
  async pass(loaded: Loaded | undefined): Promise<MessageSummary | undefined> {
    if (!loaded) return undefined;
    const { reader } = this.#sources;
    const { item, source } = loaded;
    const loading = this.#query.load === 'message';
    const body = this.#residual !== null && needsBody(this.#residual);
    if (!loading && !body) return item.summary;
    try {
      const message = await reader.message(item, source);
      if (body && !(await this.#fits(this.#residual, item, message.text))) return undefined;
      return loading ? message : item.summary;
    } catch (error) {
      if (EmailError.is(error, 'message.not_found')) return undefined;
      throw error;
    }
  }

  async #fits(filter: Filter | null, { summary, bcc }: Item, text = ''): Promise<boolean> {
    if (!filter) return true;
    const { timeZone } = this.#sources.exchange.ctx;
    return matches(filter, { ...summary, bcc, body: () => Promise.resolve(text) }, timeZone);
  }
}

const unexpected = ({ endpoint }: Exchange) =>
  new EmailError('server.unexpected', { host: endpoint.address.host, problem: say`its pages of messages have no end` });

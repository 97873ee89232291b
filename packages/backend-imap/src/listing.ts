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
import type { Conversation } from './conversation.ts';
import { dialectFor, type SearchKeys, type SearchTraits } from './dialect.ts';
import { refusalOf } from './errors.ts';
import { fetchRows } from './fetch.ts';
import { findUids } from './find.ts';
import type { Folders, Located } from './folders.ts';
import { numbersOf, refOf, type Place } from './place.ts';
import { WHOLE, type Reader } from './reader.ts';
import { SUMMARY, itemOf, type Item } from './rows.ts';

/** Messages of the first batch, so that the first item comes soon; of later ones; and of those that bring their bodies (4 MB at most). */
const FIRST = 25;
const SUMMARIES = 250;
const BODIES = 64;

/** `load: 'message'`: whole messages instead of summaries. */
export type Request = Query & { readonly load?: 'message' };

export interface Sources {
  readonly talk: Conversation;
  readonly folders: Folders;
  readonly reader: Reader;
  readonly traits: SearchTraits;
}

/** A message of the fixed list. */
interface Slot {
  readonly place: Place;
  readonly uid: number;
}
/** One search: folders of a tree come one after the other, each batch is of one folder. */
export class Search implements Batches<Slot, Item> {
  readonly #query: Request;
  readonly #sources: Sources;
  #residual: Filter | null = null;

  constructor(query: Request, sources: Sources) {
    this.#query = query;
    this.#sources = sources;
  }

  refOf({ place, uid }: Slot): MessageRef {
    return refOf(place, uid);
  }

  get #bodies(): boolean {
    return this.#query.load === 'message' || (this.#residual !== null && needsBody(this.#residual));
  }

  get #usual(): number {
    return this.#bodies ? BODIES : SUMMARIES;
  }

  /** The message or summary of an item if the rest of the filter lets it through. */
  async pass(item: Item | undefined, { place, uid }: Slot): Promise<MessageSummary | undefined> {
    const { talk, reader } = this.#sources;
    if (!item) {
      talk.ctx.log.debug('a message vanished during the search', refOf(place, uid));
      return undefined;
    }
    let whole: Promise<Message> | undefined;
    const message = () => (whole ??= reader.message(item, place));
    const subject = { ...item.summary, bcc: item.bcc, body: async () => (await message()).text ?? '' };
    try {
      if (this.#residual && !(await matches(this.#residual, subject, talk.ctx.timeZone))) return undefined;
      return this.#query.load === 'message' ? await message() : item.summary;
    } catch (error) {
      if (EmailError.is(error, 'message.not_found')) return undefined;
      throw error;
    }
  }

  async load(slots: readonly Slot[], from: number, first: boolean): Promise<Batch<Item>> {
    const { talk, reader } = this.#sources;
    const { place } = slots[from] as Slot;
    const rest = slots.slice(from, from + (first ? Math.min(FIRST, this.#usual) : this.#usual));
    const other = rest.findIndex((one) => one.place !== place);
    const mine = other === -1 ? rest : rest.slice(0, other);
    const { located, uidValidity } = place;
    const { read, throughput } = talk.ctx.limits;
    const ms = read + (this.#bodies ? (mine.length * WHOLE * 1000) / throughput : 0);
    return talk.turn(say`read messages`, ms, async () => {
      await talk.select(located.listed, located.folder.path, uidValidity);
      const uids = mine.map(({ uid }) => uid);
      const rows = await fetchRows(talk, uids, SUMMARY);
      const known = [...rows].map(([uid, row]) => itemOf(row, refOf(place, uid), uid));
      const items = new Map((this.#bodies ? await reader.withSources(known) : known).map((item) => [item.uid, item]));
      return { end: from + mine.length, items: new Map(uids.flatMap((uid, index) => withItem(from + index, items.get(uid)))) };
    });
  }

  async fix(): Promise<readonly Slot[]> {
    const { among, filter, folder, subfolders = false, limit = Infinity, newestFirst = false } = this.#query;
    if (among) {
      this.#residual = filter ?? null;
      return this.#slotsOf(among);
    }
    const { folders, traits } = this.#sources;
    const { native, residual } = filter ? planFilter(filter, dialectFor(traits)) : { native: null, residual: null };
    this.#residual = residual;
    const slots: Slot[] = [];
    for (const located of subfolders ? await folders.locateTree(folder) : [await folders.locate(folder)]) {
      const found = await this.#find(located, native);
      for (const slot of newestFirst ? found.reverse() : found) slots.push(slot);
    }
    return this.#residual ? slots : slots.slice(0, limit);
  }

  async #find(located: Located, keys: SearchKeys | null): Promise<Slot[]> {
    const { talk } = this.#sources;
    const { listed, folder } = located;
    return talk.turn(say`search in "${{ path: folder.path }}"`, talk.ctx.limits.search, async () => {
      const selected = await talk.selectFresh(listed, folder.path);
      const place = { located, uidValidity: selected.uidValidity };
      const slotted = (uids: readonly number[]) => uids.map((uid) => ({ place, uid }));
      try {
        return slotted(await findUids(talk, selected, keys));
      } catch (error) {
        if (keys === null || refusalOf(error) === undefined) throw error;
        // Slower, but never other messages: the whole filter is checked here.
        talk.ctx.log.warn(say`The server refused the search: all messages are looked at instead.`, { folder: folder.path });
        this.#residual = this.#query.filter ?? null;
        return slotted(await findUids(talk, selected, null));
      }
    });
  }

  async #slotsOf(refs: readonly MessageRef[]): Promise<readonly Slot[]> {
    const places = new Map<string, Place>();
    const slots: Slot[] = [];
    for (const ref of refs) {
      const { uidValidity, uid } = numbersOf(ref);
      const key = `${uidValidity} ${ref.folder}`;
      let place = places.get(key);
      if (!place) places.set(key, (place = { located: await this.#sources.folders.locate(ref.folder), uidValidity }));
      slots.push({ place, uid });
    }
    return slots;
  }
}

const withItem = (at: number, item: Item | undefined): [number, Item][] => (item ? [[at, item]] : []);

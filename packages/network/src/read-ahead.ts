import { EmailError, type Listing, type MessageRef, type MessageSummary } from '@mailwright/core';

/** A part of the fixed list that was fetched: up to the slot `end`, that one not included; items by their place in the list. */
export interface Batch<Item> {
  readonly end: number;
  readonly items: ReadonlyMap<number, Item>;
}

/** How one kind of server is listed. */
export interface Batches<Slot, Item> {
  /** The list of messages, fixed for good. */
  fix(): Promise<readonly Slot[]>;
  refOf(slot: Slot): MessageRef;
  /** A batch that begins at this slot; the first one is small, so that the first item comes soon. */
  load(slots: readonly Slot[], from: number, first: boolean): Promise<Batch<Item>>;
  /** What is given of an item; undefined where it vanished, or the rest of the filter does not let it through. */
  pass(item: Item | undefined, slot: Slot): Promise<MessageSummary | undefined>;
}

/**
 * A search over a server: the list of messages is fixed first, then they are fetched in batches, at most one ahead of the reader.
 * Between batches nothing is held.
 */
export class ReadAhead<Slot, Item> implements Listing {
  readonly #batches: Batches<Slot, Item>;
  readonly #limit: number;
  readonly #signal: AbortSignal | undefined;
  #slots: readonly Slot[] | undefined;
  #next = 0;

  constructor(batches: Batches<Slot, Item>, limit = Infinity, signal?: AbortSignal) {
    this.#batches = batches;
    this.#limit = limit;
    this.#signal = signal;
  }

  left(): readonly MessageRef[] | undefined {
    return this.#slots?.slice(this.#next).map((slot) => this.#batches.refOf(slot));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<MessageSummary> {
    const slots = (this.#slots = await this.#until(this.#batches.fix()));
    let yielded = 0;
    let ahead: Promise<Batch<Item>> | undefined = this.#ahead(slots, 0);
    while (this.#next < slots.length && yielded < this.#limit) {
      const begin = this.#next;
      const batch: Batch<Item> = await this.#until(ahead ?? this.#ahead(slots, begin));
      ahead = undefined;
      const half = begin + (batch.end - begin) / 2;
      while (this.#next < batch.end && yielded < this.#limit) {
        const at = this.#next;
        // Not before half of a batch is used: who leaves after a few messages has not paid for the next ones.
        if (at >= half && batch.end < slots.length) ahead ??= this.#ahead(slots, batch.end);
        const found = await this.#until(this.#batches.pass(batch.items.get(at), slots[at] as Slot));
        this.#next = at + 1;
        if (!found) continue;
        yielded++;
        yield found;
      }
    }
  }

  /** A batch on its way. It may fail before anyone waits for it. */
  #ahead(slots: readonly Slot[], from: number): Promise<Batch<Item>> {
    const batch =
      from < slots.length ? this.#batches.load(slots, from, from === 0) : Promise.resolve({ end: from, items: new Map<number, Item>() });
    batch.catch(() => undefined);
    return batch;
  }

  /** Waits for something unless the caller stops the search first; what was asked of the server then ends by itself. */
  async #until<T>(work: Promise<T>): Promise<T> {
    const signal = this.#signal;
    if (!signal) return work;
    const { promise: stopped, reject } = Promise.withResolvers<never>();
    const stop = () => reject(new EmailError('automation.cancelled', {}));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await Promise.race([stopped, work]);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
}

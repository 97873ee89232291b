import { createHash } from 'node:crypto';
import type { Client } from './client.ts';
import { refusalOf } from './errors.ts';

/** A message of this connection. */
export interface Stored {
  /** Good for this connection alone. */
  readonly number: number;
  readonly id: string;
  /** Bytes, as the server counts them. */
  readonly size: number | undefined;
  /** Marked for erasing: the server no longer shows it. */
  marked: boolean;
}

/** Characters of an id: RFC 1939 section 7 allows 70. */
const LONGEST_ID = 500;
/** Characters of a hash that tell messages of one size apart. */
const HASH = 24;

/**
 * The messages that a connection shows: those that were there at the sign-in. They are known by their UIDL; where the server has none,
 * or gives one to two messages, by number, size and a hash of their header, which is good enough to read by, and not to erase by.
 */
export class Maildrop {
  readonly #client: Client;
  readonly #uidls: ReadonlyMap<number, string> | undefined;
  #stored: Promise<ReadonlyMap<string, Stored>> | undefined;

  private constructor(client: Client, uidls: ReadonlyMap<number, string> | undefined) {
    this.#client = client;
    this.#uidls = uidls;
  }

  /** Within a turn, as everything here. */
  static async of(client: Client): Promise<Maildrop> {
    const rows = await client.rows('UIDL').catch(unlessRefused);
    return new Maildrop(client, rows && uidlsIn(rows));
  }

  /** Ids are the server's own: the same message has the same at the next connection. */
  get lasting(): boolean {
    return this.#uidls !== undefined;
  }

  /** Those that are not marked, in the server's order. */
  async all(): Promise<Stored[]> {
    return [...(await this.#messages()).values()].filter(({ marked }) => !marked);
  }

  /** Every id that is good at the next connection too; those that are marked are there until QUIT. */
  async ids(): Promise<string[]> {
    return [...(await this.#messages()).keys()];
  }

  async find(id: string): Promise<Stored | undefined> {
    const found = (await this.#messages()).get(id);
    return found?.marked === true ? undefined : found;
  }

  #messages(): Promise<ReadonlyMap<string, Stored>> {
    return (this.#stored ??= this.#look());
  }

  async #look(): Promise<ReadonlyMap<string, Stored>> {
    const sizes = sizesIn((await this.#client.rows('LIST').catch(unlessRefused)) ?? []);
    const ids = this.#uidls ?? (await this.#hashed(sizes));
    return new Map([...ids].map(([number, id]) => [id, { number, id, size: sizes.get(number), marked: false }]));
  }

  async #hashed(sizes: ReadonlyMap<number, number | undefined>): Promise<ReadonlyMap<number, string>> {
    const ids = [...sizes].map(async ([number, size]) => {
      // One that cannot be shown has a place in the list nevertheless.
      const head = (await this.#client.head(number).catch(unlessRefused)) ?? Buffer.alloc(0);
      return [number, `${number}.${size ?? 0}.${createHash('sha256').update(head).digest('hex').slice(0, HASH)}`] as const;
    });
    return new Map(await Promise.all(ids));
  }
}

/** Undefined where a message has no id, or not one of its own. */
function uidlsIn(rows: readonly (readonly string[])[]): ReadonlyMap<number, string> | undefined {
  const uidls = new Map<number, string>();
  for (const [number = '', id = ''] of rows) {
    if (!/^\d{1,9}$/.test(number) || id === '' || id.length > LONGEST_ID) return undefined;
    uidls.set(Number(number), id);
  }
  return uidls.size === rows.length && new Set(uidls.values()).size === uidls.size ? uidls : undefined;
}

/** A size that is none is not known. */
function sizesIn(rows: readonly (readonly string[])[]): ReadonlyMap<number, number | undefined> {
  return new Map(
    rows
      .filter(([number = '']) => /^\d{1,9}$/.test(number))
      .map(([number, size = '']) => [Number(number), /^\d{1,15}$/.test(size) ? Number(size) : undefined]),
  );
}

function unlessRefused(error: unknown): undefined {
  if (refusalOf(error) === undefined) throw error;
}

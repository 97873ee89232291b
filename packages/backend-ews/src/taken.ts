import { Readable } from 'node:stream';
import { EmailError, say } from '@mailwright/core';
import type { Spool, SpoolFile } from '@mailwright/network';
import type { Sink } from './xml.ts';

/** Up to this size a message or file is held in memory; beyond, it goes to disk as it comes. */
export const WHOLE = 64 * 1024;

/** The bytes of a message or file: in memory or on disk. */
export type Source = Buffer | SpoolFile;
export const readable = (source: Source): Readable =>
  Buffer.isBuffer(source) ? Readable.from([source], { objectMode: false }) : source.read();

/** Bytes that come: held while they are few, then on disk. */
export class Taken implements Sink {
  readonly #spool: Spool;
  readonly #limit: number;
  readonly #held: Buffer[] = [];
  #size = 0;
  #file: SpoolFile | undefined;

  constructor(spool: Spool, limit: number) {
    this.#spool = spool;
    this.#limit = limit;
  }

  write(bytes: Buffer): void | Promise<void> {
    this.#size += bytes.length;
    if (this.#size > this.#limit)
      throw new EmailError('message.too_large', { what: say`The message`, size: this.#size, limit: this.#limit });
    if (this.#file) return this.#file.write(bytes);
    this.#held.push(bytes);
    if (this.#size <= WHOLE) return undefined;
    this.#file = this.#spool.create();
    return this.#file.write(Buffer.concat(this.#held.splice(0)));
  }

  async whole(): Promise<Source> {
    await this.#file?.written();
    return this.#file ?? Buffer.concat(this.#held);
  }

  drop(): void {
    this.#file?.close();
  }
}

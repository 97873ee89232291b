import { Readable } from 'node:stream';
import { counted } from './counted.ts';
import { SpoolFile } from './spool.ts';

/** A message up to this size waits in memory, a larger one on disk. */
const HELD = 1024 * 1024;

/**
 * The bytes of a message that waits to be stored. They are read before the request begins, since an attachment of theirs may have to come
 * from this very session, and may be asked for again.
 */
export class Waiting implements AsyncDisposable {
  readonly #held: Buffer | undefined;
  readonly #file: SpoolFile | undefined;

  private constructor(held: Buffer | undefined, file: SpoolFile | undefined) {
    this.#held = held;
    this.#file = file;
  }

  /** Errors: `input.invalid` when there are not `size` bytes; Node's own (a full disk). */
  static async fill(raw: Readable, size: number): Promise<Waiting> {
    const held: Buffer[] = [];
    const file = size > HELD ? new SpoolFile() : undefined;
    try {
      for await (const chunk of counted(raw, size))
        if (file) await file.write(chunk);
        else held.push(chunk);
      await file?.written();
    } catch (error) {
      file?.close();
      throw error;
    }
    return new Waiting(file ? undefined : Buffer.concat(held), file);
  }

  open(): Readable {
    return this.#file ? this.#file.read() : Readable.from([this.#held ?? Buffer.alloc(0)], { objectMode: false });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#file?.close();
    return Promise.resolve();
  }
}

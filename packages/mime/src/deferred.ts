import { Readable } from 'node:stream';

/** A stream that is opened when it is first read, and closed with its reader at once, even amid a read. A source that breaks off is an error. */
export class Deferred extends Readable {
  readonly #open: () => Promise<Readable>;
  #opened = false;
  #source: Readable | undefined;

  constructor(open: () => Promise<Readable>) {
    super();
    this.#open = open;
  }

  override _read(): void {
    this.#source?.resume();
    if (this.#opened) return;
    this.#opened = true;
    this.#open().then(
      (source) => this.#take(source),
      (error: Error) => this.destroy(error),
    );
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#source?.destroy();
    done(error);
  }

  #take(source: Readable): void {
    this.#source = source;
    source.on('error', (error) => this.destroy(error));
    if (this.destroyed || source.destroyed) {
      source.destroy();
      this.destroy(source.errored ?? brokenOff());
      return;
    }
    source.on('data', (chunk) => {
      if (!this.push(chunk)) source.pause();
    });
    source.once('end', () => this.push(null));
    source.once('close', () => {
      if (!source.readableEnded) this.destroy(source.errored ?? brokenOff());
    });
  }
}

/** What Node says of a stream that closes before its end. */
export const brokenOff = (): Error =>
  Object.assign(new Error('the bytes broke off before their end'), { code: 'ERR_STREAM_PREMATURE_CLOSE' });

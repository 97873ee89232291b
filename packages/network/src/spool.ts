import { randomUUID } from 'node:crypto';
import { closeSync, createReadStream, createWriteStream, open, openSync, read, rmSync, write, writev, type WriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** Messages that are kept on disk; older ones are fetched again when they are wanted. */
const KEPT = 16;
/** Bytes on their way to the disk. */
const AHEAD = 1024 * 1024;

/**
 * Large messages on disk, in files that have no name any more: nobody else can open them, and nothing is left of them however the
 * process ends. Where a file in use keeps its name (Windows, at times), that goes with the file.
 */
export class Spool {
  readonly #files = new Set<SpoolFile>();

  /** A new file; the oldest one goes when there are too many. Errors: Node's own. */
  create(): SpoolFile {
    const [oldest] = this.#files;
    if (oldest && this.#files.size >= KEPT) this.#drop(oldest);
    const file = new SpoolFile();
    this.#files.add(file);
    return file;
  }

  close(): void {
    for (const file of this.#files) this.#drop(file);
  }

  #drop(file: SpoolFile): void {
    this.#files.delete(file);
    file.close();
  }
}

/** Streams close the file that they are over, whatever they are told; this one has several. */
const FILES = { open, read, write, writev, close: (_fd: number, done?: (error?: Error | null) => void) => done?.() };

/** One message on disk: written once, then read any number of times. */
export class SpoolFile {
  readonly #path = join(tmpdir(), `mailwright-${randomUUID()}.eml`);
  readonly #fd = openSync(this.#path, 'wx+', 0o600);
  readonly #out: WriteStream = createWriteStream('', { fd: this.#fd, fs: FILES, highWaterMark: AHEAD });
  readonly #named: boolean;
  /** The spool, the writer, and readers. */
  #users = 2;
  #failure: Error | undefined;
  #closed = false;

  constructor() {
    this.#named = !removed(this.#path);
    this.#out.on('error', (error) => (this.#failure ??= error)).once('close', () => this.#leave());
  }

  /** It can still be read. */
  get open(): boolean {
    return !this.#closed;
  }

  /** Resolves when there is room for more. Errors: Node's own (a full disk). */
  write(bytes: Buffer): Promise<void> | undefined {
    if (this.#failure) throw this.#failure;
    if (this.#out.write(bytes)) return undefined;
    return new Promise((resolve, reject) => {
      const over = (error?: Error) => {
        this.#out.off('drain', over).off('error', over);
        if (error) reject(error);
        else resolve();
      };
      this.#out.once('drain', over).once('error', over);
    });
  }

  /** All is written. */
  async written(): Promise<void> {
    await new Promise<void>((resolve, reject) => this.#out.end((error?: Error | null) => (error ? reject(error) : resolve())));
    if (this.#failure) throw this.#failure;
  }

  read(): Readable {
    const stream = createReadStream('', { fd: this.#fd, fs: FILES, start: 0, highWaterMark: 256 * 1024 });
    this.#users++;
    stream.once('close', () => this.#leave());
    return stream;
  }

  /** It goes when its last reader is done. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#out.destroy();
    this.#leave();
  }

  #leave(): void {
    if (--this.#users > 0) return;
    closeSync(this.#fd);
    if (this.#named) removed(this.#path);
  }
}

/** The name of a file in use cannot be removed everywhere. */
function removed(path: string): boolean {
  try {
    rmSync(path);
    return true;
  } catch {
    return false;
  }
}

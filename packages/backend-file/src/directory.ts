import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Folder, MessageRef } from '@mailwright/core';
import { isGone, notFound, toEmailError } from './errors.ts';
import type { Folders } from './folders.ts';
import type { Kind } from './kind.ts';
import type { Opened, Place, Shelf, Stored } from './stored.ts';

/** Windows has no such flag; there, as everywhere, links are left out when a folder is listed. */
const NO_LINKS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0);
const CHUNK = 256 * 1024;

/** Folders of one message a file. What was listed is remembered, and looked up again when a file is no longer called so. */
export class Directory implements Shelf {
  readonly marks: boolean;
  readonly #folders: Folders;
  readonly #kind: Kind;
  readonly #known = new Map<string, Map<string, Stored>>();

  constructor(folders: Folders, kind: Kind) {
    this.marks = kind.marks;
    this.#folders = folders;
    this.#kind = kind;
  }

  folders(): Promise<readonly Folder[]> {
    return this.#folders.list();
  }

  async list(folder: string, subfolders: boolean): Promise<readonly Stored[]> {
    const places = subfolders ? await this.#folders.locateTree(folder) : [await this.#folders.locate(folder)];
    const found: Stored[] = [];
    for (const place of places) found.push(...(await this.#scan(place)).values());
    return found;
  }

  async find(ref: MessageRef): Promise<Stored | undefined> {
    const known = this.#known.get(ref.folder)?.get(ref.id);
    if (known) return known;
    const place = (await this.#folders.list()).find(({ path }) => path === ref.folder);
    return place && (await this.#scan(await this.#folders.locate(place.path))).get(ref.id);
  }

  async open(ref: MessageRef): Promise<Opened> {
    return this.during(ref, (stored) => openFile(stored));
  }

  /** Work on a message under the name that it has now: other programs give it another one, or take it away. Errors: `message.not_found`. */
  async during<T>(ref: MessageRef, work: (stored: Stored) => Promise<T>): Promise<T> {
    const stored = await this.find(ref);
    if (!stored) throw notFound(ref);
    try {
      return await work(stored);
    } catch (error) {
      if (!isGone(error)) throw toEmailError(error, stored.file);
    }
    this.#known.delete(ref.folder);
    const again = await this.find(ref);
    if (!again) throw notFound(ref);
    try {
      return await work(again);
    } catch (error) {
      throw isGone(error) ? notFound(ref) : toEmailError(error, again.file);
    }
  }

  /** A message has another name now, or is not there any more. */
  note({ folder, id }: MessageRef, stored?: Stored): void {
    if (stored) this.#known.get(folder)?.set(id, stored);
    else this.#known.get(folder)?.delete(id);
  }

  async #scan(place: Place): Promise<ReadonlyMap<string, Stored>> {
    const found = new Map((await this.#kind.scan(place)).map((stored) => [stored.ref.id, stored]));
    this.#known.set(place.folder.path, found);
    return found;
  }
}

async function openFile(stored: Stored): Promise<Opened> {
  const handle = await open(stored.file, NO_LINKS);
  try {
    const stats = await handle.stat();
    return { stored, stats, ...readingOf(handle, 0, stats.size) };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** A part of an open file. */
export function readingOf(handle: FileHandle, start: number, size: number): Pick<Opened, 'head' | 'stream' | 'close'> {
  return {
    async head(bytes) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(bytes, size)), 0, Math.min(bytes, size), start);
      return buffer.subarray(0, bytesRead);
    },
    stream() {
      if (size > 0) return handle.createReadStream({ start, end: start + size - 1, highWaterMark: Math.min(size, CHUNK) });
      const empty = Readable.from([], { objectMode: false });
      empty.once('close', () => void handle.close());
      return empty;
    },
    close: () => handle.close(),
  };
}

import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { resolveFolder, type Flag, type Folder, type MessageRef } from '@mailwright/core';
import { parseHeaders } from '@mailwright/mime';
import { readingOf } from './directory.ts';
import { notFound, toEmailError } from './errors.ts';
import { scanMbox, type Part } from './mbox-scan.ts';
import { Unquote, unquoted } from './mbox-quotes.ts';
import type { Opened, Shelf, Stored } from './stored.ts';

const INBOX: Folder = { path: 'INBOX', name: 'INBOX', role: 'inbox' };
/** Bytes by which a message is known again after the file was changed. */
const BEGINNING = 512;
/** Headers are looked at as far as this for marks. */
const HEAD = 16 * 1024;

interface Found extends Stored {
  readonly part: Part;
  readonly check: number;
}

/**
 * An mbox (RFC 4155): all messages in one file, with `From ` lines between them. It is only read: changing one means writing all of it
 * anew while other programs append to it. A message is known by where it is and how it begins.
 */
export class Mbox implements Shelf {
  readonly marks = true;
  readonly #file: string;
  #known: ReadonlyMap<string, Found> = new Map();
  #version = '';

  constructor(file: string) {
    this.#file = file;
  }

  folders(): Promise<readonly Folder[]> {
    return Promise.resolve([INBOX]);
  }

  async list(folder: string): Promise<readonly Stored[]> {
    resolveFolder(folder, [INBOX]);
    return this.#during(async () => [...this.#known.values()]);
  }

  async find({ folder, id }: MessageRef): Promise<Stored | undefined> {
    return this.#during(async () => (folder === INBOX.path ? this.#known.get(id) : undefined));
  }

  async open(ref: MessageRef): Promise<Opened> {
    const handle = await this.#open();
    try {
      await this.#refresh(handle);
      const found = ref.folder === INBOX.path ? this.#known.get(ref.id) : undefined;
      if (!found || (await checkOf(handle, found.part)) !== found.check) throw notFound(ref);
      const { start, end, quotes } = found.part;
      const { head, stream, close } = readingOf(handle, start, end - start);
      const stored = { ...found, flags: flagsIn(await head(HEAD)) };
      const stats = { size: stored.size ?? 0, mtime: (await handle.stat()).mtime };
      if (quotes === 0) return { stored, stats, head, stream, close };
      const plain = () => {
        const source = stream();
        const out = new Unquote();
        source.once('error', (error) => out.destroy(error));
        out.once('close', () => source.destroy());
        return source.pipe(out);
      };
      return { stored, stats, head: async (bytes) => unquoted(await head(bytes)), stream: plain, close };
    } catch (error) {
      await handle.close();
      throw toEmailError(error, this.#file);
    }
  }

  async #during<T>(work: () => Promise<T>): Promise<T> {
    const handle = await this.#open();
    try {
      await this.#refresh(handle);
      return await work();
    } catch (error) {
      throw toEmailError(error, this.#file);
    } finally {
      await handle.close();
    }
  }

  async #open(): Promise<FileHandle> {
    try {
      return await open(this.#file, constants.O_RDONLY);
    } catch (error) {
      throw toEmailError(error, this.#file);
    }
  }

  async #refresh(handle: FileHandle): Promise<void> {
    const { size, mtimeMs, ino } = await handle.stat();
    const version = `${ino} ${size} ${mtimeMs}`;
    if (version === this.#version) return;
    const known = new Map<string, Found>();
    for (const part of await scanMbox(handle, size)) {
      const beginning = await beginningOf(handle, part);
      if (isExpunged(beginning)) continue;
      const check = crc32(beginning);
      const id = `${part.start}-${check.toString(16)}`;
      const bytes = part.end - part.start - part.quotes;
      known.set(id, { ref: { folder: INBOX.path, id }, file: this.#file, size: bytes, arrived: part.arrivedAt ?? 'header', part, check });
    }
    this.#known = known;
    this.#version = version;
  }
}

async function beginningOf(handle: FileHandle, { start, end }: Part): Promise<Buffer> {
  const length = Math.min(BEGINNING, end - start);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, start);
  return buffer.subarray(0, bytesRead);
}

const checkOf = async (handle: FileHandle, part: Part) => crc32(await beginningOf(handle, part));

/** Thunderbird marks what is deleted, and takes it out when it compacts the folder. */
const isExpunged = (beginning: Buffer) =>
  (Number.parseInt(/^X-Mozilla-Status: ([0-9a-f]{4})/im.exec(beginning.toString('latin1'))?.[1] ?? '0', 16) & 8) !== 0;

/** Marks stand in the header: Status and X-Status of most programs, X-Mozilla-Status of Thunderbird. */
function flagsIn(head: Buffer): Flag[] {
  const { headers } = parseHeaders(head.subarray(0, /\r?\n\r?\n/.exec(head.toString('latin1'))?.index ?? head.length));
  const [status = ''] = headers.get('status') ?? [];
  const [more = ''] = headers.get('x-status') ?? [];
  const mozilla = Number.parseInt(headers.get('x-mozilla-status')?.[0] ?? '0', 16);
  const flags: readonly [Flag, boolean][] = [
    ['seen', status.includes('R') || (mozilla & 1) !== 0],
    ['answered', more.includes('A') || (mozilla & 2) !== 0],
    ['flagged', more.includes('F') || (mozilla & 4) !== 0],
    ['draft', more.includes('T')],
  ];
  return flags.filter(([, set]) => set).map(([flag]) => flag);
}

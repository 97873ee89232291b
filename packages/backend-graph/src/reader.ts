import type { Readable } from 'node:stream';
import { EmailError, say, type Message, type MessageRef, type MessageSummary } from '@mailwright/core';
import { parse, type RawSource } from '@mailwright/mime';
import { Spool, type SpoolFile } from '@mailwright/network';
import type { Client, Question } from './client.ts';
import type { Folders } from './folders.ts';
import { SUMMARY, itemOf, type Item, type Row } from './rows.ts';

/** Bytes up to which a message is held; a larger one goes to disk as it comes. */
export const WHOLE = 64 * 1024;

/** Whole messages: always out of their MIME, so that they are what they are on every other server. */
export class Reader {
  readonly #client: Client;
  readonly #folders: Folders;
  readonly #spool = new Spool();

  constructor(client: Client, folders: Folders) {
    this.#client = client;
    this.#folders = folders;
  }

  close(): void {
    this.#spool.close();
  }

  /** One message. Errors: `message.not_found`, also where it is in another folder by now; `message.too_large`. */
  async read(ref: MessageRef): Promise<Message> {
    const { id } = await this.#folders.locate(ref.folder);
    const row = await this.#client.json<Row>({ ...this.#asked(ref), query: SUMMARY });
    if (row.parentFolderId !== id) throw gone(ref);
    return this.message(itemOf(row, ref));
  }

  /** The whole message of a summary. `bytes`: where they are at hand. */
  async message({ summary }: Pick<Item, 'summary'>, bytes?: Buffer): Promise<Message> {
    const { ref, size = WHOLE + 1 } = summary;
    const { largestMessage: limit } = this.#client.ctx.limits;
    if (size > limit) return this.#tooLarge(summary, limit);
    const source = bytes ?? (size <= WHOLE ? await this.bytes(ref) : this.#onDisk(summary));
    // Reading the bytes finds every defect by itself, in its order.
    const { defects: _, ...known } = summary;
    return parse(source, known);
  }

  /** The bytes of a small message. */
  bytes(ref: MessageRef): Promise<Buffer> {
    return this.#client.bytes(this.#value(ref));
  }

  isSmall({ size = WHOLE + 1 }: MessageSummary): boolean {
    return size <= WHOLE;
  }

  /** Its place on disk may have gone to others by the time that it is read again. */
  #onDisk(summary: MessageSummary): RawSource {
    let file: Promise<SpoolFile> | undefined;
    return {
      open: async () => {
        if (!(await file?.catch(() => undefined))?.open) file = this.#fetched(summary);
        return ((await file) as SpoolFile).read();
      },
    };
  }

  async #fetched({ ref, size: known }: MessageSummary): Promise<SpoolFile> {
    const { read, throughput, largestMessage: limit } = this.#client.ctx.limits;
    const ms = read + ((known ?? limit) / throughput) * 1000;
    const source = await this.#client.stream({ ...this.#value(ref), ms });
    const file = this.#spool.create();
    try {
      let size = 0;
      for await (const chunk of source as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > limit) throw new EmailError('message.too_large', { what: say`The message`, size, limit });
        await file.write(chunk);
      }
      await file.written();
      return file;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  async #tooLarge(summary: MessageSummary, limit: number): Promise<Message> {
    const defects = [`unreadable: it has more than ${limit} bytes`, ...(summary.defects ?? [])];
    const refused = () => Promise.reject(new EmailError('message.too_large', { what: say`The message`, size: summary.size ?? 0, limit }));
    return { ...(await parse(Buffer.alloc(0), { ...summary, defects })), raw: refused as () => Promise<Readable> };
  }

  #value(ref: MessageRef): Question {
    return { ...this.#asked(ref), path: `messages/${encodeURIComponent(ref.id)}/$value`, headers: { accept: '*/*' } };
  }

  #asked(ref: MessageRef): Question {
    return {
      ref,
      path: `messages/${encodeURIComponent(ref.id)}`,
      what: say`read a message`,
      ms: this.#client.ctx.limits.read,
      again: true,
    };
  }
}

export const gone = ({ folder, id }: MessageRef) => new EmailError('message.not_found', { folder, id });

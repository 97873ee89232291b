import { Readable } from 'node:stream';
import { EmailError, say, type Flag, type MessageRef } from '@mailwright/core';
import { counted, type Spool, type SpoolFile } from '@mailwright/network';
import type { Exchange } from './exchange.ts';
import type { Located } from './folders.ts';
import { FLAGGED, REPLIED, type Tag } from './tags.ts';
import { descendants } from './xml.ts';

/** A message up to this size waits in memory until it is sent, a larger one on disk. */
const HELD = 1024 * 1024;
/** PidTagMessageFlags: it was read; without the one for drafts it is none. */
const READ = 1;

export interface Stored {
  readonly ref: MessageRef;
  readonly changeKey: string;
}

export interface Storing {
  readonly raw: Readable;
  /** Exactly the bytes that `raw` gives. */
  readonly size: number;
  readonly flags: readonly Flag[];
}

/**
 * Stores a message as its bytes say. They are read before they are sent: a request may have to go out again, and they may have to come
 * from this very session. Errors: `message.too_large`, `input.invalid` when the size was wrong, `message.outcome_unknown`.
 */
export async function store(exchange: Exchange, spool: Spool, target: Located, { raw, size, flags }: Storing): Promise<Stored> {
  const { limits } = exchange.ctx;
  const { folder, id } = target;
  if (size > limits.largestMessage) {
    raw.destroy();
    throw new EmailError('message.too_large', { what: say`The message`, size, limit: limits.largestMessage });
  }
  await using waiting = await Waiting.fill(raw, size, spool);
  const tags: [Tag, number][] = [
    ...(flags.includes('flagged') ? [['flagStatus', FLAGGED] as [Tag, number]] : []),
    ...(flags.includes('answered') ? [['lastVerb', REPLIED[0] ?? 0] as [Tag, number]] : []),
  ];
  const draft = flags.includes('draft');
  const envelope = exchange.soap.createItem({ id }, { ...(!draft && { flags: flags.includes('seen') ? READ : 0 }), tags });
  const call = {
    what: say`store a message in "${{ path: folder.path }}"`,
    ms: limits.command + (size / limits.throughput) * 1000,
    folder: folder.path,
    repeatable: false,
    size,
    upload: { size, open: () => waiting.open() },
  };
  const [message] = await exchange.call(envelope, call).catch((error: unknown) => {
    if (!EmailError.is(error, 'connection.lost') && !EmailError.is(error, 'connection.timeout')) throw error;
    throw new EmailError('message.outcome_unknown', { verb: 'append', count: 1, folder: folder.path }, { cause: error });
  });
  if (message && !message.ok) throw exchange.errorOf(message, call);
  const [item] = message ? descendants(message.element, 'ItemId') : [];
  const { Id = '', ChangeKey = '' } = item?.attributes ?? {};
  if (Id === '')
    throw new EmailError('server.unexpected', { host: exchange.endpoint.address.host, problem: say`it does not say what it stored` });
  return { ref: { folder: folder.path, id: Id }, changeKey: ChangeKey };
}

/** Bytes that wait to be sent. */
class Waiting implements AsyncDisposable {
  readonly #held: Buffer | undefined;
  readonly #file: SpoolFile | undefined;

  private constructor(held: Buffer | undefined, file: SpoolFile | undefined) {
    this.#held = held;
    this.#file = file;
  }

  static async fill(raw: Readable, size: number, spool: Spool): Promise<Waiting> {
    const held: Buffer[] = [];
    const file = size > HELD ? spool.create() : undefined;
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

import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EmailError, say, type Flag, type MessageRef } from '@mailwright/core';
import { counted } from '@mailwright/network';
import type { Conversation } from './conversation.ts';
import type { Folders, Located } from './folders.ts';
import { refOf } from './place.ts';
import { atom, codeOf, string, text, wordOf } from './response.ts';

/** A message up to this size waits in memory until its turn comes, a larger one in a temporary file. */
const HELD = 1024 * 1024;

const NAMES: Readonly<Record<Flag, string>> = { seen: '\\Seen', answered: '\\Answered', flagged: '\\Flagged', draft: '\\Draft' };

export interface Appended {
  readonly raw: Readable;
  /** Exactly the bytes that `raw` gives. */
  readonly size: number;
  readonly flags: readonly Flag[];
}

/**
 * Stores a message (RFC 3501 section 6.3.11); the new reference where the server says it (RFC 4315). The bytes are read before the
 * turn begins, since an attachment of theirs may have to come from this very session.
 * Errors: `message.too_large`, `input.invalid` when the size was wrong, `message.outcome_unknown`.
 */
export async function append(talk: Conversation, folders: Folders, folder: string, message: Appended): Promise<MessageRef | undefined> {
  const { limits } = talk.ctx;
  const { size } = message;
  if (size > limits.largestMessage) {
    message.raw.destroy();
    throw new EmailError('message.too_large', { what: say`The message`, size, limit: limits.largestMessage });
  }
  const located = await folders.locate(folder);
  await using spool = await Spool.fill(message.raw, size);
  return await send(talk, located, message, spool);
}

async function send(talk: Conversation, located: Located, { size, flags }: Appended, spool: Spool) {
  const path = located.folder.path;
  const what = say`store a message in "${{ path }}"`;
  let sending = false;
  const onPlusTag = () => {
    sending = true;
    return talk.client.sendLiteral(spool.open());
  };
  const tokens = [string(located.listed), flags.map((flag) => atom(NAMES[flag])), text(`{${size}}`)];
  const ms = talk.ctx.limits.command + (size / talk.ctx.limits.throughput) * 1000;
  try {
    const response = await talk.turn(what, ms, () => talk.commandInto(path, 'APPEND', tokens, { onPlusTag }));
    const [, uidValidity, uid] = codeOf(response, 'APPENDUID') ?? [];
    const validity = wordOf(uidValidity);
    return validity === undefined ? undefined : refOf({ located, uidValidity: validity }, Number(wordOf(uid)));
  } catch (error) {
    if (sending && EmailError.is(error, 'connection'))
      throw new EmailError('message.outcome_unknown', { verb: 'append', count: 1, folder: path }, { cause: error });
    throw error;
  }
}

/** Bytes that wait for their turn. */
class Spool implements AsyncDisposable {
  readonly #held: Buffer | undefined;
  readonly #folder: string | undefined;

  private constructor(held: Buffer | undefined, folder: string | undefined) {
    this.#held = held;
    this.#folder = folder;
  }

  /** Errors: `input.invalid` when there are not `size` bytes; the announced literal would never end, or end early. */
  static async fill(raw: Readable, size: number): Promise<Spool> {
    if (size > HELD) return Spool.#onDisk(raw, size);
    const chunks: Buffer[] = [];
    for await (const chunk of counted(raw, size)) chunks.push(chunk);
    return new Spool(Buffer.concat(chunks), undefined);
  }

  static async #onDisk(raw: Readable, size: number): Promise<Spool> {
    const spool = new Spool(undefined, await mkdtemp(join(tmpdir(), 'mailwright-')));
    try {
      await pipeline(counted(raw, size), createWriteStream(spool.#file, { mode: 0o600 }));
      return spool;
    } catch (error) {
      await spool[Symbol.asyncDispose]();
      throw error;
    }
  }

  open(): Readable {
    return this.#held ? Readable.from([this.#held], { objectMode: false }) : createReadStream(this.#file, { highWaterMark: 256 * 1024 });
  }

  get #file(): string {
    return join(this.#folder ?? '', 'message.eml');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }
}

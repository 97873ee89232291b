import type { Readable } from 'node:stream';
import { EmailError, say, type Flag, type MessageRef } from '@mailwright/core';
import { Waiting } from '@mailwright/network';
import type { Conversation } from './conversation.ts';
import type { Folders, Located } from './folders.ts';
import { refOf } from './place.ts';
import { atom, codeOf, string, text, wordOf } from './response.ts';

const NAMES: Readonly<Record<Flag, string>> = { seen: '\\Seen', answered: '\\Answered', flagged: '\\Flagged', draft: '\\Draft' };

export interface Appended {
  readonly raw: Readable;
  /** Exactly the bytes that `raw` gives. */
  readonly size: number;
  readonly flags: readonly Flag[];
}

/**
 * Stores a message (RFC 3501 section 6.3.11); the new reference where the server says it (RFC 4315). The bytes are read before the
 * turn begins. Errors: `message.too_large`, `input.invalid` when the size was wrong, `message.outcome_unknown`.
 */
export async function append(talk: Conversation, folders: Folders, folder: string, message: Appended): Promise<MessageRef | undefined> {
  const { limits } = talk.ctx;
  const { size } = message;
  if (size > limits.largestMessage) {
    message.raw.destroy();
    throw new EmailError('message.too_large', { what: say`The message`, size, limit: limits.largestMessage });
  }
  const located = await folders.locate(folder);
  await using waiting = await Waiting.fill(message.raw, size);
  return await send(talk, located, message, waiting);
}

async function send(talk: Conversation, located: Located, { size, flags }: Appended, waiting: Waiting) {
  const path = located.folder.path;
  const what = say`store a message in "${{ path }}"`;
  let sending = false;
  const onPlusTag = () => {
    sending = true;
    return talk.client.sendLiteral(waiting.open());
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

import type { Readable } from 'node:stream';
import { EmailError, say, type Flag, type MessageRef } from '@mailwright/core';
import { Waiting } from '@mailwright/network';
import type { Exchange } from './exchange.ts';
import type { Located } from './folders.ts';
import { FLAGGED, REPLIED, type Tag } from './tags.ts';
import { descendants } from './xml.ts';

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
 * Stores a message as its bytes say. Errors: `message.too_large`, `input.invalid` when the size was wrong, `message.outcome_unknown`.
 */
export async function store(exchange: Exchange, target: Located, { raw, size, flags }: Storing): Promise<Stored> {
  const { limits } = exchange.ctx;
  const { folder, id } = target;
  if (size > limits.largestMessage) {
    raw.destroy();
    throw new EmailError('message.too_large', { what: say`The message`, size, limit: limits.largestMessage });
  }
  await using waiting = await Waiting.fill(raw, size);
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

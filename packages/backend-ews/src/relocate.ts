import type { MessageRef, Moved } from '@mailwright/core';
import { each } from './batches.ts';
import type { Exchange } from './exchange.ts';
import type { Located } from './folders.ts';
import { findByMessageId } from './find.ts';
import type { Reader } from './reader.ts';
import { descendants } from './xml.ts';

/** Moves or copies. What is in the target already stays there; a message has another id where it went. */
export async function relocate(
  exchange: Exchange,
  verb: 'move' | 'copy',
  refs: readonly MessageRef[],
  target: Located,
  reader: Reader,
): Promise<readonly Moved[]> {
  const { folder, id } = target;
  const stays = (ref: MessageRef) => verb === 'move' && ref.folder === folder.path;
  const going = refs.filter((ref) => !stays(ref));
  const names = exchange.soap.tellsNewIds ? [] : await reader.fields(going);
  const results = [
    ...(await each<Omit<Moved, 'from'>>(exchange, going, {
      verb,
      repeatable: false,
      folder: folder.path,
      request: (batch) =>
        exchange.soap.relocate(
          verb,
          batch.map((ref) => ref.id),
          { id },
        ),
      result: (_, { element }) => {
        const [found] = descendants(element, 'ItemId');
        const to = found?.attributes['Id'];
        // An Exchange before 2010 SP1 does not say it.
        return to === undefined ? {} : { to: { folder: folder.path, id: to } };
      },
    })),
  ];
  for (const [at, item] of names.entries()) {
    const result = results[at];
    const { messageId } = item?.summary ?? {};
    if (!result || 'error' in result || messageId === undefined) continue;
    const to = await placeOf(exchange, target, messageId);
    if (to) results[at] = { ...result, to };
  }
  let next = 0;
  return refs.map((from) => {
    if (stays(from)) return { from, to: from };
    const { ref: _, ...rest } = results[next++] ?? { ref: from };
    return { from, ...rest };
  });
}

/** Where exactly one message has the Message-ID it is that one. What was done is done: a search that fails changes nothing about it. */
async function placeOf(exchange: Exchange, target: Located, messageId: string): Promise<MessageRef | undefined> {
  try {
    const [found, ...more] = await findByMessageId(exchange, target, messageId);
    return more.length === 0 ? found?.ref : undefined;
  } catch (error) {
    exchange.ctx.log.debug('a message that was moved could not be looked for', { error: String(error) });
    return undefined;
  }
}

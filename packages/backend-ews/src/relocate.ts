import type { MessageRef, Moved } from '@mailwright/core';
import { each } from './batches.ts';
import type { Exchange } from './exchange.ts';
import type { Located } from './folders.ts';
import { descendants } from './xml.ts';

/** Moves or copies. What is in the target already stays there; a message has another id where it went. */
export async function relocate(
  exchange: Exchange,
  verb: 'move' | 'copy',
  refs: readonly MessageRef[],
  { folder, id }: Located,
): Promise<readonly Moved[]> {
  const stays = (ref: MessageRef) => verb === 'move' && ref.folder === folder.path;
  const going = refs.filter((ref) => !stays(ref));
  const results = await each<Omit<Moved, 'from'>>(exchange, going, {
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
      // Exchange 2007 does not say it.
      return to === undefined ? {} : { to: { folder: folder.path, id: to } };
    },
  });
  let next = 0;
  return refs.map((from) => {
    if (stays(from)) return { from, to: from };
    const { ref: _, ...rest } = results[next++] ?? { ref: from };
    return { from, ...rest };
  });
}

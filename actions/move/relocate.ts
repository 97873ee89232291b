import { EmailError, Failed, MovedData, conclude, demand, select } from '@mailwright/core';
import type { ActionContext, Failure, MessageRef, Moved, Selection } from '@mailwright/core';
import { z } from 'zod';

/** Where messages went; `unchanged` were there already. */
export const Relocated = z.object({
  count: z.number().int(),
  unchanged: z.array(MovedData.shape.from),
  failed: z.array(Failed),
});
const data = ({ folder, id }: MessageRef) => ({ folder, id });

/** Takes the messages of a selection elsewhere, batch by batch, and says of each where it is now. */
export async function relocate<N extends 'moved' | 'copied' | 'trashed'>(
  messages: Selection,
  ctx: ActionContext,
  partial: 'fail' | 'accept',
  verb: (refs: readonly MessageRef[]) => Promise<readonly Moved[]>,
  name: N,
): Promise<z.output<typeof Relocated> & Record<N, z.output<typeof MovedData>[]>> {
  const done: z.output<typeof MovedData>[] = [];
  const unchanged: MessageRef[] = [];
  const failures: Failure[] = [];
  for await (const refs of select(messages, ctx))
    for (const { from, to, error } of await verb(refs)) {
      if (error) failures.push({ ref: from, error });
      else if (to?.folder === from.folder && to.id === from.id) unchanged.push(data(from));
      else done.push({ from: data(from), ...(to && { to: data(to) }) });
    }
  const named = { [name]: done } as Record<N, z.output<typeof MovedData>[]>;
  return conclude({ ...named, count: done.length, unchanged }, failures, partial);
}

/** A verb into a folder, which is made where that is wanted. It is there most times: only its absence costs a question. */
export function into(
  verb: (refs: readonly MessageRef[], to: string) => Promise<readonly Moved[]>,
  to: string,
  createFolder: boolean,
  ctx: ActionContext,
): (refs: readonly MessageRef[]) => Promise<readonly Moved[]> {
  const create = createFolder ? demand(ctx, 'createFolder') : undefined;
  return async (refs) => {
    try {
      return await verb(refs, to);
    } catch (error) {
      if (!create || !(EmailError.is(error, 'folder.not_found') || EmailError.is(error, 'folder.role_missing'))) throw error;
      return verb(refs, (await create(to)).path);
    }
  };
}

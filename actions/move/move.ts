import {
  EmailError,
  Failed,
  MovedData,
  Partial,
  Selection,
  conclude,
  defineAction,
  demand,
  folder,
  select,
  type Failure,
  type MessageRef,
  type Moved,
} from '@mailwright/core';
import { z } from 'zod';

const data = ({ folder: path, id }: MessageRef) => ({ folder: path, id });

export const move = defineAction({
  id: 'email.move',
  title: 'Move',
  summary: 'Moves messages to another folder.',
  line: 'Move {messages} to {to}',
  effect: 'write',
  needs: ['move'],
  input: z.strictObject({
    messages: Selection,
    to: folder({ title: 'Target folder' }),
    createFolder: z.boolean().default(false).meta({ title: 'Create the folder if it is missing' }),
    partial: Partial,
  }),
  output: z.object({
    moved: z.array(MovedData),
    count: z.number().int(),
    unchanged: z.array(MovedData.shape.from),
    failed: z.array(Failed),
  }),
  async run({ messages, to, createFolder, partial }, ctx) {
    const create = createFolder ? demand(ctx, 'createFolder') : undefined;
    const moved: z.output<typeof MovedData>[] = [];
    const unchanged: MessageRef[] = [];
    const failures: Failure[] = [];
    for await (const refs of select(messages, ctx)) {
      for (const { from, to: place, error } of await moveTo(refs)) {
        if (error) failures.push({ ref: from, error });
        else if (place?.folder === from.folder && place.id === from.id) unchanged.push(data(from));
        else moved.push({ from: data(from), ...(place && { to: data(place) }) });
      }
    }
    return conclude({ moved, count: moved.length, unchanged: unchanged.map(data) }, failures, partial);

    /** The folder is there most times: only its absence costs a question. */
    async function moveTo(refs: readonly MessageRef[]): Promise<readonly Moved[]> {
      try {
        return await ctx.mailbox.move(refs, to);
      } catch (error) {
        if (!create || !(EmailError.is(error, 'folder.not_found') || EmailError.is(error, 'folder.role_missing'))) throw error;
        return ctx.mailbox.move(refs, (await create(to)).path);
      }
    }
  },
});

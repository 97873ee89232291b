import {
  Failed,
  MovedData,
  Partial,
  Selection,
  conclude,
  defineAction,
  demand,
  folder,
  select,
  type EmailError,
  type Failure,
  type MessageRef,
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
    const target = createFolder ? (await demand(ctx, 'createFolder')(to)).path : to;
    const moved: z.output<typeof MovedData>[] = [];
    const unchanged: MessageRef[] = [];
    const failures: Failure[] = [];
    for await (const refs of select(messages, ctx)) {
      for (const { from, to: place, error } of await ctx.mailbox.move(refs, target)) {
        if (error) failures.push({ ref: from, error: error as EmailError });
        else if (place?.folder === from.folder && place.id === from.id) unchanged.push(data(from));
        else moved.push({ from: data(from), ...(place && { to: data(place) }) });
      }
    }
    return conclude({ moved, count: moved.length, unchanged: unchanged.map(data) }, failures, partial);
  },
});

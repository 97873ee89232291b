import { MessageQuery, defineAction, toQuery } from '@mailwright/core';
import { z } from 'zod';

const { folder, subfolders, filter } = MessageQuery.shape;

export const count = defineAction({
  id: 'email.count',
  title: 'Count messages',
  summary: 'Counts the messages that fit a filter. No text is read unless the filter looks into it.',
  line: 'Count messages: {filter} in {folder}',
  effect: 'read',
  needs: ['search'],
  input: z.strictObject({ folder, subfolders, filter }),
  output: z.object({ count: z.number().int() }),
  async run(query, { mailbox, signal }) {
    let found = 0;
    for await (const _ of mailbox.search(toQuery({ ...query, newestFirst: false }), signal)) found++;
    return { count: found };
  },
});

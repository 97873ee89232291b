import { Mail, MessageQuery, defineAction, more, toMail, toQuery } from '@mailwright/core';
import { z } from 'zod';

export const get = defineAction({
  id: 'email.get',
  title: 'Get messages',
  summary: 'Gives the messages that fit as a list, newest first. For each of many, a loop holds less in memory.',
  line: 'Get messages: {filter} in {folder}',
  effect: 'read',
  needs: ['search'],
  input: z.strictObject({
    ...MessageQuery.shape,
    newestFirst: z.boolean().default(true).meta({ title: 'Newest first' }),
    limit: z.number().int().min(1).max(1000).default(100).meta({ title: 'At most' }),
    load: z
      .enum(['message', 'summary'])
      .default('summary')
      .meta(more({ title: 'Load', description: 'message: text and list of attachments too; summary: what a mailbox list shows' })),
  }),
  output: z.object({ messages: z.array(Mail), count: z.number().int(), more: z.boolean() }),
  async run({ load, ...query }, { mailbox, signal }) {
    // One more than wanted says whether there are more.
    const wanted = { ...toQuery(query), limit: query.limit + 1 };
    const messages: Mail[] = [];
    for await (const message of load === 'message' ? mailbox.search({ ...wanted, load }, signal) : mailbox.search(wanted, signal)) {
      if (messages.length === query.limit) return { messages, count: messages.length, more: true };
      messages.push(toMail(message, messages.length + 1));
    }
    return { messages, count: messages.length, more: false };
  },
});

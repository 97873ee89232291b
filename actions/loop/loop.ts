import { Mail, MessageQuery, defineLoop, more, toMail, toQuery } from '@mailwright/core';
import { z } from 'zod';

export const loop = defineLoop({
  id: 'email.loop',
  title: 'For each message',
  summary: 'Runs its steps once for each message that fits. The list is fixed before the first one; reading marks nothing as read.',
  line: 'For each message: {filter} in {folder}',
  effect: 'read',
  needs: ['search'],
  input: z.strictObject({
    ...MessageQuery.shape,
    load: z
      .enum(['message', 'summary'])
      .default('message')
      .meta(more({ title: 'Load', description: 'message: text and list of attachments too; summary: what a mailbox list shows' })),
  }),
  item: Mail,
  async *each({ load, ...query }, { mailbox, signal }) {
    const wanted = toQuery(query);
    const listing = load === 'message' ? mailbox.search({ ...wanted, load }, signal) : mailbox.search(wanted, signal);
    let index = 0;
    for await (const message of listing) yield toMail(message, ++index);
  },
});

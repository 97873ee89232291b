import { Mail, Selection, defineAction, referencesOf, single, toMail, toQuery, type MessageQuery } from '@mailwright/core';
import { z } from 'zod';

export const read = defineAction({
  id: 'email.read',
  title: 'Read message',
  summary: 'Reads one message whole: text, headers, attachment list. Of a filter the first that fits.',
  line: 'Read {messages}',
  effect: 'read',
  needs: ['read'],
  input: z.strictObject({ messages: Selection }),
  output: z.object({ found: z.boolean(), message: Mail.optional() }),
  async run({ messages }, { mailbox, signal }) {
    if (referencesOf(messages)) {
      const ref = single(messages);
      return ref ? { found: true, message: toMail(await mailbox.read(ref)) } : { found: false };
    }
    const query = { ...toQuery(messages as z.output<typeof MessageQuery>), limit: 1, load: 'message' } as const;
    for await (const message of mailbox.search(query, signal)) return { found: true, message: toMail(message) };
    return { found: false };
  },
});

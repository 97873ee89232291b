import { Failed, Partial, Ref, Selection, conclude, defineAction, referencesOf, say, select } from '@mailwright/core';
import type { Failure, MessageQuery, MessageRef } from '@mailwright/core';
import { z } from 'zod';

export const erase = defineAction({
  id: 'email.erase',
  title: 'Erase for good',
  summary: 'Erases exactly these messages for good. A query needs a limit. Nobody can take it back: Move to trash can be undone.',
  line: 'Erase for good: {messages}',
  effect: 'destroy',
  needs: ['erase'],
  input: z.strictObject({ messages: Selection, partial: Partial }).superRefine(({ messages }, form) => {
    if (referencesOf(messages) ?? (messages as MessageQuery).limit) return;
    const problem = say`erasing all that match needs a limit`;
    const cure = say`Set the most messages that one step may erase.`;
    form.addIssue({ code: 'custom', message: String(problem), params: { problem, cure }, path: ['messages', 'limit'] });
  }),
  output: z.object({
    erased: z.array(Ref),
    count: z.number().int(),
    pending: z.boolean(),
    warnings: z.array(z.string()),
    failed: z.array(Failed),
  }),
  async run({ messages, partial }, ctx) {
    const erased: MessageRef[] = [];
    const failures: Failure[] = [];
    let pending = 0;
    for await (const refs of select(messages, ctx))
      for (const { ref, error, pending: waits } of await ctx.mailbox.erase(refs)) {
        if (error) failures.push({ ref, error });
        else erased.push({ folder: ref.folder, id: ref.id });
        if (waits) pending++;
      }
    const warnings =
      pending === 0
        ? []
        : [`${pending} of them are only marked so far: they go when the session is closed (POP3), or when the server tidies the folder.`];
    return conclude({ erased, count: erased.length, pending: pending > 0, warnings }, failures, partial);
  },
});

import { EmailError, Failed, Partial, Ref, Selection, conclude, defineAction, demand, more, select } from '@mailwright/core';
import type { ActionContext, Done, Failure, MessageRef } from '@mailwright/core';
import { z } from 'zod';

const Keywords = z.array(z.string().min(1));
const input = z.strictObject({
  messages: Selection,
  seen: z.enum(['leave', 'read', 'unread']).default('leave').meta({ title: 'Read' }),
  flagged: z.enum(['leave', 'yes', 'no']).default('leave').meta({ title: 'Flagged' }),
  addKeywords: Keywords.optional().meta(more({ title: 'Add keywords', description: 'Categories, where the server calls them so' })),
  removeKeywords: Keywords.optional().meta(more({ title: 'Remove keywords' })),
  partial: Partial,
});
type Wanted = z.output<typeof input>;
type Verb = (refs: readonly MessageRef[]) => Promise<readonly Done[]>;

export const mark = defineAction({
  id: 'email.mark',
  title: 'Mark',
  summary: 'Marks messages as read, unread or flagged, and sets keywords.',
  line: 'Mark {messages} {seen} {flagged} {addKeywords}',
  effect: 'write',
  needs: ['mark'],
  input,
  output: z.object({ marked: z.array(Ref), count: z.number().int(), failed: z.array(Failed) }),
  collected: (refs) => ({ marked: [...refs], count: refs.length, failed: [] }),
  async run(wanted, ctx) {
    const verbs = verbsOf(wanted, ctx);
    const marked: MessageRef[] = [];
    const failures: Failure[] = [];
    for await (const refs of select(wanted.messages, ctx)) {
      let left: readonly MessageRef[] = refs;
      for (const verb of verbs) {
        const done = await verb(left);
        for (const { ref, error } of done) if (error) failures.push({ ref, error });
        left = done.flatMap(({ ref, error }) => (error ? [] : [{ folder: ref.folder, id: ref.id }]));
      }
      marked.push(...left);
    }
    return conclude({ marked, count: marked.length }, failures, wanted.partial);
  },
});

function verbsOf({ seen, flagged, addKeywords = [], removeKeywords = [] }: Wanted, ctx: ActionContext<'mark'>): Verb[] {
  const marks = { ...(seen !== 'leave' && { seen: seen === 'read' }), ...(flagged !== 'leave' && { flagged: flagged === 'yes' }) };
  const keywords = addKeywords.length + removeKeywords.length > 0;
  const verbs: Verb[] = [];
  if (Object.keys(marks).length > 0) verbs.push((refs) => ctx.mailbox.mark(refs, marks));
  if (keywords) {
    const label = demand(ctx, 'label');
    verbs.push((refs) => label(refs, { add: addKeywords, remove: removeKeywords }));
  }
  if (verbs.length > 0) return verbs;
  throw new EmailError('input.invalid', {
    path: 'seen',
    problem: 'nothing is chosen to be marked',
    cure: 'Set seen, flagged or a keyword.',
  });
}

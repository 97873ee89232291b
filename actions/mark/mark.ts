import { Failed, Partial, Ref, Selection, conclude, defineAction, demand, more, say, select } from '@mailwright/core';
import type { ActionContext, Done, Failure, MessageRef } from '@mailwright/core';
import { z } from 'zod';

const Keywords = z.array(z.string().min(1));
const fields = z.strictObject({
  messages: Selection,
  seen: z.enum(['leave', 'read', 'unread']).default('leave').meta({ title: 'Read' }),
  flagged: z.enum(['leave', 'yes', 'no']).default('leave').meta({ title: 'Flagged' }),
  addKeywords: Keywords.optional().meta(more({ title: 'Add keywords', description: 'Categories, where the server calls them so' })),
  removeKeywords: Keywords.optional().meta(more({ title: 'Remove keywords' })),
  partial: Partial,
});
type Wanted = z.output<typeof fields>;
const input = fields.superRefine((wanted, form) => {
  if (marksOf(wanted) ?? keywordsOf(wanted)) return;
  const problem = say`nothing is chosen to be marked`;
  form.addIssue({
    code: 'custom',
    message: String(problem),
    params: { problem, cure: say`Set seen, flagged or a keyword.` },
    path: ['seen'],
  });
});
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

/** The flags to set or to clear; undefined where none is chosen. */
function marksOf({ seen, flagged }: Wanted): { readonly seen?: boolean; readonly flagged?: boolean } | undefined {
  if (seen === 'leave' && flagged === 'leave') return undefined;
  return { ...(seen !== 'leave' && { seen: seen === 'read' }), ...(flagged !== 'leave' && { flagged: flagged === 'yes' }) };
}

function keywordsOf({ addKeywords = [], removeKeywords = [] }: Wanted): { readonly add: string[]; readonly remove: string[] } | undefined {
  return addKeywords.length + removeKeywords.length > 0 ? { add: addKeywords, remove: removeKeywords } : undefined;
}

function verbsOf(wanted: Wanted, ctx: ActionContext<'mark'>): Verb[] {
  const marks = marksOf(wanted);
  const keywords = keywordsOf(wanted);
  const label = keywords && demand(ctx, 'label');
  return [
    ...(marks ? [(refs: readonly MessageRef[]) => ctx.mailbox.mark(refs, marks)] : []),
    ...(keywords && label ? [(refs: readonly MessageRef[]) => label(refs, keywords)] : []),
  ];
}

import { MovedData, Partial, Selection, defineAction } from '@mailwright/core';
import { z } from 'zod';
import { Relocated, relocate } from '../move/relocate.ts';

export const trash = defineAction({
  id: 'email.trash',
  title: 'Move to trash',
  summary: 'Moves messages to the trash, from where they can be taken back. Without a trash folder it fails; it never erases.',
  line: 'Move {messages} to the trash',
  effect: 'write',
  needs: ['trash'],
  input: z.strictObject({ messages: Selection, partial: Partial }),
  output: Relocated.extend({ trashed: z.array(MovedData) }),
  collected: (refs) => ({ trashed: refs.map((from) => ({ from })), count: refs.length, unchanged: [], failed: [] }),
  async run({ messages, partial }, ctx) {
    return relocate(messages, ctx, partial, (refs) => ctx.mailbox.trash(refs), 'trashed');
  },
});

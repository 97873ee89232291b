import { MovedData, defineAction } from '@mailwright/core';
import { z } from 'zod';
import { toFolder } from '../move/move.ts';
import { Relocated, into, relocate } from '../move/relocate.ts';

export const copy = defineAction({
  id: 'email.copy',
  title: 'Copy',
  summary: 'Copies messages to a folder. Into the folder where they are it makes second ones.',
  line: 'Copy {messages} to {to}',
  effect: 'write',
  needs: ['copy'],
  input: toFolder,
  output: Relocated.extend({ copied: z.array(MovedData) }),
  async run({ messages, to, createFolder, partial }, ctx) {
    const verb = into((refs, target) => ctx.mailbox.copy(refs, target), to, createFolder, ctx);
    return relocate(messages, ctx, partial, verb, 'copied');
  },
});

import { MovedData, Partial, Selection, defineAction, folder } from '@mailwright/core';
import { z } from 'zod';
import { Relocated, into, relocate } from './relocate.ts';

/** What Move and Copy ask for. */
export const toFolder = z.strictObject({
  messages: Selection,
  to: folder({ title: 'Target folder' }),
  createFolder: z.boolean().default(false).meta({ title: 'Create the folder if it is missing' }),
  partial: Partial,
});

export const move = defineAction({
  id: 'email.move',
  title: 'Move',
  summary: 'Moves messages to another folder.',
  line: 'Move {messages} to {to}',
  effect: 'write',
  needs: ['move'],
  input: toFolder,
  output: Relocated.extend({ moved: z.array(MovedData) }),
  collected: (refs) => ({ moved: refs.map((from) => ({ from })), count: refs.length, unchanged: [], failed: [] }),
  async run({ messages, to, createFolder, partial }, ctx) {
    const verb = into((refs, target) => ctx.mailbox.move(refs, target), to, createFolder, ctx);
    return relocate(messages, ctx, partial, verb, 'moved');
  },
});

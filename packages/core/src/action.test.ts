import { z } from 'zod';
import { defineAction, demand, type ActionContext } from './action.ts';
import type { Mailbox } from './mailbox.ts';

test('every action gets a session; the rest of its input stays strict', () => {
  const { input } = defineAction({
    id: 'email.x',
    title: 'X',
    summary: 'X',
    line: '',
    effect: 'read',
    needs: [],
    input: z.strictObject({ a: z.number() }),
    output: z.object({}),
    run: async () => ({}),
  });
  expect(input.parse({ a: 1 })).toEqual({ a: 1, session: 'Default' });
  expect(input.safeParse({ a: 1, b: 2 }).success).toBe(false);
});

test('a verb that only a choice asks for is bound to its mailbox, or refused by name', async () => {
  const mailbox = {
    mark() {
      return Promise.resolve(this === mailbox);
    },
  } as unknown as Mailbox;
  const ctx = { mailbox, session: { name: 'S', backend: 'pop3', timeZone: 'UTC' } } as unknown as ActionContext;
  expect(await demand(ctx, 'mark')([], {})).toBe(true);
  expect(() => demand(ctx, 'label')).toThrow(
    expect.objectContaining({ code: 'capability.unsupported', details: { session: 'S', backend: 'pop3', capability: 'label' } }),
  );
});

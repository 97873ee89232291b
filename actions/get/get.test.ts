import { fakeContext, fakeMailbox, perform } from '@mailwright/testing';
import { get } from './get.ts';
import example from './get.example.json' with { type: 'json' };

const MAILS = [1, 2, 3, 4].map((number) => ({ subject: `Mail ${number}`, flags: number === 4 ? (['seen'] as const) : [] }));

test('the example: the newest two that are unread, and that there are more', async () => {
  const output = await perform(get, example, fakeContext(fakeMailbox({ messages: MAILS })));
  expect(output.messages.map(({ subject, index }) => [subject, index])).toEqual([
    ['Mail 3', 1],
    ['Mail 2', 2],
  ]);
  expect(output).toMatchObject({ count: 2, more: true });
  expect(output.messages[0]).not.toHaveProperty('text');
});

test('exactly as many as wanted are not more; whole messages where asked', async () => {
  const ctx = fakeContext(fakeMailbox({ messages: MAILS }));
  const output = await perform(get, { limit: 4, newestFirst: false, load: 'message' }, ctx);
  expect(output).toMatchObject({ count: 4, more: false });
  expect(output.messages[0]).toMatchObject({ subject: 'Mail 1', text: expect.stringContaining('Body of mail 1'), attachments: [] });
});

test('an empty folder gives an empty list; a limit beyond 1000 is refused', async () => {
  const ctx = fakeContext(fakeMailbox());
  expect(await perform(get, {}, ctx)).toEqual({ messages: [], count: 0, more: false });
  await expect(perform(get, { limit: 1001 }, ctx)).rejects.toThrow();
});

import { fakeContext, fakeMailbox, perform } from '@mailwright/testing';
import { erase } from './erase.ts';
import example from './erase.example.json' with { type: 'json' };

test('the example: old mail of the trash, for good; an empty result is no error', async () => {
  const messages = [2025, 2026].map((year) => ({ folder: 'Trash', receivedAt: `${year}-06-01T12:00:00Z` }));
  const mailbox = fakeMailbox({ messages });
  const [old, fresh] = mailbox.refs('Trash');
  const ctx = fakeContext(mailbox);
  expect(await perform(erase, example, ctx)).toEqual({ erased: [old], count: 1, pending: false, warnings: [], failed: [] });
  expect(mailbox.refs('Trash')).toEqual([fresh]);
  expect(await perform(erase, example, ctx)).toMatchObject({ count: 0 });
});

test('a query without a limit is refused before anything is erased', async () => {
  const mailbox = fakeMailbox({ messages: [{}] });
  const ctx = fakeContext(mailbox);
  await expect(perform(erase, { messages: { folder: 'INBOX' } }, ctx)).rejects.toMatchObject({
    issues: [{ path: ['messages', 'limit'], message: 'erasing all that match needs a limit' }],
  });
  expect(mailbox.refs()).toHaveLength(1);
});

test('a second erase of the same message fails', async () => {
  const mailbox = fakeMailbox({ messages: [{}] });
  const messages = mailbox.refs();
  const ctx = fakeContext(mailbox);
  await perform(erase, { messages }, ctx);
  await expect(perform(erase, { messages }, ctx)).rejects.toMatchObject({ code: 'message.not_found', result: { count: 0 } });
});

test('a server that only marks says so', async () => {
  const mailbox = fakeMailbox({ messages: [{}] });
  const ctx = fakeContext({ ...mailbox, erase: async (refs) => refs.map((ref) => ({ ref, pending: true })) });
  expect(await perform(erase, { messages: mailbox.refs() }, ctx)).toMatchObject({
    count: 1,
    pending: true,
    warnings: [expect.stringContaining('1 of them are only marked')],
  });
});

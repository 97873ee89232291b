import { fakeContext, fakeMailbox, perform } from '@mailwright/testing';
import { copy } from './copy.ts';
import example from './copy.example.json' with { type: 'json' };

test('the example: one mail into a folder made for it, the original stays', async () => {
  const mailbox = fakeMailbox({ messages: [{}] });
  const [ref] = mailbox.refs();
  const { copied, count } = await perform(copy, { ...example, messages: { ref } }, fakeContext(mailbox));
  expect(count).toBe(1);
  expect(copied).toEqual([{ from: ref, to: mailbox.refs('Archive/2026')[0] }]);
  expect(mailbox.refs()).toEqual([ref]);
});

test('into its own folder: a second message', async () => {
  const mailbox = fakeMailbox({ messages: [{}] });
  expect(await perform(copy, { messages: mailbox.refs(), to: 'INBOX' }, fakeContext(mailbox))).toMatchObject({ count: 1, unchanged: [] });
  expect(mailbox.refs()).toHaveLength(2);
});

test('one that is gone fails the step after the others were copied, unless that is accepted', async () => {
  const mailbox = fakeMailbox({ messages: [{}, {}] });
  const refs = mailbox.refs();
  mailbox.vanish(refs[0] as (typeof refs)[0]);
  const ctx = fakeContext(mailbox);
  await expect(perform(copy, { messages: refs, to: 'Archive' }, ctx)).rejects.toMatchObject({
    code: 'message.not_found',
    result: { count: 1, copied: [{ from: refs[1] }], failed: [{ ref: refs[0] }] },
  });
  expect(await perform(copy, { messages: refs, to: 'Archive', partial: 'accept' }, ctx)).toMatchObject({
    count: 1,
    failed: [{ retry: 'never' }],
  });
});

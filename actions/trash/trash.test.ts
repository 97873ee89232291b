import { fakeContext, fakeMailbox, perform } from '@mailwright/testing';
import { trash } from './trash.ts';
import example from './trash.example.json' with { type: 'json' };

test('the example: what matches goes to the trash; a second time it is there already', async () => {
  const mailbox = fakeMailbox({ messages: [{ subject: 'Newsletter May' }, { subject: 'Invoice' }] });
  const ctx = fakeContext(mailbox);
  expect(await perform(trash, example, ctx)).toMatchObject({ count: 1, unchanged: [], trashed: [{ to: { folder: 'Trash' } }] });
  expect(mailbox.refs()).toHaveLength(1);
  expect(await perform(trash, { messages: mailbox.refs('Trash') }, ctx)).toMatchObject({ count: 0, unchanged: mailbox.refs('Trash') });
});

test('a mailbox that cannot refuses; it never erases instead', async () => {
  const mailbox = fakeMailbox({ messages: [{}], provides: ['erase'] });
  await expect(perform(trash, { messages: mailbox.refs() }, fakeContext(mailbox))).rejects.toMatchObject({
    code: 'capability.unsupported',
  });
  expect(mailbox.refs()).toHaveLength(1);
});

import { fakeContext, fakeMailbox, perform } from '@mailwright/testing';
import { count } from './count.ts';
import example from './count.example.json' with { type: 'json' };

test('the example: those that fit; without a filter all; none is 0', async () => {
  const mailbox = fakeMailbox({ messages: [{ subject: 'Invoice 1' }, { subject: 'Hello' }, { subject: 'your INVOICE' }] });
  const ctx = fakeContext(mailbox);
  expect(await perform(count, example, ctx)).toEqual({ count: 2 });
  expect(await perform(count, {}, ctx)).toEqual({ count: 3 });
  expect(await perform(count, { folder: 'role:archive' }, ctx)).toEqual({ count: 0 });
});

test('a folder that is not there is an error, not 0', async () => {
  await expect(perform(count, { folder: 'Nowhere' }, fakeContext(fakeMailbox()))).rejects.toMatchObject({ code: 'folder.not_found' });
});

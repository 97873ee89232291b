import type { Query } from '@mailwright/core';
import { fakeContext, fakeMailbox, perform } from '@mailwright/testing';
import { read } from './read.ts';
import example from './read.example.json' with { type: 'json' };

const mailbox = fakeMailbox({
  messages: [
    { subject: 'Invoice 4711', text: 'old', attachments: [{ filename: 'a.pdf', content: '12345', contentType: 'application/pdf' }] },
    { subject: 'Invoice 4711', text: 'new' },
    { subject: 'Other', text: 'else' },
  ],
});
const ctx = fakeContext(mailbox);
const [first, second] = mailbox.refs();

test('the example: of a filter the first that fits, in its order', async () => {
  expect(await perform(read, example, ctx)).toMatchObject({ found: true, message: { text: 'new\n', ref: second } });
  expect(await perform(read, { messages: { ...example.messages, newestFirst: false } }, ctx)).toMatchObject({ message: { ref: first } });
});

test('a reference, a loop item and a list of one give that message whole', async () => {
  if (!first) throw new Error('seeded');
  for (const messages of [first, { ref: first, subject: 'as the loop gave it' }, [first]]) {
    const { found, message } = await perform(read, { messages }, ctx);
    expect(found).toBe(true);
    expect(message).toMatchObject({ ref: first, text: 'old', attachments: [{ index: 0, filename: 'a.pdf', size: 5 }] });
  }
});

test('of a filter no more than one message is asked for', async () => {
  const asked: unknown[] = [];
  const watched = { ...mailbox, search: ((query: Query) => (asked.push(query), mailbox.search(query))) as typeof mailbox.search };
  await perform(read, example, fakeContext(watched));
  expect(asked).toEqual([{ ...example.messages, subfolders: false, limit: 1, load: 'message' }]);
});

test('reading marks nothing as read', async () => {
  if (!first) throw new Error('seeded');
  await perform(read, { messages: first }, ctx);
  expect(mailbox.flags(first)).toEqual([]);
});

test('nothing that fits, and an empty list, are no error', async () => {
  const filter = { op: 'contains', field: 'subject', value: 'nowhere' } as const;
  expect(await perform(read, { messages: { folder: 'INBOX', filter } }, ctx)).toEqual({ found: false });
  expect(await perform(read, { messages: [] }, ctx)).toEqual({ found: false });
});

test('more than one message, and one that is gone, are errors', async () => {
  await expect(perform(read, { messages: mailbox.refs() }, ctx)).rejects.toMatchObject({ code: 'input.invalid' });
  await expect(perform(read, { messages: { folder: 'INBOX', id: 'gone' } }, ctx)).rejects.toMatchObject({ code: 'message.not_found' });
});

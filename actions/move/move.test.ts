import { EmailError } from '@mailwright/core';
import { fakeContext, fakeMailbox, perform, type FakeMailboxOptions } from '@mailwright/testing';
import { move } from './move.ts';
import example from './move.example.json' with { type: 'json' };

const MAILS = Array.from({ length: 6 }, (_, index) => ({ subject: `Mail ${index + 1}`, receivedAt: `202${index}-06-01T12:00:00Z` }));

function world(options: FakeMailboxOptions = {}) {
  const mailbox = fakeMailbox({ messages: MAILS, folders: ['Done'], ...options });
  return { mailbox, ctx: fakeContext(mailbox) };
}

test('the example: all that match a filter, into a folder below a role, made when missing', async () => {
  const { mailbox, ctx } = world();
  const { moved, count, failed } = await perform(move, example, ctx);
  expect(count).toBe(6);
  expect(failed).toEqual([]);
  expect(moved[0]?.to?.folder).toBe('Archive/2025');
  expect(mailbox.refs('Archive/2025')).toHaveLength(6);
  expect(mailbox.refs()).toEqual([]);
});

test('one item, by its place in a loop, and the new reference comes back', async () => {
  const { mailbox, ctx } = world();
  const ref = mailbox.refs()[2];
  if (!ref) throw new Error('seeded');
  const { moved } = await perform(move, { messages: { ref, subject: 'Mail 3' }, to: 'done' }, ctx);
  expect(moved).toEqual([{ from: ref, to: mailbox.refs('Done')[0] }]);
  expect(mailbox.refs()).toHaveLength(5);
});

test('more than one batch: each of 600 exactly once', async () => {
  const { mailbox, ctx } = world({ messages: Array.from({ length: 600 }, () => ({ raw: 'Subject: x\r\n\r\ny' })) });
  expect(await perform(move, { messages: { folder: 'INBOX' }, to: 'Done' }, ctx)).toMatchObject({ count: 600, unchanged: [] });
  expect(mailbox.refs('Done')).toHaveLength(600);
});

test('what is in the folder already stays, and says so', async () => {
  const { mailbox, ctx } = world();
  const refs = mailbox.refs().slice(0, 2);
  expect(await perform(move, { messages: refs, to: 'INBOX' }, ctx)).toEqual({ moved: [], count: 0, unchanged: refs, failed: [] });
});

test('nothing to move is no error', async () => {
  const { ctx } = world();
  expect(await perform(move, { messages: [], to: 'Done' }, ctx)).toEqual({ moved: [], count: 0, unchanged: [], failed: [] });
});

test('one that is gone fails the step after the others were moved, with the whole result in the error', async () => {
  const { mailbox, ctx } = world();
  const refs = mailbox.refs();
  if (refs[1]) mailbox.vanish(refs[1]);
  const error: unknown = await perform(move, { messages: refs.slice(0, 3), to: 'Done' }, ctx).catch((thrown: unknown) => thrown);
  expect(EmailError.is(error, 'message.not_found')).toBe(true);
  expect((error as EmailError).result).toMatchObject({ count: 2, failed: [{ ref: refs[1], code: 'message.not_found', retry: 'never' }] });
  expect(mailbox.refs('Done')).toHaveLength(2);
});

test('with partial accept the failure is only listed', async () => {
  const { mailbox, ctx } = world();
  const refs = mailbox.refs();
  if (refs[0]) mailbox.vanish(refs[0]);
  expect(await perform(move, { messages: refs, to: 'Done', partial: 'accept' }, ctx)).toMatchObject({
    count: 5,
    failed: [{ ref: refs[0], code: 'message.not_found', fix: expect.any(String) }],
  });
});

test('a folder that is missing is an error with near names, and nothing is touched', async () => {
  const { mailbox, ctx } = world();
  const error: unknown = await perform(move, { messages: mailbox.refs(), to: 'Dnoe' }, ctx).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'folder.not_found', details: { folder: 'Dnoe', similar: ['Done'] } });
  expect(mailbox.refs()).toHaveLength(6);
});

test('the folder is asked for only when it is missing, and made once', async () => {
  const { mailbox } = world();
  const made: string[] = [];
  const { createFolder } = mailbox;
  const watched = { ...mailbox, createFolder: async (path: string) => (made.push(path), createFolder?.(path)) } as typeof mailbox;
  const ctx = fakeContext(watched);
  for (const to of ['Done', 'Failed', 'Failed']) await perform(move, { messages: mailbox.refs().slice(0, 1), to, createFolder: true }, ctx);
  expect(made).toEqual(['Failed']);
  expect([mailbox.refs('Done').length, mailbox.refs('Failed').length]).toEqual([1, 2]);
});

test('a mailbox that cannot move, or cannot make the folder that was asked for, refuses before anything is done', async () => {
  const { ctx } = world({ provides: ['createFolder'] });
  await expect(perform(move, { messages: [], to: 'Done' }, ctx)).rejects.toMatchObject({ code: 'capability.unsupported' });
  const { mailbox, ctx: unable } = world({ provides: ['move'] });
  await expect(perform(move, { messages: mailbox.refs(), to: 'Done', createFolder: true }, unable)).rejects.toMatchObject({
    code: 'capability.unsupported',
    details: { capability: 'createFolder' },
  });
  expect(mailbox.refs('Done')).toEqual([]);
});

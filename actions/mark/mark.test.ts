import { fakeContext, fakeMailbox, perform } from '@mailwright/testing';
import { mark } from './mark.ts';
import example from './mark.example.json' with { type: 'json' };

function world(provides?: readonly ('mark' | 'move')[]) {
  const mailbox = fakeMailbox({ messages: [{}, { flags: ['seen', 'flagged'] }], ...(provides && { provides }) });
  return { mailbox, ctx: fakeContext(mailbox), refs: mailbox.refs() };
}

test('the example: read, with a keyword', async () => {
  const { mailbox, ctx, refs } = world();
  const [ref] = refs;
  if (!ref) throw new Error('seeded');
  expect(await perform(mark, { ...example, messages: { ref } }, ctx)).toEqual({ marked: [ref], count: 1, failed: [] });
  expect(mailbox.flags(ref)).toEqual(['seen']);
  for await (const { keywords } of mailbox.search({ folder: 'INBOX', limit: 1 })) expect(keywords).toEqual(['booked']);
});

test('unread, flag off; the other marks stay', async () => {
  const { mailbox, ctx, refs } = world();
  await perform(mark, { messages: refs, seen: 'unread' }, ctx);
  expect(refs.map((ref) => mailbox.flags(ref))).toEqual([[], ['flagged']]);
  await perform(mark, { messages: refs, flagged: 'no' }, ctx);
  expect(refs.map((ref) => mailbox.flags(ref))).toEqual([[], []]);
});

test('nothing chosen is a mistake, and so is a keyword where there are none', async () => {
  const { ctx, refs } = world(['mark']);
  await expect(perform(mark, { messages: refs }, ctx)).rejects.toMatchObject({ issues: [{ path: ['seen'] }] });
  await expect(perform(mark, { messages: refs, addKeywords: ['x'] }, ctx)).rejects.toMatchObject({ code: 'capability.unsupported' });
});

test('a message that is gone is told once, though two things were to be marked', async () => {
  const { mailbox, ctx, refs } = world();
  mailbox.vanish(refs[0] as (typeof refs)[0]);
  const result = await perform(mark, { messages: refs, seen: 'read', addKeywords: ['x'], partial: 'accept' }, ctx);
  expect(result).toMatchObject({ count: 1, marked: [refs[1]], failed: [{ ref: refs[0], code: 'message.not_found' }] });
});

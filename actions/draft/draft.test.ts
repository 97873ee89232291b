import { fakeContext, fakeFiles, fakeMailbox, perform } from '@mailwright/testing';
import { draft } from './draft.ts';
import example from './draft.example.json' with { type: 'json' };

function world() {
  const mailbox = fakeMailbox({
    messages: [{ from: 'Ann <ann@example.com>', subject: 'Question', text: 'Why?', messageId: '<q@example.com>' }],
  });
  const ctx = fakeContext(mailbox, { files: fakeFiles({ 'a.txt': 'a' }) });
  const read = async () => mailbox.read(mailbox.refs('Drafts')[0] ?? { folder: '', id: '' });
  return { mailbox, ctx, read };
}

test('the example: an answer in its thread, quoted, and nothing leaves the mailbox', async () => {
  const { mailbox, ctx, read } = world();
  const output = await perform(draft, { ...example, answers: { ref: mailbox.refs()[0] } }, ctx);
  expect(output).toEqual({ ref: mailbox.refs('Drafts')[0], messageId: '<1@example.test>', warnings: [] });
  expect(mailbox.sent).toEqual([]);
  expect(await read()).toMatchObject({
    subject: 'Re: Question',
    to: [{ address: 'ann@example.com', name: 'Ann' }],
    inReplyTo: '<q@example.com>',
    references: ['<q@example.com>'],
    text: expect.stringMatching(/We will look into it\.[^]*> Why\?/),
    flags: expect.arrayContaining(['draft']),
  });
});

test('a new mail: recipients may still be missing, bcc is kept', async () => {
  const { ctx, read } = world();
  await perform(draft, { bcc: 'hidden@example.com', subject: 'Plan', text: 'x', attachments: ['a.txt'] }, ctx);
  expect(await read()).toMatchObject({
    subject: 'Plan',
    to: [],
    bcc: [{ address: 'hidden@example.com' }],
    attachments: [{ filename: 'a.txt' }],
  });
});

test('a message to answer that is gone fails, and no draft is left', async () => {
  const { mailbox, ctx } = world();
  const [ref] = mailbox.refs();
  if (!ref) throw new Error('seeded');
  mailbox.vanish(ref);
  await expect(perform(draft, { answers: { ref }, text: 'x' }, ctx)).rejects.toMatchObject({ code: 'message.not_found' });
  expect(mailbox.refs('Drafts')).toEqual([]);
});

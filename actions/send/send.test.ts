import { EmailError } from '@mailwright/core';
import { fakeContext, fakeFiles, fakeMailbox, perform, type FakeMailbox, type FakeMailboxOptions } from '@mailwright/testing';
import { send } from './send.ts';
import example from './send.example.json' with { type: 'json' };

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

function world(options: FakeMailboxOptions = {}) {
  const mailbox = fakeMailbox({ messages: [{ attachments: [{ filename: 'kept.bin', content: PNG }] }], ...options });
  const files = fakeFiles({ 'reports/november.pdf': '%PDF', 'reports/chart.png': PNG });
  const ctx = fakeContext(mailbox, { files });
  const run = (given: object) => perform(send, { to: 'ann@example.com', ...given }, ctx);
  const left = () => leftOf(mailbox);
  return { mailbox, ctx, run, left };
}

/** The first mail that left. */
function leftOf({ sent: [first] }: FakeMailbox) {
  if (!first) throw new Error('nothing was sent');
  return first.mail;
}

test('the example: recipients, subject, HTML with its image, attachments of disk and of another message', async () => {
  const { mailbox, run, left } = world();
  const [ref] = mailbox.refs();
  const output = await run({ ...example, attachments: ['reports/november.pdf', { ref, index: 0 }] });
  expect(output).toEqual({
    messageId: '<1@example.test>',
    state: 'sent',
    accepted: ['ann@example.com', 'bob@example.com'],
    rejected: [],
    savedTo: 'Sent',
    warnings: [],
  });
  const mail = left();
  expect(mail).toMatchObject({
    subject: 'Report for November',
    messageId: '<1@example.test>',
    from: [{ address: 'me@example.test', name: 'Me' }],
    to: [{ address: 'ann@example.com', name: 'Ann Miller' }, { address: 'bob@example.com' }],
    importance: 'high',
    text: expect.stringContaining('Please find the report attached.'),
  });
  expect(mail.headers.get('x-report')).toEqual(['2026-11']);
  const parts = mail.attachments.map(({ filename, contentType, inline, contentId }) => [filename, contentType, inline, contentId]);
  expect(parts).toEqual(
    expect.arrayContaining([
      ['november.pdf', 'application/pdf', false, undefined],
      ['kept.bin', 'application/octet-stream', false, undefined],
      ['chart.png', 'image/png', true, 'chart'],
    ]),
  );
});

test('the copy in Sent keeps bcc, which the mail itself has not', async () => {
  const { mailbox, run, left } = world();
  const { accepted } = await run({ bcc: 'hidden@example.com' });
  expect(accepted).toEqual(['ann@example.com', 'hidden@example.com']);
  expect(left().bcc).toEqual([]);
  const [copy] = mailbox.refs('Sent');
  if (!copy) throw new Error('no copy');
  expect((await mailbox.read(copy)).bcc).toEqual([{ address: 'hidden@example.com' }]);
  expect(mailbox.flags(copy)).toEqual(['seen']);
});

test('no copy when that was not wanted', async () => {
  const { mailbox, run } = world();
  expect(await run({ saveToSent: false })).not.toHaveProperty('savedTo');
  expect(mailbox.refs('Sent')).toEqual([]);
});

test('recipients as text or list, also as the addresses of another mail', async () => {
  const { mailbox, run } = world();
  await run({
    to: ['"Last, First" <a@x.test>; b@x.test', { address: 'c@x.test', name: 'C' }],
    cc: [{ address: 'd@x.test' }],
    replyTo: 'r@x.test',
  });
  expect(mailbox.sent[0]?.draft).toMatchObject({
    to: [{ address: 'a@x.test', name: 'Last, First' }, { address: 'b@x.test' }, { address: 'c@x.test', name: 'C' }],
    cc: [{ address: 'd@x.test' }],
    replyTo: [{ address: 'r@x.test' }],
  });
});

test.each([
  ['no recipient at all', { to: '' }, 'to'],
  ['something that is no address', { to: 'ann@example.com; bob' }, 'to'],
  ['an address of another mail that is none', { cc: [{ address: 'x@y\r\nRCPT TO:<z@y>' }] }, 'cc'],
  [
    'more recipients than one mail may have',
    { to: Array.from({ length: 60 }, (_, n) => `a${n}@x.test`), bcc: Array.from({ length: 60 }, (_, n) => `b${n}@x.test`) },
    'to',
  ],
  ['two senders', { from: 'a@x.test, b@x.test' }, 'from'],
  ['a line break in the subject', { subject: 'x\r\nBcc: z@y.test' }, 'subject'],
  ['a line break in a header', { headers: { 'X-A': 'x\nBcc: z@y.test' } }, 'headers.X-A'],
])('%s is refused at its field, and nothing leaves', async (_, given, path) => {
  const { mailbox, run } = world();
  await expect(run(given)).rejects.toMatchObject({ code: 'input.invalid', details: { path } });
  expect(mailbox.sent).toEqual([]);
});

test('headers that are not X-... and unknown keys are refused', () => {
  for (const bad of [{ headers: { Bcc: 'x' } }, { headers: { 'X-A: b\r\nBcc': 'x' } }, { attachment: 'x' }, { importance: 'urgent' }])
    expect(send.input.safeParse({ to: 'a@x.test', ...bad }).success).toBe(false);
});

test('with leave out, pieces that are no address are named in the warnings', async () => {
  const { run } = world();
  const given = { to: '"Last, First" <a@x.test>; bob; c@x.test', cc: [{ address: 'undisclosed' }], invalidAddress: 'leave out' };
  expect(await run(given)).toMatchObject({
    accepted: ['a@x.test', 'c@x.test'],
    warnings: ['"bob" is no address and was left out.', '"undisclosed" is no address and was left out.'],
  });
  await expect(run({ to: 'bob', invalidAddress: 'leave out' })).rejects.toMatchObject({ code: 'input.invalid' });
});

test('the sender of the step stands before that of the session; without either nothing is sent', async () => {
  const { mailbox, run, ctx } = world();
  expect((await run({ from: 'Team <team@other.test>' })).messageId).toBe('<1@other.test>');
  expect(mailbox.sent[0]?.draft.from).toEqual({ address: 'team@other.test', name: 'Team' });
  const { from: _, ...nobody } = ctx.session;
  await expect(perform(send, { to: 'a@x.test' }, { ...ctx, session: nobody })).rejects.toMatchObject({
    code: 'input.invalid',
    message: expect.stringContaining('From address is missing'),
  });
});

test('a refused recipient: the rest get it, and the step fails unless that is accepted', async () => {
  const { mailbox, run } = world({ refuses: { 'no@x.test': '550 no such user' } });
  const error: unknown = await run({ to: 'yes@x.test; no@x.test' }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'send.rejected', message: expect.stringContaining('550 no such user') });
  expect((error as EmailError).result).toMatchObject({
    state: 'sent',
    accepted: ['yes@x.test'],
    rejected: [{ address: 'no@x.test', serverSaid: '550 no such user' }],
  });
  expect(await run({ to: 'yes@x.test; no@x.test', partial: 'accept' })).toMatchObject({ accepted: ['yes@x.test'], savedTo: 'Sent' });
  expect(mailbox.sent).toHaveLength(2);
});

test.each([
  ['a file that is not there', ['reports/december.pdf'], 'attachment.not_found'],
  ['an attachment that a message has not', [{ ref: { folder: 'INBOX', id: '1' }, index: 7 }], 'attachment.not_found'],
  ['a message that is gone', [{ ref: { folder: 'INBOX', id: 'gone' }, index: 0 }], 'message.not_found'],
])('%s is told before anything is sent', async (_, attachments, code) => {
  const { mailbox, run } = world();
  let tried = 0;
  mailbox.send = () => Promise.reject(new Error(`tried ${++tried} times`));
  await expect(run({ attachments })).rejects.toMatchObject({ code });
  expect(tried).toBe(0);
});

test('a saved file of an earlier step can be attached as it is', async () => {
  const { run, left } = world();
  await run({ attachments: [{ path: 'reports/november.pdf', size: 4, sha256: 'any' }] });
  expect(left().attachments).toMatchObject([{ filename: 'november.pdf', size: 4 }]);
});

test('text of the author is text: no path, URL or template in it is opened', async () => {
  const { run, left } = world();
  await run({ subject: '{{ 1 + 1 }} file:///etc/hostname', text: '{{ secret }} @reports/november.pdf' });
  const mail = left();
  expect(mail).toMatchObject({
    subject: '{{ 1 + 1 }} file:///etc/hostname',
    text: '{{ secret }} @reports/november.pdf\n',
    attachments: [],
  });
});

test('a read receipt is asked for when wanted', async () => {
  const { run, left } = world();
  await run({ readReceipt: true });
  expect(left().headers.get('disposition-notification-to')).toEqual([expect.stringContaining('me@example.test')]);
});

test('a mailbox that cannot send refuses', async () => {
  await expect(world({ provides: ['move'] }).run({})).rejects.toMatchObject({ code: 'capability.unsupported' });
});

import { buffer } from 'node:stream/consumers';
import { EmailError } from '@mailwright/core';
import {
  fakeContext,
  fakeFiles,
  fakeMailbox,
  perform,
  type FakeMailbox,
  type FakeMailboxOptions,
  type SeedMail,
} from '@mailwright/testing';
import { reply } from './reply.ts';
import example from './reply.example.json' with { type: 'json' };

const ASKED: SeedMail = {
  from: 'Ann <ann@example.com>',
  to: 'Me <me@example.test>, team@example.com, Bob <bob@example.com>',
  cc: 'carol@example.com, BOB@example.com',
  subject: 'Invoice 4711',
  text: 'First line\n> quoted before\nlast line',
  messageId: '<asked@example.com>',
  references: ['<root@example.com>', '<middle@example.com>'],
  receivedAt: '2026-11-02T10:00:00Z',
};

function world(mail: SeedMail = ASKED, options: FakeMailboxOptions = {}) {
  const mailbox = fakeMailbox({ messages: [mail], ...options });
  const ctx = fakeContext(mailbox, { files: fakeFiles({ 'terms.txt': 'terms' }) });
  const [ref] = mailbox.refs();
  if (!ref) throw new Error('seeded');
  const run = (given: object = {}) => perform(reply, { message: { ref }, text: 'Thank you.', ...given }, ctx);
  const left = () => leftOf(mailbox);
  return { mailbox, ref, run, left };
}

/** The first mail that left. */
function leftOf({ sent: [first] }: FakeMailbox) {
  if (!first) throw new Error('nothing was sent');
  return first.mail;
}

test('the example: to all but the own address and those left out, in the thread of the mail', async () => {
  const { mailbox, ref, run, left } = world();
  expect(await run({ ...example, message: { ref } })).toMatchObject({
    messageId: '<1@example.test>',
    state: 'sent',
    accepted: ['ann@example.com', 'bob@example.com', 'carol@example.com'],
    savedTo: 'Sent',
    warnings: [],
  });
  const mail = left();
  expect(mail).toMatchObject({
    subject: 'Re: Invoice 4711',
    to: [
      { address: 'ann@example.com', name: 'Ann' },
      { address: 'bob@example.com', name: 'Bob' },
    ],
    cc: [{ address: 'carol@example.com' }],
    inReplyTo: '<asked@example.com>',
    references: ['<root@example.com>', '<middle@example.com>', '<asked@example.com>'],
  });
  expect(mailbox.flags(ref)).toEqual(['answered']);
});

test('only the sender unless all are wanted; Reply-To stands before From', async () => {
  const { run, left } = world();
  await run();
  expect(left().to).toEqual([{ address: 'ann@example.com', name: 'Ann' }]);
  expect(left().cc).toEqual([]);
  const other = world({ ...ASKED, replyTo: 'Desk <desk@example.com>' });
  await other.run();
  expect(other.left().to).toEqual([{ address: 'desk@example.com', name: 'Desk' }]);
});

test('a Reply-To without any address is passed over', async () => {
  const raw = 'From: ann@example.com\r\nReply-To: undisclosed-recipients:;\r\nSubject: x\r\n\r\ny\r\n';
  const { run } = world({ raw });
  expect((await run()).accepted).toEqual(['ann@example.com']);
});

test('the mail is quoted below the answer, in text and in HTML, where its own text stays text', async () => {
  const { run, left } = world({ ...ASKED, text: 'a <script>x</script>\n> older' });
  await run({ html: '<p>Thank you.</p>' });
  const mail = left();
  expect(mail.text).toMatch(/^Thank you\.\n\n2026-11-02T10:00:00\.000Z Ann <ann@example\.com> wrote:\n> a <script>x<\/script>\n>> older\n/);
  expect(mail.html).toContain('<p>Thank you.</p>');
  expect(mail.html).toContain('<blockquote>a &lt;script&gt;x&lt;/script&gt;<br>');
});

test('an answer in HTML alone has its words in the text part too', async () => {
  const { run, left } = world();
  await run({ text: undefined, html: '<p>Many thanks.</p>' });
  expect(left().text).toContain('Many thanks.');
});

test('without a quote there is only the answer', async () => {
  const { run, left } = world();
  await run({ quote: false });
  expect(left()).toMatchObject({ text: 'Thank you.\n' });
});

test.each([
  ['Invoice', 'Re: Invoice'],
  ['Re: Invoice', 'Re: Invoice'],
  ['RE:AW: re[2]: Invoice', 'Re: Invoice'],
  ['Fwd: Invoice', 'Re: Fwd: Invoice'],
  ['Result: fine', 'Re: Result: fine'],
  ['', 'Re: '],
])('the subject "%s" is answered as "%s"', async (subject, answered) => {
  const { mailbox, run } = world({ ...ASKED, subject });
  await run();
  expect(mailbox.sent[0]?.draft.subject).toBe(answered);
});

test("a subject of one's own, more recipients, and each only once", async () => {
  const { mailbox, run } = world();
  await run({ subject: 'Done', cc: 'boss@example.com; ANN@example.com', bcc: 'log@example.com; boss@example.com' });
  expect(mailbox.sent[0]?.draft).toMatchObject({
    subject: 'Done',
    to: [{ address: 'ann@example.com' }],
    cc: [{ address: 'boss@example.com' }],
    bcc: [{ address: 'log@example.com' }],
  });
});

test('when nobody but oneself is left it is refused', async () => {
  const own: SeedMail = { ...ASKED, from: 'ME@example.test', to: 'me@example.test', cc: '' };
  const { mailbox, run } = world(own);
  await expect(run({ all: true })).rejects.toMatchObject({ code: 'input.invalid', message: expect.stringContaining('nobody is left') });
  expect(mailbox.sent).toEqual([]);
  expect((await world({ ...own, cc: 'carol@example.com' }).run({ all: true })).accepted).toEqual(['carol@example.com']);
});

test.each([
  ['an automatic answer', { 'Auto-Submitted': 'auto-replied' }],
  ['what a program sent', { 'Auto-Submitted': 'auto-generated' }],
  ['bulk mail', { Precedence: 'bulk' }],
  ['a list', { 'List-Id': '<users.example.com>' }],
  ['mail without a return path', { 'Return-Path': '<>' }],
])('%s gets no reply unless forced: skipped with the reason, not an error', async (_, headers) => {
  const { mailbox, ref, run } = world({ ...ASKED, headers });
  expect(await run()).toEqual({ messageId: '', state: 'skipped', accepted: [], rejected: [], warnings: [], reason: expect.any(String) });
  expect(mailbox.sent).toEqual([]);
  expect(mailbox.flags(ref)).toEqual([]);
  expect(await run({ force: true })).toMatchObject({ state: 'sent' });
});

test('a bounce gets no reply', async () => {
  const raw = [
    'From: Mail Delivery System <MAILER-DAEMON@example.com>',
    'Subject: Undelivered Mail',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'It failed.',
    '--b--',
    '',
  ].join('\r\n');
  expect(await world({ raw }).run()).toMatchObject({ state: 'skipped', reason: expect.stringContaining('bounce') });
});

test('mail that says it is no automatic answer gets one', async () => {
  expect(await world({ ...ASKED, headers: { 'Auto-Submitted': 'no' } }).run()).toMatchObject({ state: 'sent' });
});

test('attachments: further ones, and those of the mail when they are kept, byte for byte', async () => {
  const attachments = [
    { filename: 'a.bin', content: Buffer.from([0, 255, 13, 10, 7]) },
    { filename: 'logo.png', content: 'png', contentType: 'image/png', contentId: 'logo' },
  ];
  const { run, left } = world({ ...ASKED, html: '<img src="cid:logo">', attachments });
  await run({ attachments: ['terms.txt'], keepAttachments: true });
  const mail = left();
  expect(mail.attachments.map(({ filename }) => filename)).toEqual(['terms.txt', 'a.bin']);
  const kept = mail.attachments[1];
  if (!kept) throw new Error('not kept');
  expect(await buffer(await kept.open())).toEqual(Buffer.from([0, 255, 13, 10, 7]));
});

test('where the mark cannot be set the mail has left all the same, with a warning', async () => {
  const { mailbox, ref, run } = world();
  mailbox.mark = async (refs) => {
    mailbox.vanish(ref);
    return refs.map((one) => ({ ref: one, error: new EmailError('message.not_found', { folder: one.folder, id: one.id }) }));
  };
  expect(await run()).toMatchObject({ state: 'sent', warnings: [expect.stringContaining('Not marked as answered')] });
  expect(await world(ASKED, { provides: ['send'] }).run()).toMatchObject({ state: 'sent', warnings: [] });
});

test('a message that is gone is an error', async () => {
  const { mailbox, ref, run } = world();
  mailbox.vanish(ref);
  await expect(run()).rejects.toMatchObject({ code: 'message.not_found' });
});

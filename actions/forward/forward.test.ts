import { buffer } from 'node:stream/consumers';
import type { Attachment } from '@mailwright/core';
import { fakeContext, fakeMailbox, perform, type SeedMail } from '@mailwright/testing';
import { forward } from './forward.ts';
import example from './forward.example.json' with { type: 'json' };

const PDF = Buffer.from([0x25, 0x50, 0x44, 0x46, 0x00, 0xff, 0x0a]);
const MAIL: SeedMail = {
  from: 'Ann <ann@example.com>',
  subject: 'WG: Invoice 4711',
  text: 'Please find <b>it</b> attached.',
  attachments: [{ filename: 'invoice.pdf', content: PDF, contentType: 'application/pdf' }],
};

function world(messages: readonly SeedMail[] = [MAIL], refuses = {}) {
  const mailbox = fakeMailbox({ messages, refuses });
  const run = (given: object) => perform(forward, { messages: mailbox.refs(), to: 'books@example.com', ...given }, fakeContext(mailbox));
  return { mailbox, run };
}

async function bytesOf(attachment: Attachment | undefined): Promise<Buffer> {
  if (!attachment) throw new Error('no attachment');
  return buffer(await attachment.open());
}

test('the example: the text with the message below it, and its attachment byte for byte', async () => {
  const { mailbox, run } = world();
  expect(await run({ ...example, messages: { ref: mailbox.refs()[0] } })).toMatchObject({
    count: 1,
    sent: [{ state: 'sent', accepted: ['books@example.com'], savedTo: 'Sent' }],
    failed: [],
  });
  const mail = mailbox.sent[0]?.mail;
  expect(mail?.subject).toBe('Fwd: Invoice 4711');
  expect(mail?.text).toContain('Please pay.');
  expect(mail?.text).toContain('From: Ann <ann@example.com>');
  expect(mail?.text).toContain('Please find <b>it</b> attached.');
  expect(mail?.attachments.map(({ filename, contentType }) => [filename, contentType])).toEqual([['invoice.pdf', 'application/pdf']]);
  expect(await bytesOf(mail?.attachments[0])).toEqual(PDF);
});

test('as attachment: the whole message as it was received', async () => {
  const raw = Buffer.from('From: ann@example.com\r\nSubject: A\r\nX-Odd:  two  blanks\r\n\r\nbody\r\n');
  const { mailbox, run } = world([{ raw }]);
  await run({ as: 'attachment' });
  const [attached] = mailbox.sent[0]?.mail.attachments ?? [];
  expect(attached).toMatchObject({ filename: 'A.eml', contentType: 'message/rfc822' });
  expect((await bytesOf(attached)).toString()).toBe(raw.toString());
});

test('several: each its own mail; in HTML a stranger has no HTML of his own', async () => {
  const { mailbox, run } = world([MAIL, { subject: 'Second' }]);
  expect(await run({ html: '<p>Look</p>', keepAttachments: false })).toMatchObject({ count: 2 });
  expect(mailbox.sent.map(({ mail }) => mail.subject)).toEqual(['Fwd: Invoice 4711', 'Fwd: Second']);
  expect(mailbox.sent[0]?.mail.html).toContain('&lt;b&gt;it&lt;/b&gt;');
  expect(mailbox.sent[0]?.mail.attachments).toEqual([]);
});

test('nobody to send to is a mistake; a refused recipient is told for its mail', async () => {
  await expect(world().run({ to: '' })).rejects.toMatchObject({ code: 'input.invalid' });
  const { run } = world([MAIL], { 'books@example.com': '550 no such user' });
  await expect(run({})).rejects.toMatchObject({ code: 'send.rejected', result: { count: 0, failed: [{ code: 'send.rejected' }] } });
});

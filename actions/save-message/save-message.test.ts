import { fakeContext, fakeMailbox, perform } from '@mailwright/testing';
import { saveMessage } from './save-message.ts';
import example from './save-message.example.json' with { type: 'json' };

const RAW = Buffer.from('Subject: Invoice 7\r\nFrom: a@x.test\r\n\r\n\u0000caf\xe9 bytes\r\n', 'latin1');

test('the example: the bytes as received, under a name of date and subject', async () => {
  const ctx = fakeContext(fakeMailbox({ messages: [{ raw: RAW, receivedAt: '2026-11-02T10:00:00Z' }, { subject: 'Hello' }] }));
  const { files, count } = await perform(saveMessage, example, ctx);
  expect(count).toBe(1);
  expect(files).toMatchObject([{ path: 'mails/2026-11-02 Invoice 7.eml', size: RAW.length }]);
  expect(ctx.files.saved.get('mails/2026-11-02 Invoice 7.eml')).toEqual(RAW);
});

test('a subject is never a path, an empty one still has a name', async () => {
  const ctx = fakeContext(fakeMailbox({ messages: [{ subject: '../../etc/passwd' }, { raw: 'From: a@x.test\r\n\r\nno subject' }] }));
  await perform(saveMessage, { messages: { folder: 'INBOX' }, to: 'out', name: '{subject}' }, ctx);
  expect([...ctx.files.saved.keys()]).toEqual(['out/.._.._etc_passwd.eml', 'out/message.eml']);
  const dated = fakeContext(fakeMailbox({ messages: [{ subject: '', receivedAt: '2026-11-30T10:00:00Z' }] }));
  await perform(saveMessage, { messages: { folder: 'INBOX' }, to: 'out' }, dated);
  expect([...dated.files.saved.keys()]).toEqual(['out/2026-11-30.eml']);
});

test('one that is gone is told, the others are saved; an unknown token is a mistake', async () => {
  const mailbox = fakeMailbox({ messages: [{}, {}] });
  const refs = mailbox.refs();
  mailbox.vanish(refs[0] as (typeof refs)[0]);
  const ctx = fakeContext(mailbox);
  const input = { messages: refs, to: 'out', partial: 'accept' };
  expect(await perform(saveMessage, input, ctx)).toMatchObject({ count: 1, failed: [{ ref: refs[0], code: 'message.not_found' }] });
  await expect(perform(saveMessage, { ...input, name: '{path}' }, ctx)).rejects.toMatchObject({ code: 'input.invalid' });
});

import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Draft, SessionLimits } from '@mailwright/core';
import { fakeMailbox } from '@mailwright/testing';
import { bounded } from './bounds.ts';

const messages = Array.from({ length: 5 }, (_, index) => ({ subject: `Mail ${index}` }));
const draft = (to: string, size = 10): Draft => ({
  to: [{ address: to }],
  subject: 'x',
  messageId: '<1@example.test>',
  date: '2026-11-24T10:00:00Z',
  attachments: [
    {
      filename: 'a.bin',
      contentType: 'application/octet-stream',
      open: () => Promise.resolve(Readable.from([Buffer.alloc(size)], { objectMode: false })),
    },
  ],
});
async function stand(limits: SessionLimits) {
  const sent: Draft[] = [];
  const inner = fakeMailbox({ messages, folders: ['Done'] });
  const send = async (one: Draft) => {
    for (const attachment of one.attachments ?? []) await buffer(await attachment.open());
    sent.push(one);
    return { messageId: one.messageId, state: 'sent' as const, accepted: [], rejected: [] };
  };
  const mailbox = bounded({ ...inner, send }, limits);
  const refs = inner.refs();
  return { inner, mailbox, refs, sent };
}
const limitOf = (name: string) => ({ code: 'input.invalid', details: { path: `limits.${name}` } });

test('so many messages changed, by whatever verbs; what would go beyond is not begun', async () => {
  const { inner, mailbox, refs } = await stand({ messagesChanged: 3 });
  await mailbox.mark?.(refs.slice(0, 1), { seen: true });
  await mailbox.move?.(refs.slice(1, 3), 'Done');
  await expect(mailbox.move?.(refs.slice(3), 'Done')).rejects.toMatchObject(limitOf('messagesChanged'));
  expect(inner.refs()).toHaveLength(3);
});

test('so many mails sent, and only where they may go', async () => {
  const { mailbox, sent } = await stand({ mailsSent: 1, recipientDomains: ['Example.test'] });
  await expect(mailbox.send?.(draft('me@example.test.evil.test'))).rejects.toMatchObject(limitOf('recipientDomains'));
  await expect(mailbox.send?.({ ...draft('me@example.test'), bcc: [{ address: 'x@evil.test' }] })).rejects.toMatchObject(
    limitOf('recipientDomains'),
  );
  await mailbox.send?.(draft('me@EXAMPLE.test'));
  await expect(mailbox.send?.(draft('me@example.test'))).rejects.toMatchObject(limitOf('mailsSent'));
  expect(sent).toHaveLength(1);
});

test('no attachment beyond the limit goes out', async () => {
  const { mailbox, sent } = await stand({ largestAttachment: 1 });
  await mailbox.send?.(draft('a@b.test', 1024 * 1024));
  await expect(mailbox.send?.(draft('a@b.test', 1024 * 1024 + 1))).rejects.toMatchObject(limitOf('largestAttachment'));
  expect(sent).toHaveLength(1);
});

test('negative control: without limits nothing is held back', async () => {
  const { mailbox, refs, sent } = await stand({});
  await mailbox.move?.(refs, 'Done');
  await mailbox.send?.(draft('x@evil.test', 3 * 1024 * 1024));
  expect(sent).toHaveLength(1);
});

import { say } from '@mailwright/core';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { fakeContext, fakeFiles, fakeMailbox } from './index.ts';

const draft = { to: [{ address: 'a@x.test' }], subject: 'x', messageId: '<1@x.test>', date: '2026-11-24T08:00:00Z' };
const content = (text: string) => Readable.from([Buffer.from(text)], { objectMode: false });

test('only the verbs that were asked for are there, besides search and read', () => {
  const { move, copy, search, read } = fakeMailbox({ provides: ['move'] }) as unknown as Record<string, unknown>;
  expect([typeof move, copy, typeof search, typeof read]).toEqual(['function', undefined, 'function', 'function']);
});

test('a seed of raw bytes is given back as it is', async () => {
  const raw = Buffer.from([83, 117, 98, 58, 32, 0xff, 13, 10, 13, 10, 0]);
  const mailbox = fakeMailbox({ messages: [{ raw }] });
  const [ref] = mailbox.refs();
  if (!ref) throw new Error('seeded');
  expect(await buffer(await (await mailbox.read(ref)).raw())).toEqual(raw);
});

test('refused recipients: the rest get it; when none is left it is an error and nothing is filed', async () => {
  const mailbox = fakeMailbox({ refuses: { 'a@x.test': '550 no' } });
  await expect(mailbox.send?.(draft)).rejects.toMatchObject({ code: 'send.rejected' });
  expect([mailbox.sent, mailbox.refs('Sent')]).toEqual([[], []]);
  expect(await mailbox.send?.({ ...draft, cc: [{ address: 'b@x.test' }] })).toMatchObject({
    accepted: ['b@x.test'],
    rejected: [{ address: 'a@x.test', serverSaid: '550 no' }],
  });
});

test('files: names are unique without regard to case, and none leads out', async () => {
  const files = fakeFiles({ 'a.txt': 'one' });
  expect(await files.save('A.txt', content('two'))).toMatchObject({ path: 'A (2).txt', size: 3 });
  expect(await files.save('a.TXT', content('three'), { overwrite: 'replace' })).toMatchObject({ path: 'a.txt', size: 5 });
  expect(await files.save('a.txt', content('four'), { overwrite: 'skip' })).toMatchObject({ path: 'a.txt', size: 5, skipped: true });
  await expect(files.save('a.txt', content('four'), { overwrite: 'fail' })).rejects.toMatchObject({ code: 'attachment.exists' });
  await expect(files.save('../a.txt', content('five'))).rejects.toMatchObject({ code: 'attachment.unsafe_name' });
  await expect(files.open('b.txt')).rejects.toMatchObject({ code: 'attachment.not_found' });
  expect((await buffer((await files.open('a.txt')).content)).toString()).toBe('three');
});

test('a context counts its Message-IDs and keeps what was logged', () => {
  const ctx = fakeContext(fakeMailbox());
  ctx.log.warn(say`careful`);
  expect([ctx.messageId('x.test'), ctx.messageId('x.test'), ctx.logged]).toEqual(['<1@x.test>', '<2@x.test>', ['warn: careful']]);
});

import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { Unquote } from './mbox-quotes.ts';
import { openFiles, quoted, temporaryFolder } from './stand.test.fixture.ts';

const LINE = 'From someone@example.com Tue Nov 24 08:30:15 2026\n';
let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => void (folder = temporaryFolder()));
afterEach(() => folder.remove());
const path = () => join(folder.path, 'mail');
const opened = (text: string) => {
  writeFileSync(path(), Buffer.from(text, 'latin1'));
  return openFiles(path());
};
const load = async (mailbox: Awaited<ReturnType<typeof openFiles>>) =>
  Array.fromAsync(mailbox.search({ folder: 'INBOX', load: 'message' }));
const rawOf = async (message: { raw(): Promise<Readable> }) => (await buffer(await message.raw())).toString('latin1');

test('mails lie between From lines; quoting is taken off, and a sentence is no From line', async () => {
  const mailbox = await opened(
    `${LINE}Subject: one\n\n>From here\n>>From there\n\nFrom now on this is text.\n\n${LINE}Subject: two\n\nb\n\n`,
  );
  const messages = await load(mailbox);
  expect(messages.map(({ subject }) => subject)).toEqual(['one', 'two']);
  const [first, second] = await Promise.all(messages.map(rawOf));
  expect(first).toBe('Subject: one\n\nFrom here\n>From there\n\nFrom now on this is text.\n');
  expect(second).toBe('Subject: two\n\nb\n');
  expect(messages.map(({ size }) => size)).toEqual([first?.length, second?.length]);
  expect(messages[0]?.receivedAt).toBe('2026-11-24T08:30:15.000Z');
});

test.each([
  ['From - Tue Nov 24 08:30:15 2026', '2026-11-24T08:30:15.000Z'],
  ['From 1234@xxx Tue Nov 24 08:30:15 +0100 2026', '2026-11-24T07:30:15.000Z'],
  ['From a@b.test Tue Nov  4 08:30 2026', '2026-11-04T08:30:00.000Z'],
  ['From "a b"@example.com Tue Nov 24 08:30:15 EST 2026', '2026-11-24T13:30:15.000Z'],
])('%s begins a mail that arrived at %s', async (line, at) => {
  const [message] = await load(await opened(`${line}\r\nSubject: x\r\n\r\ny\r\n\r\n`));
  expect([message?.subject, message?.receivedAt]).toEqual(['x', at]);
});

test.each([
  ['Status: RO\nX-Status: AF\n', ['seen', 'answered', 'flagged']],
  ['Status: O\n', []],
  ['X-Mozilla-Status: 0005\n', ['seen', 'flagged']],
  ['X-Status: T\n', ['draft']],
])('marks stand in the header: %j', async (header, flags) => {
  const mailbox = await opened(`${LINE}${header}Subject: x\n\ny\n`);
  expect((await load(mailbox))[0]?.flags).toEqual(flags);
  expect((await Array.fromAsync(mailbox.search({ folder: 'INBOX', filter: { op: 'flag', name: 'seen', value: true } }))).length).toBe(
    flags.includes('seen') ? 1 : 0,
  );
});

test('what Thunderbird deleted and still keeps is not shown', async () => {
  const mailbox = await opened(`${LINE}X-Mozilla-Status: 0009\nSubject: gone\n\nx\n\n${LINE}X-Mozilla-Status: 0001\nSubject: here\n\nx\n`);
  expect((await load(mailbox)).map(({ subject }) => subject)).toEqual(['here']);
});

test('mail that another program appends is seen, and a file that was written anew has other mails', async () => {
  const mailbox = await opened(`${LINE}Subject: one\n\nx\n\n`);
  const [first] = await load(mailbox);
  appendFileSync(path(), `${LINE}Subject: two\n\nx\n\n`);
  expect((await load(mailbox)).map(({ subject }) => subject)).toEqual(['one', 'two']);
  expect((await mailbox.read(first!.ref)).subject).toBe('one');
  writeFileSync(path(), `${LINE}Subject: other\n\nx\n\n`);
  await expect(mailbox.read(first!.ref)).rejects.toMatchObject({ code: 'message.not_found' });
});

test('it is only read', async () => {
  const mailbox = await opened(`${LINE}Subject: one\n\nx\n`);
  for (const verb of ['move', 'copy', 'mark', 'erase', 'append', 'createFolder', 'send']) expect(verb in mailbox).toBe(false);
  await expect(Array.fromAsync(mailbox.search({ folder: 'Sent' }))).rejects.toMatchObject({ code: 'folder.not_found' });
});

test('an empty file is an empty mailbox, and a file of something else too', async () => {
  expect(await load(await opened(''))).toEqual([]);
  expect(await load(await opened('%PDF-1.7\nFrom nowhere\n'))).toEqual([]);
});

test('random mails, large ones among them, come back as they went in', async () => {
  const line = fc.constantFrom('From me', '>From me', '>>>From', 'text', '', '>', 'From', 'From a Tue Nov 24 08:30:15 2026', 'ä\r');
  const body = fc.array(line, { minLength: 1, maxLength: 12 }).map((lines) => `${lines.join('\n')}\n`);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(body, fc.boolean()), { minLength: 1, maxLength: 6 }), async (bodies) => {
      const mails = bodies.map(([text, large], at) => `Subject: ${at}\n\n${large ? 'x'.repeat(1_050_000) + '\n' : ''}${text}`);
      const mailbox = await opened(mails.map((mail) => `${LINE}${quoted(mail)}\n`).join(''));
      expect(await Promise.all((await load(mailbox)).map(rawOf))).toEqual(mails);
    }),
    { numRuns: 25, seed: 20_261_124 },
  );
});

test('quoting is taken off wherever the bytes are cut', async () => {
  const text = '>From a\n>>From b\n> From c\n>Fro\n>From';
  const whole = 'From a\n>From b\n> From c\n>Fro\n>From';
  for (let cut = 0; cut <= text.length; cut++) {
    const pieces = [text.slice(0, cut), text.slice(cut)].filter((piece) => piece !== '').map((piece) => Buffer.from(piece));
    expect((await buffer(Readable.from(pieces).pipe(new Unquote()))).toString()).toBe(whole);
  }
});

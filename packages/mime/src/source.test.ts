import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { EmailError } from '@mailwright/core';
import fc from 'fast-check';
import { parse, type RawSource } from './parse.ts';
import { bytesOf, inPieces, known, mail, multipart, whole } from './parse.test.fixture.ts';

const content = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7) % 256));
const part = `Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n${content.toString('base64').replace(/.{76}/g, '$&\r\n')}`;
const binary = `Content-Type: application/x-raw\r\nContent-Transfer-Encoding: binary\r\n\r\n${content.toString('latin1')}`;
const bytes = Buffer.from(mail('Subject: x', multipart('mixed', 'b', '\r\nHello', part, binary, part)).toString(), 'latin1');

const lost = () => new EmailError('connection.lost', { host: 'mail.example.com' });

/** Gives some of the bytes, then does something else than ending. */
function breaking(after: number, what: (stream: PassThrough) => void): RawSource & { readonly opened: PassThrough[] } {
  const opened: PassThrough[] = [];
  const open = () => {
    const stream = new PassThrough();
    opened.push(stream);
    stream.write(bytes.subarray(0, after));
    setImmediate(() => what(stream));
    return Promise.resolve(stream);
  };
  return { open, opened };
}

describe.each([
  ['in the header', 5],
  ['in the text', 80],
  ['in an attachment', 100_000],
])('a source that breaks off %s', (_, after) => {
  test('throws its own error', async () => {
    const error = lost();
    await expect(
      parse(
        breaking(after, (stream) => stream.destroy(error)),
        known,
      ),
    ).rejects.toBe(error);
  });

  test('closing without an end is no end', async () => {
    await expect(
      parse(
        breaking(after, (stream) => stream.destroy()),
        known,
      ),
    ).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
  });
});

test('a source that does not open throws its own error', async () => {
  const error = lost();
  await expect(parse({ open: () => Promise.reject(error) }, known)).rejects.toBe(error);
});

/** Whole at the first time, and as `later` at the next ones. */
function changing(later: () => Promise<Readable>): RawSource {
  let opened = 0;
  return { open: () => (opened++ === 0 ? Promise.resolve(Readable.from([bytes], { objectMode: false })) : later()) };
}

test('an attachment fails with the source, and never ends early', async () => {
  const error = lost();
  const attempts = [breaking(100_000, (stream) => stream.destroy(error)), { open: () => Promise.reject(error) }];
  for (const attempt of attempts) {
    const { attachments } = await parse(changing(attempt.open), known);
    await expect(bytesOf(attachments[0]!)).rejects.toBe(error);
  }
  const shorter = () => Promise.resolve(Readable.from([bytes.subarray(0, 200_000)], { objectMode: false }));
  const { attachments } = await parse(changing(shorter), known);
  await expect(bytesOf(attachments[0]!)).rejects.toMatchObject({ code: 'message.not_found' });
  await expect(bytesOf(attachments[2]!)).rejects.toMatchObject({ code: 'message.not_found' });
});

test('an attachment opens the source when it is read, and closes it with its reader', async () => {
  const source = breaking(100_000, () => {});
  const { attachments } = await parse(
    changing(() => source.open()),
    known,
  );
  const unread = await attachments[0]!.open();
  unread.destroy();
  expect(source.opened).toHaveLength(0);
  const left = await attachments[0]!.open();
  for await (const _ of left) break;
  expect(left.destroyed).toBe(true);
  await new Promise((resolve) => (source.opened[0]?.closed ? resolve(undefined) : source.opened[0]?.once('close', resolve)));
  expect(source.opened).toHaveLength(1);
});

test('the pieces in which bytes arrive do not matter', async () => {
  const small = Buffer.from(
    mail(
      'Subject: =?utf-8?q?=C3=BC?=',
      'X-Folded: a',
      ' b',
      multipart(
        'mixed',
        'b',
        multipart('alternative', 'c', '\r\nGr\u00fc\u00dfe\r\n', 'Content-Type: text/html\r\n\r\n<p>x'),
        part.slice(0, 500),
        binary.slice(0, 400),
      ),
    ).toString(),
    'latin1',
  );
  const expected = await whole(small);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 90 })), { minLength: 1, maxLength: 40 }),
      async (sizes) => {
        let at = 0;
        expect(await whole(inPieces(small, () => sizes[at++ % sizes.length] ?? 1))).toEqual(expected);
      },
    ),
    { numRuns: 60 },
  );
});

test('all attachments at once, each its own', async () => {
  const { attachments, text } = await parse(
    inPieces(bytes, () => 5000),
    known,
  );
  expect(text).toBe('Hello');
  const all = await Promise.all(attachments.map(async (attachment) => buffer(await attachment.open())));
  expect(all.map((one) => one.equals(content))).toEqual([true, true, true]);
});

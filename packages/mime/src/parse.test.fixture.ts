import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Message } from '@mailwright/core';
import { parse, type RawSource } from './parse.ts';

export const known = { ref: { folder: 'INBOX', id: '1' } };

/** Lines joined as on the wire. */
export const mail = (...lines: string[]): Buffer => Buffer.from(lines.join('\r\n'));

/** A multipart whose parts are given as header lines, an empty line, and content. */
export const multipart = (subtype: string, boundary: string, ...parts: string[]): string =>
  [
    `Content-Type: multipart/${subtype}; boundary=${boundary}`,
    '',
    ...parts.flatMap((part) => [`--${boundary}`, part]),
    `--${boundary}--`,
    '',
  ].join('\r\n');

/** A source that gives its bytes in pieces of the sizes that `next` names. */
export const inPieces = (bytes: Buffer, next: () => number): RawSource => ({
  open: () =>
    Promise.resolve(
      Readable.from(
        (function* () {
          for (let at = 0; at < bytes.length;) {
            const size = Math.max(1, next());
            yield bytes.subarray(at, at + size);
            at += size;
          }
        })(),
        { objectMode: false },
      ),
    ),
});

/** A message as plain data, with the bytes of its attachments: two that are alike are equal. */
export async function whole(source: RawSource | Buffer): Promise<object> {
  const message = await parse(source, known);
  // oxlint-disable-next-line typescript/unbound-method -- left out, never called
  const { raw: _raw, headers, attachments, ...rest } = message;
  return {
    ...rest,
    headers: [...headers],
    attachments: await Promise.all(attachments.map(async (one) => ({ ...one, open: await bytesOf(one) }))),
  };
}

export const bytesOf = async (attachment: Message['attachments'][number]): Promise<Buffer> => buffer(await attachment.open());

import type { Readable } from 'node:stream';
import { EmailError } from '@mailwright/core';

/** The bytes of a message, as they come. Errors: `input.invalid` when there are not `size`: what was announced would never end, or end early. */
export async function* counted(raw: Readable, size: number): AsyncGenerator<Buffer> {
  let count = 0;
  for await (const chunk of raw as AsyncIterable<Buffer | string>) {
    const bytes = Buffer.from(chunk as Buffer);
    count += bytes.length;
    if (count > size) break;
    yield bytes;
  }
  if (count === size) return;
  throw new EmailError('input.invalid', {
    path: 'raw',
    problem: `the message has ${count > size ? 'more' : 'fewer'} than the ${size} bytes announced`,
    cure: 'Give the exact number of bytes.',
  });
}

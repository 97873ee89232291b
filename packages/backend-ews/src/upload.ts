import { Readable } from 'node:stream';
import type { Envelope } from './soap.ts';

/** The bytes of a message on their way into a request; `open` may be called more than once. */
export interface Upload {
  readonly size: number;
  open(this: void): Readable | Promise<Readable>;
}

/** A request as it goes out, and how many bytes that are. */
export interface Outgoing {
  readonly length: number;
  body(): Buffer | Readable;
}

/** Errors of the stream: those of the upload; `input.invalid` is up to whoever counts. */
export function outgoing(envelope: Envelope, upload?: Upload): Outgoing {
  if (typeof envelope === 'string') {
    const bytes = Buffer.from(envelope);
    return { length: bytes.length, body: () => bytes };
  }
  const [before, after] = [Buffer.from(envelope.before), Buffer.from(envelope.after)];
  const { size, open } = upload as Upload;
  const length = before.length + 4 * Math.ceil(size / 3) + after.length;
  return { length, body: () => Readable.from(around(before, open, after), { objectMode: false, highWaterMark: 256 * 1024 }) };
}

async function* around(before: Buffer, open: Upload['open'], after: Buffer): AsyncGenerator<Buffer> {
  yield before;
  let rest = Buffer.alloc(0);
  for await (const chunk of (await open()) as AsyncIterable<Buffer | string>) {
    const bytes = Buffer.concat([rest, Buffer.from(chunk as Buffer)]);
    const whole = bytes.length - (bytes.length % 3);
    if (whole > 0) yield Buffer.from(bytes.toString('base64', 0, whole), 'latin1');
    rest = bytes.subarray(whole);
  }
  if (rest.length > 0) yield Buffer.from(rest.toString('base64'), 'latin1');
  yield after;
}

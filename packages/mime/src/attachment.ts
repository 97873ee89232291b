import type { Readable } from 'node:stream';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ParsedAttachment } from 'mailparser';
import { Deferred } from './deferred.ts';

/** Reads an attachment to its end, holding its first `keep` bytes. */
export async function drain({ content }: ParsedAttachment, keep = 0): Promise<{ size: number; held: Buffer }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of content as AsyncIterable<Buffer>) {
    if (size < keep) chunks.push(chunk.subarray(0, keep - size));
    size += chunk.length;
  }
  return { size, held: Buffer.concat(chunks) };
}

/**
 * The decoded bytes of one attachment: another pass over the message, as its reader takes them. Errors: those of the source, and what
 * `gone` makes when the message no longer holds these bytes.
 */
export function openAttachment(open: () => Promise<Readable>, wanted: number, size: number, gone: () => Error): Readable {
  return new Deferred(async () => {
    const { passOver } = await import('./pass.ts');
    const source = await open();
    const out = new PassThrough();
    out.once('close', () => source.destroy());
    let seen = -1;
    const pass = passOver(source, async (part, index) => {
      if (index !== wanted) {
        await drain(part);
        return undefined;
      }
      seen = 0;
      part.content.on('data', (chunk: Buffer) => (seen += chunk.length));
      await pipeline(part.content, out, { end: false });
      return 'enough';
    });
    pass.then(
      () => (seen === size ? out.end() : out.destroy(gone())),
      (error: Error) => out.destroy(error),
    );
    return out;
  });
}

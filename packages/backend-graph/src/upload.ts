import type { Readable } from 'node:stream';
import { EmailError, say, type Draft } from '@mailwright/core';
import type { Client } from './client.ts';

type File = NonNullable<Draft['attachments']>[number];

/** Bytes up to which a file goes in one piece (learn.microsoft.com, attach large files to Outlook messages). */
const SMALL = 3 * 1024 * 1024;
/** Bytes of one range: a multiple of 320 KiB below 4 MB. */
const RANGE = 12 * 320 * 1024;
/** Looks at how far an upload came, in a row without any progress, before it is given up. */
const LOOKS = 3;
/** The servers that take uploads, besides the one that gave the address. */
const UPLOADS = /(^|\.)(office\.com|office365\.com|microsoft\.com|office365\.us|microsoft\.us|apps\.mil|outlook\.cn|chinacloudapi\.cn)$/;

interface Session {
  readonly uploadUrl?: string;
  readonly nextExpectedRanges?: readonly string[];
}

/** Puts a file into a draft: in one piece, or in ranges where it is large. Its bytes are opened anew where they have to be. */
export async function attach(client: Client, draftId: string, file: File): Promise<void> {
  const size = await sizeOf(file);
  const { largestMessage: limit } = client.ctx.limits;
  if (size > limit) throw new EmailError('message.too_large', { what: say`The message`, size, limit });
  const path = `messages/${encodeURIComponent(draftId)}/attachments`;
  const { filename, contentType, contentId } = file;
  const described = {
    name: filename === '' ? 'attachment' : filename,
    contentType,
    isInline: contentId !== undefined,
    ...(contentId !== undefined && { contentId }),
  };
  const how = howOf(client, size);
  if (size > SMALL) return upload(client, `${path}/createUploadSession`, { ...described, attachmentType: 'file', size }, file);
  const contentBytes = Buffer.concat(await Array.fromAsync((await file.open()) as AsyncIterable<Buffer>)).toString('base64');
  await client.json({
    ...how,
    method: 'POST',
    path,
    json: { '@odata.type': '#microsoft.graph.fileAttachment', ...described, contentBytes },
  });
}

const howOf = ({ ctx: { limits } }: Client, size: number) => ({
  what: say`store an attachment`,
  size,
  ms: limits.send + (size / limits.throughput) * 1000,
});

async function sizeOf({ open }: File): Promise<number> {
  let size = 0;
  for await (const chunk of (await open()) as AsyncIterable<Buffer>) size += chunk.length;
  return size;
}

async function upload(
  client: Client,
  path: string,
  item: { readonly size: number; readonly attachmentType: 'file' },
  file: File,
): Promise<void> {
  const how = howOf(client, item.size);
  const session = await client.json<Session>({ ...how, method: 'POST', path, json: { AttachmentItem: item } });
  const address = uploadAddress(client, session.uploadUrl);
  let at = 0;
  for await (const range of ranges(await file.open())) {
    const end = at + range.length;
    for (let done = at, looks = 0; done < end;) {
      const body = range.subarray(done - at);
      const headers = { 'content-type': 'application/octet-stream', 'content-range': `bytes ${done}-${end - 1}/${item.size}` };
      try {
        await client.json({ ...how, method: 'PUT', address, open: true, body, headers });
        done = end;
      } catch (error) {
        const next = await nextByte(client, address, error, item.size);
        if (next < done || next > end || (next === done && ++looks > LOOKS)) throw error;
        done = next;
      }
    }
    at = end;
  }
}

/** Where an upload goes on after an error. Errors: that error, where the server does not tell; the last range may have closed the session. */
async function nextByte(client: Client, address: URL, error: unknown, size: number): Promise<number> {
  if (!EmailError.is(error) || EmailError.is(error, 'automation.cancelled')) throw error;
  try {
    const { nextExpectedRanges = [] } = await client.json<Session>({ ...howOf(client, 0), address, open: true, again: true });
    const [first] = nextExpectedRanges;
    return first === undefined ? size : Number.parseInt(first, 10);
  } catch {
    throw error;
  }
}

function uploadAddress({ address: { host } }: Client, text = ''): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' && (url.hostname === host || UPLOADS.test(url.hostname))) return url;
  throw new EmailError('server.unexpected', { host, problem: 'it names no address for an upload that is its own' });
}

/** The bytes of a stream in pieces of one range. */
async function* ranges(stream: Readable): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    held.push(chunk);
    size += chunk.length;
    while (size >= RANGE) {
      const all = Buffer.concat(held);
      yield all.subarray(0, RANGE);
      held = [all.subarray(RANGE)];
      size = all.length - RANGE;
    }
  }
  if (size > 0) yield Buffer.concat(held);
}

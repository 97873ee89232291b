import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { EmailError } from '@mailwright/core';
import type { WebResponse } from '@mailwright/network';
import { refusalFrom, type Refusal } from './errors.ts';

/** Longest answer that is held, in bytes: a page of a thousand messages with long headers. */
const LARGEST = 64 * 1024 * 1024;

/** What a refusal says. */
export async function refusalOf(answer: WebResponse): Promise<Refusal> {
  const text = (await held(answer).catch(() => Buffer.alloc(0))).toString('utf8');
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // HTML of some proxy: its status is all that counts.
  }
  return refusalFrom(answer.status, (name) => answer.headers.get(name), body);
}

/** All bytes of an answer. */
export async function held(answer: WebResponse): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > LARGEST) throw Object.assign(new Error('its answer does not end'), { code: 'TOO_LONG' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Whatever breaks it off is one of our errors. */
export function streamOf(answer: WebResponse, explained: (error: unknown) => EmailError, over: () => void): Readable {
  if (!answer.body) return Readable.from([], { objectMode: false });
  const source = Readable.fromWeb(answer.body as ReadableStream<Uint8Array>);
  const through = async function* () {
    try {
      yield* source;
    } catch (error) {
      throw explained(error);
    } finally {
      over();
      source.destroy();
    }
  };
  return Readable.from(through(), { objectMode: false });
}

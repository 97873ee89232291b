import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import type { EwsFault } from './faults.ts';
import type { EwsExchange } from './settings.ts';
import { pour, type Markup } from './xml.ts';

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly type?: string;
  readonly body?: Markup;
}

/** What is known of an exchange before its answer. */
export type Said = Pick<EwsExchange, 'operation' | 'user' | 'request'>;

/** Sends an answer, as it is made, compressed where the client takes that; or changed, or slowly, where a test wants it so. */
export async function answerTo(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers = {}, type = 'text/xml; charset=utf-8', body }: Answer,
  said: Said,
  log: ((exchange: EwsExchange) => void) | undefined,
  how: EwsFault | undefined,
): Promise<void> {
  const changing = typeof how === 'object' && 'change' in how;
  // To be changed or told it must be known whole; else it is never held.
  const whole = changing || log ? await text(Readable.from(pour(body))) : undefined;
  const sent = changing ? how.change(whole ?? '') : whole;
  log?.({ ...said, status, response: sent ?? '' });
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  const id = request.headers['client-request-id'];
  if (id !== undefined && request.headers['return-client-request-id'] === 'true') response.setHeader('client-request-id', id);
  if (body === undefined) return void response.end();
  response.setHeader('Content-Type', type);
  const source = Readable.from(sent === undefined ? pour(body) : [sent], { objectMode: false });
  if (typeof how === 'object' && 'pieces' in how) return drip(source, response, how);
  if (!/\bgzip\b/i.test(request.headers['accept-encoding']?.toString() ?? '')) return pipeline(source, response);
  response.setHeader('Content-Encoding', 'gzip');
  return pipeline(source, createGzip(), response);
}

async function drip(
  source: Readable,
  response: ServerResponse,
  { pieces, pause }: { readonly pieces: number; readonly pause: number },
): Promise<void> {
  const bytes = Buffer.from(await text(source));
  for (let at = 0; at < bytes.length && !response.destroyed; at += pieces) {
    response.write(bytes.subarray(at, at + pieces));
    await delay(pause);
  }
  response.end();
}

import { request } from 'node:https';
import type { Socket } from 'node:net';
import { EmailError, networkError, say, type Dial, type Http, type HttpAnswer, type HttpRequest } from '@mailwright/core';
import { secured } from './connect.ts';
import { dialer } from './dial.ts';
import { trust } from './trust.ts';

/** Milliseconds for a whole question. */
const DEADLINE = 15_000;
const LARGEST = 1024 * 1024;

export interface HttpsOptions {
  /** Further certificate authorities (PEM). */
  readonly ca?: readonly string[];
  /** Milliseconds for a whole question. */
  readonly deadline?: number;
  /** The way out; straight if left out. */
  readonly dial?: Dial;
}

/** The way to https servers. */
export function httpsClient({ ca = [], deadline: limit = DEADLINE, dial = dialer() }: HttpsOptions = {}): Http {
  return async (asked) => {
    const url = URL.canParse(asked.url) ? new URL(asked.url) : undefined;
    if (url?.protocol !== 'https:')
      throw new EmailError('input.invalid', {
        path: 'url',
        problem: `"${asked.url}" is no https address`,
        cure: 'Write it as https://host/path.',
      });
    const at = { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 443) };
    const deadline = AbortSignal.timeout(limit);
    const signal = asked.signal ? AbortSignal.any([asked.signal, deadline]) : deadline;
    try {
      // Before anything is dialed: a certificate that cannot be used leaves no connection behind.
      const trusted = trust(ca, asked.clientCertificate);
      const socket = await secured(await dial(at, { signal, limit }), at.host, trusted, signal);
      try {
        return await answerOf(asked, url, socket, signal);
      } finally {
        socket.destroy();
      }
    } catch (error) {
      if (EmailError.is(error)) throw error;
      const options = { cause: error };
      if (deadline.aborted)
        throw new EmailError('connection.timeout', { ...at, what: say`an answer`, seconds: Math.ceil(limit / 1000) }, options);
      if (signal.aborted) throw new EmailError('automation.cancelled', {}, options);
      throw networkError(error, at) ?? new EmailError('server.unexpected', { host: at.host, problem: String(error) }, options);
    }
  };
}

function answerOf(
  { body, method = body === undefined ? 'GET' : 'POST', headers = {} }: HttpRequest,
  url: URL,
  socket: Socket,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const options = { method, headers: { accept: 'application/json', ...headers }, signal, createConnection: () => socket };
    const sent = request(url, options, (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size > LARGEST) answer.destroy(new EmailError('server.unexpected', { host: url.hostname, problem: 'its answer does not end' }));
      });
      answer.once('error', reject);
      answer.once('end', () => {
        const plain = Object.fromEntries(
          Object.entries(answer.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
        );
        resolve({ status: answer.statusCode ?? 0, headers: plain, text: Buffer.concat(chunks).toString('utf8') });
      });
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

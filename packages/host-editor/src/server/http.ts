import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EmailError } from '@mailwright/sdk';
import type { Failure, Fields } from '../api.ts';
import type { Router } from './router.ts';

/** Where the build puts it, seen from src and from dist alike. */
const PAGE = fileURLToPath(new URL('../../dist/page/', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const LARGEST_BODY = 1024 * 1024;
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** A server for one page on this machine: the page itself is for anybody, everything else for who has the token. */
export async function serve(router: Router, port = 0): Promise<{ readonly url: string; close(): Promise<void> }> {
  const token = randomBytes(24).toString('base64url');
  const server = createServer((request, answer) => {
    void respond(request, answer).catch(() => answer.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const origin = `http://${host}`;

  async function respond(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method = 'GET', headers } = request;
    const url = new URL(request.url ?? '/', origin);
    const foreign = headers.host !== host || (headers.origin !== undefined ? headers.origin !== origin : method !== 'GET');
    if (foreign) return void answer.writeHead(403, HEADERS).end();
    if (!url.pathname.startsWith('/api/')) return page(url.pathname, answer);
    if (!isToken(headers.authorization, token)) return void answer.writeHead(401, HEADERS).end();
    await api(router, request, url, answer);
  }

  return {
    url: `${origin}/#token=${token}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function isToken(given: string | undefined, token: string): boolean {
  const [one, other] = [Buffer.from(given ?? ''), Buffer.from(`Bearer ${token}`)];
  return one.length === other.length && timingSafeEqual(one, other);
}

async function page(path: string, answer: ServerResponse): Promise<void> {
  const name = path === '/' ? 'index.html' : path.slice(1);
  const type = TYPES[extname(name)];
  const content =
    type !== undefined && /^[\w./-]+$/.test(name) && !name.includes('..')
      ? await readFile(join(PAGE, name)).catch(() => undefined)
      : undefined;
  if (content === undefined) return void answer.writeHead(404, HEADERS).end();
  answer.writeHead(200, { ...HEADERS, 'content-type': type, 'cache-control': 'no-cache' }).end(content);
}

async function api(router: Router, request: IncomingMessage, url: URL, answer: ServerResponse): Promise<void> {
  const found = router.find(request.method ?? 'GET', url.pathname.slice('/api/'.length));
  if (!found) return void answer.writeHead(404, HEADERS).end();
  const gone = new AbortController();
  answer.once('close', () => gone.abort());
  const headers = { ...HEADERS, 'cache-control': 'no-store' };
  try {
    const asked = {
      params: found.params,
      query: url.searchParams,
      body: await bodyOf(request),
      language: request.headers['accept-language'] ?? 'en',
      signal: gone.signal,
    };
    const result = found.handler(asked);
    if (Symbol.asyncIterator in result) {
      answer.writeHead(200, { ...headers, 'content-type': 'application/jsonl; charset=utf-8' });
      for await (const one of result)
        if (!answer.write(`${JSON.stringify(one)}\n`)) await new Promise((resolve) => answer.once('drain', resolve).once('close', resolve));
      answer.end();
      return;
    }
    const value = await result;
    if (value === undefined) return void answer.writeHead(204, headers).end();
    answer.writeHead(200, { ...headers, 'content-type': TYPES['.json'] ?? 'application/json; charset=utf-8' }).end(JSON.stringify(value));
  } catch (thrown) {
    if (answer.headersSent) return void answer.destroy();
    const { code, message, fix, retry, details } = EmailError.from(thrown, 'editor').toJSON() as unknown as Failure['error'];
    const failure: Failure = { error: { code, message, fix, ...(retry && { retry }), ...(details && { details }) } };
    answer.writeHead(400, { ...headers, 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(failure));
  }
}

async function bodyOf(request: IncomingMessage): Promise<Fields | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw new EmailError('input.invalid', { path: 'body', problem: 'it is larger than 1 MB', cure: 'Send less.' });
    chunks.push(chunk);
  }
  if (size === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Fields;
  } catch (error) {
    throw new EmailError('input.invalid', { path: 'body', problem: 'it is no JSON', cure: 'Send JSON.' }, { cause: error });
  }
}

import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EmailError } from '@mailwright/sdk';
import type { Failure, Fields } from '../api.ts';
import { shownError } from './errors.ts';
import { Reply, type Router } from './router.ts';

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

/**
 * A server for one page on this machine: the page itself is for anybody, everything else for who has the token. `unlocked`: paths that
 * a frame asks for, which cannot carry the token; each is a secret of its own.
 */
export async function serve(router: Router, unlocked: Router, port = 0): Promise<{ readonly url: string; close(): Promise<void> }> {
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
    const foreign = headers.host !== host || !mayCome(method, headers.origin, url.pathname, origin);
    if (foreign) return void answer.writeHead(403, HEADERS).end();
    if (!url.pathname.startsWith('/api/')) {
      if (!(await api(unlocked, request, url, answer))) await page(url.pathname, answer);
      return;
    }
    if (!isToken(headers.authorization, token)) return void answer.writeHead(401, HEADERS).end();
    if (!(await api(router, request, url, answer))) answer.writeHead(404, HEADERS).end();
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

/** A change must say that it comes from our page. The sandboxed page of a mail has no origin, and asks for its images alone. */
function mayCome(method: string, from: string | undefined, path: string, origin: string): boolean {
  if (from === undefined) return method === 'GET';
  return from === origin || (from === 'null' && method === 'GET' && path.startsWith('/mail-image/'));
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

/** Answers whether there is such a path. */
async function api(router: Router, request: IncomingMessage, url: URL, answer: ServerResponse): Promise<boolean> {
  const found = router.find(request.method ?? 'GET', url.pathname.replace(/^\/(api\/)?/, ''));
  if (!found) return false;
  const gone = new AbortController();
  answer.once('close', () => gone.abort());
  const language = request.headers['accept-language'] ?? 'en';
  try {
    const body = await bodyOf(request);
    const result = found.handler({ params: found.params, query: url.searchParams, body, language, signal: gone.signal });
    if (Symbol.asyncIterator in result) await sendLines(result, answer);
    else await send(await result, answer);
  } catch (thrown) {
    if (answer.headersSent || answer.destroyed) answer.destroy();
    else await send(new Reply(400, {}, { error: shownError(thrown, language) } satisfies Failure), answer);
  }
  return true;
}

const DATA = { ...HEADERS, 'cache-control': 'no-store' };

async function sendLines(lines: AsyncIterable<unknown>, answer: ServerResponse): Promise<void> {
  answer.writeHead(200, { ...DATA, 'content-type': 'application/jsonl; charset=utf-8' });
  answer.flushHeaders();
  for await (const one of lines) {
    if (answer.destroyed) return;
    if (!answer.write(`${JSON.stringify(one)}\n`)) await drained(answer);
  }
  answer.end();
}

async function send(value: unknown, answer: ServerResponse): Promise<void> {
  const { status, headers, body } = value instanceof Reply ? value : new Reply(value === undefined ? 204 : 200, {}, value as object);
  if (body instanceof Readable) {
    answer.writeHead(status, { ...DATA, ...headers });
    await pipeline(body, answer);
  } else if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body))
    answer.writeHead(status, { ...DATA, ...headers }).end(body);
  else answer.writeHead(status, { ...DATA, 'content-type': 'application/json; charset=utf-8', ...headers }).end(JSON.stringify(body));
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

/** Room for more, or the page is gone. */
function drained(answer: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      answer.off('drain', done).off('close', done);
      resolve();
    };
    answer.on('drain', done).on('close', done);
  });
}

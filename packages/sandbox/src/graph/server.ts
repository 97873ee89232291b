import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Certificates } from '../certificate.ts';
import { badRequest, preferencesOf, Refused, type GraphAnswer, type GraphQuestion } from './answer.ts';
import { batch, target } from './batch.ts';
import { answerTo, routeOf } from './routes.ts';
import type { GraphGrant, Tokens } from './tokens.ts';
import { mailboxOf, type GraphFault, type World } from './world.ts';

/** Bytes of a question (learn.microsoft.com: 4 MB for a request), and a little for JSON around base64. */
const LARGEST = 4.5 * 1024 * 1024;
/** Questions about one mailbox at a time (learn.microsoft.com, throttling limits of the Outlook service). */
const AT_ONCE = 4;

export interface GraphSettings {
  readonly world: World;
  readonly tokens: Tokens;
  readonly certificates: Certificates;
}

/** Ends the connection, or says nothing for good. */
class Silent extends Error {
  readonly drop: boolean;
  constructor(drop: boolean) {
    super('no answer');
    this.drop = drop;
  }
}

/** Mail of Microsoft Graph v1.0 over https: the part that mail programs use (docs/decisions/0025-graph.md). */
export function graphServer(settings: GraphSettings): Server {
  const { cert, key } = settings.certificates;
  const face = new Face(settings);
  const server = createServer({ cert, key, minVersion: 'TLSv1.2' }, (request, response) => void face.serve(request, response));
  // A handshake that was torn down is no fault of the server's.
  server.on('tlsClientError', (_, socket) => socket.destroy());
  return server;
}

class Face {
  readonly #settings: GraphSettings;
  readonly #busy = new Map<string, number>();

  constructor(settings: GraphSettings) {
    this.#settings = settings;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    let wanted: ReturnType<typeof preferencesOf> = new Map();
    let done: GraphAnswer;
    try {
      const question = await read(request);
      wanted = preferencesOf(question);
      done = await this.#answer(question, `https://${request.headers.host ?? '127.0.0.1'}`);
    } catch (error) {
      if (error instanceof Silent) {
        if (error.drop) request.socket.destroy();
        return;
      }
      done = refusal(error).answer(requestId);
    }
    const applied = wanted.get('idtype') === 'ImmutableId' ? { 'preference-applied': 'IdType="ImmutableId"' } : {};
    const bytes = done.bytes ?? (done.json === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(done.json)));
    const type = done.json === undefined ? {} : { 'content-type': 'application/json; odata.metadata=minimal; charset=utf-8' };
    const id = { 'request-id': requestId, 'client-request-id': String(request.headers['client-request-id'] ?? requestId) };
    response.writeHead(done.status, { ...type, ...id, ...applied, 'content-length': bytes.length, ...done.headers });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  }

  async #answer(question: GraphQuestion, origin: string): Promise<GraphAnswer> {
    const { world } = this.#settings;
    const [first = '', token = ''] = question.path;
    if (first === 'upload') return this.#faulty(`${question.method} upload`, async () => world.uploads.answer(token, question));
    if (first !== 'v1.0') throw badRequest('Invalid version.');
    const grant = this.#grantOf(question);
    const whole = { ...question, path: question.path.slice(1) };
    if (whole.path.join() === '$batch' && question.method === 'POST')
      return this.#faulty('POST $batch', () => batch(whole, (part) => this.#part(part, grant, origin)));
    return this.#one(whole, grant, origin);
  }

  /** A part of a batch: what goes wrong there is its own. */
  async #part(part: GraphQuestion, grant: GraphGrant, origin: string): Promise<GraphAnswer> {
    try {
      return await this.#one(part, grant, origin);
    } catch (error) {
      if (error instanceof Silent) throw error;
      return refusal(error).answer(randomUUID());
    }
  }

  #one(question: GraphQuestion, grant: GraphGrant, origin: string): Promise<GraphAnswer> {
    const { world } = this.#settings;
    const { account, rest } = mailboxOf(world, question, grant);
    const name = routeOf(question.method, rest).name;
    return this.#inTurn(account.address, () => this.#faulty(name, () => answerTo(question, grant, world, origin)));
  }

  async #inTurn<T>(mailbox: string, work: () => Promise<T>): Promise<T> {
    const busy = this.#busy.get(mailbox) ?? 0;
    if (busy >= AT_ONCE)
      throw new Refused(429, 'ApplicationThrottled', 'Application is over its MailboxConcurrency limit.', { 'retry-after': '1' });
    this.#busy.set(mailbox, busy + 1);
    try {
      // Even the fastest question takes a moment, so that others can come meanwhile.
      await new Promise((resolve) => setImmediate(resolve));
      return await work();
    } finally {
      this.#busy.set(mailbox, (this.#busy.get(mailbox) ?? 1) - 1);
    }
  }

  async #faulty(name: string, work: () => Promise<GraphAnswer>): Promise<GraphAnswer> {
    const { options } = this.#settings.world;
    options.log?.(name);
    const fault = options.fault?.(name);
    if (fault === undefined) return work();
    if (fault === 'do-and-drop' || (typeof fault === 'object' && fault.done)) await work();
    if (typeof fault === 'object') return asked(fault);
    throw new Silent(fault !== 'silence');
  }

  #grantOf({ headers }: GraphQuestion): GraphGrant {
    const [, token] = /^Bearer +(\S+)$/i.exec(headers['authorization'] ?? '') ?? [];
    const grant = token === undefined ? undefined : this.#settings.tokens.grantOf(token);
    if (grant) return grant;
    const [code, why] =
      token === undefined
        ? ['InvalidAuthenticationToken', 'Access token is empty.']
        : ['InvalidAuthenticationToken', 'Access token has expired or is not yet valid.'];
    throw new Refused(401, code, why, {
      'www-authenticate': `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="invalid_token"`,
    });
  }
}

function asked({ status, code = 'UnknownError', retryAfter, text }: Exclude<GraphFault, string>): GraphAnswer {
  const headers = {
    ...(retryAfter !== undefined && { 'retry-after': retryAfter }),
    ...(text !== undefined && { 'content-type': 'text/html' }),
  };
  if (text !== undefined) return { status, headers, bytes: Buffer.from(text) };
  const { json } = new Refused(status, code, 'As the test wants it.').answer(randomUUID());
  return { status, headers, json };
}

const refusal = (error: unknown): Refused =>
  error instanceof Refused ? error : new Refused(500, 'ErrorInternalServerError', error instanceof Error ? error.message : String(error));

async function read(request: IncomingMessage): Promise<GraphQuestion> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= LARGEST) chunks.push(chunk);
  }
  if (size > LARGEST) throw new Refused(413, 'RequestEntityTooLarge', 'The request is too large.');
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
  return { ...target(request.url ?? ''), method: request.method ?? '', headers, body: Buffer.concat(chunks) };
}

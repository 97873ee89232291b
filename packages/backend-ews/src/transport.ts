import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Transform, type Readable } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import { WebLane, retryAfter, type OpenSocket } from '@mailwright/network';
import { cleanText } from '@mailwright/mime';
import type { Endpoint } from './address.ts';
import { statusError } from './errors.ts';
import { waysIn, type SignIn } from './sign-in.ts';
import type { Outgoing } from './upload.ts';
import { xmlError } from './xml.ts';

/** Milliseconds that a connection may have rested before a question whose outcome could not be told goes over a new one. */
const RESTED = 15_000;
/** Bytes of an answer that is no EWS, of which a person is told the beginning. */
const WORDS = 4096;

export interface Settings {
  readonly endpoint: Endpoint;
  readonly open: OpenSocket;
  /** Milliseconds of silence within an answer. */
  readonly idle: number;
  /** Bytes of an answer, as they come. */
  readonly largest: number;
  /** Goes out as X-AnchorMailbox: the server sends the question to where that mailbox is. */
  readonly anchor?: string | undefined;
}

/** What the first question told, which goes out without a login. */
export interface Hello {
  readonly ways: readonly string[];
  readonly said: string;
  /** The server's clock, ISO 8601. */
  readonly serverTime?: string;
}

/**
 * The connections of one session to one endpoint, kept alive. It signs in, and hands out answers as they come, inflated; it follows no
 * redirect and repeats nothing but what was refused for its login. Errors: Node's own, `STATUS`, those of signing in.
 */
export class Transport {
  readonly #settings: Settings;
  readonly #lanes = new Map<WebLane, { busy: boolean; restsSince: number }>();
  signIn: SignIn | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  close(): void {
    for (const lane of this.#lanes.keys()) lane.close();
  }

  /** Asks for nothing, without a login: the refusal names the ways to sign in. */
  async hello(signal: AbortSignal): Promise<Hello> {
    return this.#over(false, async (lane) => {
      const answer = await this.#ask(lane, signal, { 'content-length': '0' });
      const { statusCode = 0, headers } = answer;
      const challenges = headers['www-authenticate'];
      const said = await beginning(answer);
      if (statusCode !== 401) throw statusError(statusCode, diagnosis(answer, said), retryAfter(headers['retry-after']));
      const time = Date.parse(headers.date ?? '');
      return {
        ways: waysIn(challengesOf(answer, challenges)),
        said: [headers['server'] ?? ''].flat()[0] ?? '',
        ...(!Number.isNaN(time) && { serverTime: new Date(time).toISOString() }),
      };
    });
  }

  /**
   * Posts a request; `read` must take the whole of its answer. `repeatable`: whether it may go over a connection that the server may
   * be about to close.
   */
  post<T>(outgoing: Outgoing, signal: AbortSignal, repeatable: boolean, read: (answer: Readable) => Promise<T>): Promise<T> {
    return this.#over(!repeatable, async (lane) => {
      for (;;) {
        const authorization = await this.signIn?.header(lane, (header) => this.#handshake(lane, header, signal));
        const headers = { 'content-length': `${outgoing.length}`, ...(authorization !== undefined && { authorization }) };
        const answer = await this.#ask(lane, signal, headers, outgoing.body());
        if (answer.statusCode === 401) {
          const said = await beginning(answer);
          if (!(await this.signIn?.again(lane))) throw statusError(401, diagnosis(answer, said));
          continue;
        }
        this.signIn?.accepted(lane);
        return this.#taken(answer, read);
      }
    });
  }

  async #handshake(lane: WebLane, authorization: string, signal: AbortSignal): Promise<readonly string[]> {
    const answer = await this.#ask(lane, signal, { 'content-length': '0', authorization });
    const said = await beginning(answer);
    if (answer.statusCode !== 401)
      throw statusError(answer.statusCode ?? 0, diagnosis(answer, said), retryAfter(answer.headers['retry-after']));
    return challengesOf(answer, answer.headers['www-authenticate']);
  }

  #ask(lane: WebLane, signal: AbortSignal, headers: Readonly<Record<string, string>>, body?: Buffer | Readable): Promise<IncomingMessage> {
    const { endpoint, idle, anchor } = this.#settings;
    return lane.ask({
      method: 'POST',
      path: endpoint.path,
      headers: {
        'content-type': 'text/xml; charset=utf-8',
        accept: 'text/xml',
        'accept-encoding': 'gzip, deflate',
        'user-agent': 'Mailwright',
        'client-request-id': randomUUID(),
        'return-client-request-id': 'true',
        ...(anchor !== undefined && { 'x-anchormailbox': anchor }),
        ...headers,
      },
      ...(body !== undefined && { body }),
      signal,
      idle,
    });
  }

  /** A fault comes with 500; what is no XML is told by its status. */
  async #taken<T>(answer: IncomingMessage, read: (answer: Readable) => Promise<T>): Promise<T> {
    const { statusCode = 0, headers } = answer;
    const isXml = /\b(?:text|application)\/(?:[\w.+-]*\+)?xml\b/i.test(headers['content-type'] ?? '');
    if (!(statusCode === 200 || (statusCode === 500 && isXml)))
      throw statusError(statusCode, diagnosis(answer, await beginning(answer)), retryAfter(headers['retry-after']));
    try {
      return await read(inflated(answer, this.#settings.largest));
    } finally {
      if (!answer.readableEnded) answer.destroy();
    }
  }

  async #over<T>(fresh: boolean, work: (lane: WebLane) => Promise<T>): Promise<T> {
    const lane = this.#lane();
    const state = this.#lanes.get(lane) ?? { busy: true, restsSince: 0 };
    this.#lanes.set(lane, state);
    state.busy = true;
    if (fresh && lane.socket && performance.now() - state.restsSince > RESTED) lane.socket.destroy();
    try {
      return await work(lane);
    } finally {
      state.busy = false;
      state.restsSince = performance.now();
    }
  }

  /** One that is connected and at rest, else any at rest, else a new one: the gate sees to it that there are few. */
  #lane(): WebLane {
    const { endpoint, open } = this.#settings;
    const { host, port, security } = endpoint.address;
    const resting = [...this.#lanes].filter(([, { busy }]) => !busy).map(([lane]) => lane);
    const name = host.includes(':') ? `[${host}]` : host;
    return (
      resting.find(({ socket }) => socket) ??
      resting[0] ??
      new WebLane(port === (security === 'tls' ? 443 : 80) ? name : `${name}:${port}`, open)
    );
  }
}

/** Each as its own line of the header. */
const challengesOf = ({ headersDistinct }: IncomingMessage, joined: string | undefined): readonly string[] =>
  headersDistinct['www-authenticate'] ?? (joined === undefined ? [] : [joined]);

/** The first words of an answer; the rest is dropped with its connection where it is long. */
async function beginning(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    if ((size += chunk.length) > WORDS) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** What a server says of a refusal, best in a header of Exchange; of a web page its title. */
function diagnosis({ headers, statusMessage = '' }: IncomingMessage, said: string): string {
  const header = headers['x-ms-diagnostics'] ?? headers['x-owa-error'] ?? headers.location;
  const title = /<title>([^<]*)<\/title>/i.exec(said)?.[1];
  const words = [header].flat()[0] ?? title ?? statusMessage;
  return cleanText(words.replace(/\s+/g, ' ').trim()).text.slice(0, 300);
}

/** The bytes of an answer; as they come they are counted, and inflated. */
function inflated(answer: IncomingMessage, largest: number): Readable {
  let size = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _, done) {
      size += chunk.length;
      done(size > largest ? xmlError('its answer does not end') : null, chunk);
    },
  });
  const encoding = (answer.headers['content-encoding'] ?? 'identity').toLowerCase();
  const steps = encoding === 'gzip' || encoding === 'x-gzip' ? [createGunzip()] : encoding === 'deflate' ? [createInflate()] : [];
  if (steps.length === 0 && encoding !== 'identity') counted.destroy(xmlError(`it is packed as ${encoding}, which was not asked for`));
  let last: Transform = link(answer, counted);
  for (const step of steps) last = link(last, step);
  return last;
}

/** Errors go along; whoever stops reading stops all. */
function link<T extends Transform>(from: Readable, to: T): T {
  from.once('error', (error) => to.destroy(error));
  to.once('close', () => from.destroy());
  return from.pipe(to);
}

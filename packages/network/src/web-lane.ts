import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** One question over a lane. */
export interface WebQuestion {
  readonly method: 'GET' | 'POST';
  /** Path and query, as they go out. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A stream goes out in `content-length` bytes, which the headers must name. */
  readonly body?: Buffer | Readable;
  readonly signal: AbortSignal;
  /** Milliseconds of silence that an answer may take once it has begun. */
  readonly idle: number;
}

/** Opens a connection to the server: dialed, encrypted and checked. Its errors end the question. */
export type OpenSocket = (signal: AbortSignal) => Promise<Socket>;

/**
 * One kept-alive HTTP/1.1 connection to one server (RFC 9112): one question at a time, no redirect followed, nothing remembered. A lost
 * connection is opened anew by the next question; none is asked twice here.
 */
export class WebLane {
  readonly #agent: Lane;
  readonly #host: string;
  #socket: Socket | undefined;

  /** `host`: as the Host header names it. */
  constructor(host: string, open: OpenSocket) {
    this.#host = host;
    this.#agent = new Lane(open);
  }

  /** The connection that the next question will most likely use; undefined where it needs a new one. */
  get socket(): Socket | undefined {
    return this.#socket?.destroyed === false && this.#socket.readable ? this.#socket : undefined;
  }

  /** The certificate of the server, DER; undefined where the connection is not encrypted. */
  get certificate(): Buffer | undefined {
    const { socket } = this;
    return socket instanceof TLSSocket ? socket.getPeerCertificate().raw : undefined;
  }

  /**
   * Asks, and answers when the headers are there; the body must be read to its end, or destroyed, before the next question. Errors:
   * Node's own, those of the opening, `signal.reason`.
   */
  ask({ method, path, headers, body, signal, idle }: WebQuestion): Promise<IncomingMessage> {
    signal.throwIfAborted();
    this.#agent.signal = signal;
    return new Promise((resolve, reject) => {
      const asked = request({ agent: this.#agent, method, path, headers: { host: this.#host, ...headers }, signal });
      const fail = (error: Error) => {
        asked.destroy();
        reject(signal.aborted ? (signal.reason as Error) : error);
      };
      asked.once('socket', (socket) => (this.#socket = socket));
      asked.on('error', fail);
      asked.once('response', (answer) => {
        watch(answer, idle, signal);
        resolve(answer);
      });
      deliver(asked, body, fail);
    });
  }

  close(): void {
    this.#agent.destroy();
    this.#socket?.destroy();
  }
}

class Lane extends Agent {
  readonly #open: OpenSocket;
  signal: AbortSignal = AbortSignal.abort();

  constructor(open: OpenSocket) {
    super({ keepAlive: true, maxSockets: 1, maxFreeSockets: 1 });
    this.#open = open;
  }

  override createConnection(_: unknown, done: (error: Error | null, socket: Duplex) => void): undefined {
    this.#open(this.signal).then(
      (socket) => done(null, socket),
      (error: Error) => done(error, undefined as never),
    );
  }
}

/** A server may answer, and close, before it has taken everything: what it says counts. */
function deliver(asked: ClientRequest, body: Buffer | Readable | undefined, fail: (error: Error) => void): void {
  if (body === undefined || Buffer.isBuffer(body)) return void asked.end(body);
  body.once('error', fail);
  asked.once('close', () => body.destroy());
  body.pipe(asked);
}

/** An answer that falls silent, or breaks off, fails as a stream. */
function watch(answer: IncomingMessage, idle: number, signal: AbortSignal): void {
  const silent = () => answer.destroy(Object.assign(new Error('the server fell silent'), { code: 'ETIMEDOUT' }));
  const timer = setTimeout(silent, idle);
  const stop = () => answer.destroy(signal.reason as Error);
  const heard = () => void timer.refresh();
  answer.on('data', heard).once('close', () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  });
  // Whoever listens for data has it flow; it begins with whoever reads it.
  answer.pause();
  signal.addEventListener('abort', stop, { once: true });
}

import type { TLSSocket } from 'node:tls';
import type { Destination, Dial, Phrase } from '@mailwright/core';
import type { Agent, RequestInit, Response } from 'undici';
import { encrypted } from './tls.ts';

export type { Response as WebResponse } from 'undici';

/** How https servers are asked: over which way, whom one believes, and how long is waited. */
export interface WebOptions {
  readonly dial: Dial;
  /** Certificate authorities besides the usual (PEM), and the SHA-256 of a certificate that is accepted although nobody vouches for it. */
  readonly ca: readonly string[];
  readonly pin?: string | undefined;
  /** Milliseconds for a connection: name, proxy and TLS. */
  readonly connect: number;
  /** Milliseconds of silence on the wire. */
  readonly idle: number;
  /** Connections to one server at a time. */
  readonly connections: number;
  /** Ends the dialing. */
  readonly signal: AbortSignal;
  told?(this: void, stage: 'name' | 'reach', text: Phrase): void;
  secured?(this: void, socket: TLSSocket): void;
}

/**
 * Kept-alive connections to https servers, asked by `fetch`: nothing is redirected, nothing repeated. Errors: those of the dialing and
 * of TLS as they are, and undici's.
 */
export class Web {
  readonly #options: WebOptions;
  #agent: Promise<Agent> | undefined;
  #closed = false;

  constructor(options: WebOptions) {
    this.#options = options;
  }

  async fetch(url: URL, init: RequestInit): Promise<Response> {
    const { fetch } = await import('undici');
    const dispatcher = await (this.#agent ??= this.#open());
    if (this.#closed) throw Object.assign(new Error('closed'), { code: 'ECONNRESET' });
    try {
      return await fetch(url, { ...init, redirect: 'manual', dispatcher });
    } catch (error) {
      throw causeOf(error);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await (await this.#agent)?.destroy();
  }

  async #open(): Promise<Agent> {
    const { Agent } = await import('undici');
    const { idle, connections } = this.#options;
    return new Agent({
      connections,
      pipelining: 1,
      headersTimeout: idle * 4,
      bodyTimeout: idle,
      keepAliveTimeout: idle,
      connect: ({ protocol, hostname, port }, done) => {
        if (protocol !== 'https:') return done(Object.assign(new Error('only https is spoken'), { code: 'EPROTO' }), null);
        const at = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 443) };
        this.#connect(at).then(
          (socket) => done(null, socket),
          (error: Error) => done(error, null),
        );
      },
    });
  }

  async #connect(to: Destination): Promise<TLSSocket> {
    const { dial, ca, pin, connect: limit, signal, told, secured } = this.#options;
    const ending = AbortSignal.any([signal, AbortSignal.timeout(limit)]);
    const socket = await dial(to, { signal, limit, ...(told && { told }) });
    const over = await encrypted(socket, { ...to, security: 'tls' }, { ca, pin, signal: ending });
    secured?.(over);
    return over;
  }
}

/** Fetch hides what happened behind its own words. */
function causeOf(error: unknown): unknown {
  const { cause } = error as { readonly cause?: unknown };
  return error instanceof TypeError && cause !== undefined ? cause : error;
}

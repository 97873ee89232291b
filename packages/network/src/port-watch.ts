import { EmailError, type Dial, type ErrorCode, type ServerAddress } from '@mailwright/core';
import { speechOf } from './speech.ts';

/** Milliseconds of silence after which a port is looked at: a server that greets late is rare, a wrong port is not. */
const SILENCE = 3000;
/** Milliseconds that a look may take. */
const LOOK = 6000;
/** What a wrong port looks like to a client that expects another. */
const SUSPICIOUS: ReadonlySet<ErrorCode> = new Set([
  'connection.tls_failed',
  'connection.timeout',
  'connection.lost',
  'connection.starttls_missing',
  'server.unexpected',
  'server.refused',
  'server.throttled',
]);

export interface Port {
  readonly address: ServerAddress;
  readonly protocol: 'IMAP' | 'POP3' | 'SMTP' | 'HTTP';
  readonly dial: Dial;
  readonly signal: AbortSignal;
  /** The greeting was understood: whatever goes wrong later, it is the right port. */
  greeted(): boolean;
}

/**
 * Finds out whether a server that does not answer as it should is another one, or spoken to in another way. `tell` hears of it
 * while the opening still waits.
 */
export class PortWatch implements Disposable {
  readonly #port: Port;
  readonly #over = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #found: Promise<EmailError | undefined> | undefined;

  constructor(port: Port, tell: (error: EmailError) => void) {
    this.#port = port;
    this.#timer = setTimeout(() => {
      if (port.greeted()) return;
      void this.#look().then((error) => {
        if (error && !port.greeted() && !this.#over.signal.aborted) tell(error);
      });
    }, SILENCE);
  }

  /** The error that an opening ended with, or the one that says why. */
  async explain(error: EmailError): Promise<EmailError> {
    if (this.#port.greeted() || !SUSPICIOUS.has(error.code) || this.#port.signal.aborted) return error;
    // The time is up, and was too short to look.
    if (error.code === 'connection.timeout' && !this.#found) return error;
    return (await this.#look()) ?? error;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#over.abort();
  }

  /** `connection.wrong_server`, `connection.wrong_security`, or undefined where the port is as it should be. Looked up once. */
  #look(): Promise<EmailError | undefined> {
    const { address, dial, signal } = this.#port;
    this.#found ??= speechOf(address, dial, AbortSignal.any([signal, this.#over.signal, AbortSignal.timeout(LOOK)])).then((speech) => {
      if (!speech) return undefined;
      const { host, port, security } = address;
      const { protocol: expected } = this.#port;
      const { tls, protocol: found = expected } = speech;
      if (found !== expected) return new EmailError('connection.wrong_server', { host, port, expected, found });
      if (tls === (security === 'tls')) return undefined;
      return new EmailError('connection.wrong_security', { host, port, security, expected });
    });
    return this.#found;
  }
}

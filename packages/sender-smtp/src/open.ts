import { setTimeout as sleep } from 'node:timers/promises';
import { compose } from '@mailwright/mime';
import {
  EmailError,
  serverAddress,
  serviceOfHost,
  type Credential,
  type Draft,
  type OpenContext,
  type Probe,
  type Sender,
  type Sent,
  type ServerAddress,
} from '@mailwright/core';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { command } from './command.ts';
import { PORTS, type Config } from './config.ts';
import { dial } from './dial.ts';
import { envelopeOf, type Envelope } from './envelope.ts';
import { probeOf } from './probe.ts';
import { rightsError, sendingError, type Phase } from './errors.ts';

/** Waits before another try when a server says "not now" ahead of DATA, in milliseconds. */
const BACK_OFF = [1000, 2000];

/** What nodemailer tells of a mail that the server took. */
interface Handed {
  readonly accepted: string[];
  readonly rejected: string[];
  readonly rejectedErrors?: readonly { readonly recipient?: string; readonly response?: string }[];
}

/** Connects and signs in. Errors: `connection.*`, `auth.*`, and `input.invalid` before any traffic for a password in clear text. */
export async function open(config: Config, credential: Credential, ctx: OpenContext): Promise<Sender> {
  const address = serverAddress(config, 'smtp', PORTS);
  const refused = (problem: string, cure: string) => new EmailError('input.invalid', { path: 'outgoing.security', problem, cure });
  if (address.security === 'none' && credential.kind !== 'none' && !config.allowClearTextPassword)
    throw refused(
      'the password would travel unencrypted',
      'Use tls or starttls. If the network is really yours alone, set allowClearTextPassword.',
    );
  if (serviceOfHost(address.host)?.identity === 'microsoft' && address.port === 465)
    throw refused('Microsoft does not take mail on port 465', 'Use security: starttls, port 587.');
  const connect = () => dial(address, config, credential, ctx);
  return new SmtpSender(await connect(), connect, address, ctx);
}

class SmtpSender implements Sender {
  readonly filesSent: boolean;
  readonly probe: Probe;
  readonly #connect: () => Promise<SMTPConnection>;
  readonly #address: ServerAddress;
  readonly #ctx: OpenContext;
  #connection: SMTPConnection;
  #open = true;

  constructor(first: SMTPConnection, connect: () => Promise<SMTPConnection>, address: ServerAddress, ctx: OpenContext) {
    this.#connect = connect;
    this.#address = address;
    this.#ctx = ctx;
    this.filesSent = serviceOfHost(address.host)?.filesSent ?? false;
    this.#connection = this.#watch(first);
    this.probe = probeOf(() => this.#live(), address, ctx);
  }

  alive(): boolean {
    return this.#open;
  }

  send(draft: Draft): Promise<Sent> {
    const envelope = envelopeOf(draft);
    return this.#ctx.turn(() => this.#tryToSend(draft, envelope));
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#open = false;
    this.#connection.quit();
    return Promise.resolve();
  }

  /** A server closes a connection that is idle: that is no error, the next mail opens another. */
  #watch(connection: SMTPConnection): SMTPConnection {
    // It closes itself; without a listener an error would end the process.
    connection.on('error', () => undefined);
    return connection;
  }

  /** Nothing is tried again once everything was handed over. Before that: a lost connection once, "not now" twice. */
  async #tryToSend(draft: Draft, envelope: Envelope): Promise<Sent> {
    let losses = 0;
    for (let waits = 0; ;) {
      const attempt: { phase: Phase } = { phase: 'envelope' };
      try {
        return await this.#once(draft, envelope, attempt);
      } catch (error) {
        if (EmailError.is(error, 'connection.lost') && losses++ === 0) continue;
        const wait = BACK_OFF[waits++];
        if (!EmailError.is(error, 'server.throttled') || attempt.phase !== 'envelope' || wait === undefined) throw error;
        await sleep(wait, undefined, { signal: this.#ctx.signal });
      }
    }
  }

  async #once(draft: Draft, envelope: Envelope, attempt: { phase: Phase }): Promise<Sent> {
    const mail = compose(draft);
    const size = await mail.size();
    const { limits, signal } = this.#ctx;
    const connection = await this.#live();
    const limit = limits.send + (size / limits.throughput) * 1000;
    let late: NodeJS.Timeout | undefined;
    let afterDot: NodeJS.Timeout | undefined;
    let stopped = () => {};
    const stream = mail.stream();
    stream.once('data', () => (attempt.phase = 'data'));
    stream.once('end', () => (attempt.phase = 'dot'));
    stream.pause();
    let closed = () => {};
    try {
      const info = await new Promise<Handed>((resolve, reject) => {
        const lost = Object.assign(new Error('closed'), { code: 'ECONNECTION', originalCode: 'ECONNRESET' });
        // Before the library hears of it, which would put a code of its own into that same error.
        stream.once('error', (error) => reject(EmailError.is(error) ? new EmailError(error.code, error.details, { cause: error }) : error));
        // A moment later: the library closes first, and tells why after.
        closed = () => void setImmediate(() => reject(lost));
        connection.once('end', closed);
        const end = (code: string) => {
          reject(Object.assign(new Error(code), { code, seconds: Math.ceil(limit / 1000) }));
          connection.close();
        };
        late = setTimeout(() => end('ETIMEDOUT'), limit);
        // What was handed over is not waited for as long as a mail that is still going out.
        stream.once('end', () => (afterDot = setTimeout(() => end('ETIMEDOUT'), limits.idle * 4)));
        stopped = () => end('ESTOPPED');
        signal.addEventListener('abort', stopped, { once: true });
        connection.send({ from: envelope.from, to: [...envelope.to], size } as never, stream, (error, result) =>
          error ? reject(error) : resolve(result as never),
        );
      });
      const said = new Map(info.rejectedErrors?.map((one) => [one.recipient, one.response]));
      const rejected = info.rejected.map((one) => ({ address: one, serverSaid: said.get(one) ?? '' }));
      return { messageId: draft.messageId, state: 'sent', accepted: info.accepted, rejected };
    } catch (error) {
      await this.#tidy(connection, error, attempt.phase);
      throw this.#told(error, attempt.phase, draft, envelope, size);
    } finally {
      clearTimeout(late);
      clearTimeout(afterDot);
      signal.removeEventListener('abort', stopped);
      connection.off('end', closed);
      stream.destroy();
    }
  }

  /**
   * Makes the connection fit for the next mail. A refused recipient leaves the server in the middle of a mail, where it takes no other
   * until RSET (RFC 5321 section 4.1.1.5); a mail of which a part went out is ended by nothing but the end of the connection.
   */
  async #tidy(connection: SMTPConnection, error: unknown, phase: Phase): Promise<void> {
    const { responseCode, code } = error as { responseCode?: number; code?: string };
    if (phase === 'envelope' && code === 'EMESSAGE' && responseCode === undefined) return;
    if (phase === 'data' || responseCode === undefined) connection.close();
    else if (phase === 'envelope') await command(connection, 'RSET', this.#address, this.#ctx).catch(() => undefined);
  }

  #told(error: unknown, phase: Phase, { messageId }: Draft, { from, to }: Envelope, size: number): EmailError {
    const told = rightsError(error, this.#address.host, from) ?? sendingError(error, phase, messageId, this.#address, size);
    if (told.session === 'lost') this.#connection.close();
    if (!EmailError.is(told, 'send.rejected')) return told;
    const refused = (error as { rejected?: string[] }).rejected ?? to;
    return new EmailError(
      'send.rejected',
      { addresses: refused, serverSaid: (told.details as { serverSaid: string }).serverSaid },
      { cause: error },
    );
  }

  async #live(): Promise<SMTPConnection> {
    const closed = (this.#connection as unknown as { _destroyed: boolean })._destroyed;
    if (closed) this.#connection = this.#watch(await this.#connect());
    return this.#connection;
  }
}

import { EmailError, networkError, type Destination } from '@mailwright/core';

/** What nodemailer throws: the fields that we look at. */
interface NativeError {
  readonly code?: string;
  readonly originalCode?: string;
  readonly message?: string;
  readonly command?: string;
  readonly response?: string;
  readonly responseCode?: number;
  readonly cert?: object;
  readonly reason?: string;
  /** Of our own time-outs. */
  readonly seconds?: number;
}

/** How far a mail had come: before DATA nothing was handed over, after the final dot everything was. */
export type Phase = 'envelope' | 'data' | 'dot';

export interface Trying extends Destination {
  readonly what: string;
  readonly seconds: number;
  readonly username?: string;
}

/** An error while connecting or signing in. */
export function openingError(error: unknown, trying: Trying): EmailError {
  if (EmailError.is(error)) return error;
  const { host, port, what, seconds, username = '' } = trying;
  const native = error as NativeError;
  const options = { cause: error };
  const said = wordsOf(native);
  if (native.code === 'EAUTH') return signInError(native, host, username, said);
  if (native.code === 'ETIMEDOUT') return new EmailError('connection.timeout', { host, port, what, seconds }, options);
  const network = networkError({ ...native, message: native.message, code: native.originalCode ?? native.code }, trying, what, seconds);
  if (network) return network;
  if (native.command === 'STARTTLS' || (native.command === 'EHLO' && /STARTTLS/.test(native.message ?? '')))
    return new EmailError('connection.starttls_missing', { host, port }, options);
  if (native.code === 'ETLS' || native.code === 'ESOCKET')
    return new EmailError('connection.tls_failed', { host, port, problem: native.reason ?? 'the handshake failed' }, options);
  if (native.responseCode === 421 || native.responseCode === 451)
    return new EmailError('server.throttled', { host, serverSaid: said }, options);
  if (native.code === 'ECONNECTION' && said === '') return new EmailError('connection.lost', { host }, options);
  return new EmailError('server.unexpected', { host, problem: said || native.message || 'no reason given' }, options);
}

function signInError(native: NativeError, host: string, username: string, said: string): EmailError {
  const options = { cause: native };
  if (native.responseCode !== undefined && native.responseCode < 500)
    return new EmailError('server.throttled', { host, serverSaid: said }, options);
  return native.responseCode === undefined
    ? new EmailError('auth.mechanism_missing', { host, offered: [] }, options)
    : new EmailError('auth.rejected', { host, username, serverSaid: said }, options);
}

/** An error while a mail was being handed over. */
export function sendingError(error: unknown, phase: Phase, messageId: string, { host, port }: Destination, size: number): EmailError {
  if (EmailError.is(error)) return error;
  const native = error as NativeError;
  const options = { cause: error };
  const said = wordsOf(native);
  const { responseCode } = native;
  if (responseCode === 552 || (native.code === 'EMESSAGE' && native.command === 'MAIL FROM'))
    return new EmailError('message.too_large', { what: 'The mail', size, limit: limitIn(native) }, options);
  if (responseCode !== undefined && responseCode >= 500)
    return new EmailError('send.rejected', { addresses: [], serverSaid: said }, options);
  if (responseCode !== undefined && responseCode >= 400) return new EmailError('server.throttled', { host, serverSaid: said }, options);
  if (native.code === 'ESTREAM')
    return new EmailError('internal.bug', { where: 'composing the mail', problem: native.message ?? '' }, options);
  if (phase === 'dot') return new EmailError('send.outcome_unknown', { messageId }, options);
  if (native.code === 'ESTOPPED') return new EmailError('automation.cancelled', {}, options);
  if (native.code === 'ETIMEDOUT')
    return new EmailError('connection.timeout', { host, port, what: 'sending the mail', seconds: native.seconds ?? 0 }, options);
  if (native.code === 'EPROTOCOL') return new EmailError('server.unexpected', { host, problem: said || (native.message ?? '') }, options);
  return networkError({ code: native.originalCode ?? native.code }, { host, port }) ?? new EmailError('connection.lost', { host }, options);
}

/** The server's own words, on one line. */
function wordsOf({ response }: NativeError): string {
  return (response ?? '').replace(/\s+/g, ' ').slice(0, 500);
}

const limitIn = ({ message = '' }: NativeError) => Number(/allowed (\d+)/.exec(message)?.[1] ?? 0);

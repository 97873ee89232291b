import { EmailError, networkError, say, serviceOfHost, type Destination, type Phrase, excerpt } from '@mailwright/core';

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
  readonly what: string | Phrase;
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
    return new EmailError('connection.tls_failed', { host, port, problem: native.reason ?? say`the handshake failed` }, options);
  if (native.responseCode === 421 || native.responseCode === 451)
    return new EmailError('server.throttled', { host, serverSaid: said }, options);
  if (native.code === 'ECONNECTION' && said === '') return new EmailError('connection.lost', { host }, options);
  return new EmailError('server.unexpected', { host, problem: said || native.message || 'no reason given' }, options);
}

function signInError(native: NativeError, host: string, username: string, said: string): EmailError {
  const options = { cause: native };
  const { responseCode } = native;
  if (responseCode === undefined) return new EmailError('auth.mechanism_missing', { host, offered: [] }, options);
  // RFC 4954 section 6: 454 is a part behind the server that fails, 538 that it wants encryption first.
  if (responseCode < 500)
    return new EmailError(responseCode === 454 ? 'server.unavailable' : 'server.throttled', { host, serverSaid: said }, options);
  if (responseCode === 538) return new EmailError('auth.mechanism_missing', { host, offered: [], hint: 'unencrypted' }, options);
  const what = switchedOff(said);
  if (what !== undefined) return new EmailError('server.retired', { host, what, serverSaid: said }, options);
  const hint = hintOf(said, host);
  return new EmailError('auth.rejected', { host, username, serverSaid: said, ...(hint !== undefined && { hint }) }, options);
}

/** What Microsoft no longer lets in, by the enhanced status codes of its answers (RFC 3463). */
function switchedOff(said: string): string | undefined {
  if (/SmtpClientAuthentication is disabled for the Tenant/i.test(said)) return 'smtp_auth_tenant';
  if (/SmtpClientAuthentication is disabled for the Mailbox/i.test(said)) return 'smtp_auth_mailbox';
  if (said.includes('5.7.30 ') || /basic ?auth\w* is (disabled|not supported)/i.test(said)) return 'basic';
  return said.includes('5.7.139 ') ? 'smtp_auth' : undefined;
}

/** What a refused login needs, by Google's status codes, or by the habits of large services. */
function hintOf(said: string, host: string): string | undefined {
  if (said.includes('5.7.14 ')) return 'web_login';
  if (said.includes('5.7.9 ') || /application-specific password/i.test(said)) return 'app_password';
  return serviceOfHost(host)?.appPassword === undefined ? undefined : 'app_password';
}

/** A refusal that is about the login or its rights, not about the mail; undefined where it is about the mail. */
export function rightsError(error: unknown, host: string, from: string): EmailError | undefined {
  const native = error as NativeError;
  const said = wordsOf(native);
  const options = { cause: error };
  if ((native.responseCode ?? 0) < 500) return undefined;
  const what = switchedOff(said);
  if (what !== undefined) return new EmailError('server.retired', { host, what, serverSaid: said }, options);
  // RFC 3207 section 4 and RFC 4954 section 6: 530 stands for encryption that is missing, and for a login.
  if (native.responseCode === 530 && /STARTTLS/i.test(said))
    return new EmailError('auth.mechanism_missing', { host, offered: [], hint: 'unencrypted' }, options);
  if (native.responseCode === 530)
    return new EmailError('auth.rejected', { host, username: from, serverSaid: said, hint: 'login_missing' }, options);
  if (/SendAsDenied|5\.7\.60 |not owned by user/i.test(said))
    return new EmailError('auth.mailbox_forbidden', { username: from, providerSaid: said, hint: 'send_as' }, options);
  return undefined;
}

/** The answer to a command as one of ours, where it is no yes. */
export function refusalOf(response: string, host: string, from: string): EmailError | undefined {
  const responseCode = Number(response.slice(0, 3));
  if (responseCode >= 200 && responseCode < 300) return undefined;
  const native = Object.assign(new Error('refused'), { response, responseCode });
  const serverSaid = wordsOf(native);
  if (responseCode < 500) return new EmailError('server.throttled', { host, serverSaid }, { cause: native });
  return rightsError(native, host, from) ?? new EmailError('send.rejected', { addresses: [from], serverSaid }, { cause: native });
}

/** An error while a mail was being handed over. */
export function sendingError(error: unknown, phase: Phase, messageId: string, { host, port }: Destination, size: number): EmailError {
  if (EmailError.is(error)) return error;
  const native = error as NativeError;
  const options = { cause: error };
  const said = wordsOf(native);
  const { responseCode } = native;
  if (responseCode === 552 || (native.code === 'EMESSAGE' && native.command === 'MAIL FROM'))
    return new EmailError('message.too_large', { what: say`The mail`, size, limit: limitIn(native) }, options);
  if (responseCode !== undefined && responseCode >= 500)
    return new EmailError('send.rejected', { addresses: [], serverSaid: said }, options);
  if (responseCode !== undefined && responseCode >= 400) return new EmailError('server.throttled', { host, serverSaid: said }, options);
  if (native.code === 'ESTREAM')
    return new EmailError('internal.bug', { where: 'composing the mail', problem: native.message ?? '' }, options);
  if (phase === 'dot') return new EmailError('send.outcome_unknown', { messageId }, options);
  if (native.code === 'ESTOPPED') return new EmailError('automation.cancelled', {}, options);
  if (native.code === 'ETIMEDOUT')
    return new EmailError('connection.timeout', { host, port, what: say`sending the mail`, seconds: native.seconds ?? 0 }, options);
  if (native.code === 'EPROTOCOL') return new EmailError('server.unexpected', { host, problem: said || (native.message ?? '') }, options);
  return networkError({ code: native.originalCode ?? native.code }, { host, port }) ?? new EmailError('connection.lost', { host }, options);
}

/** The server's own words, on one line. */
function wordsOf({ response }: NativeError): string {
  return excerpt((response ?? '').replace(/\s+/g, ' '), 500);
}

const limitIn = ({ message = '' }: NativeError) => Number(/allowed (\d+)/.exec(message)?.[1] ?? 0);

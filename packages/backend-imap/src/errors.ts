import { EmailError, excerpt, networkError, say, type Phrase, type ServerAddress } from '@mailwright/core';
import { loginHint } from '@mailwright/network';

/** Where and at what something failed. `seconds`: the deadline that applied. */
export interface Doing {
  readonly address: ServerAddress;
  readonly what: string | Phrase;
  readonly seconds: number;
}

interface Native extends Error {
  readonly code?: string;
  readonly reason?: string;
  readonly response?: unknown;
  readonly responseStatus?: string;
  readonly responseText?: string;
  readonly authenticationFailed?: boolean;
  readonly tlsFailed?: boolean;
  readonly literalSize?: number;
  readonly maxSize?: number;
}

const LOST = new Set(['NoConnection', 'EConnectionClosed', 'StateLogout', 'ClosedAfterConnectText', 'ClosedAfterConnectTLS']);
const SILENT = new Set(['CONNECT_TIMEOUT', 'GREETING_TIMEOUT', 'UPGRADE_TIMEOUT', 'ETIMEOUT']);
const UNSENDABLE = new Set(['InvalidStringValue', 'InvalidTokenValue', 'InvalidTextValue', 'InvalidSequenceSet']);
/** Response codes by which a server says "not now" (RFC 5530, RFC 9051). */
const NOT_NOW = new Set(['UNAVAILABLE', 'INUSE', 'LIMIT']);
const BUSY = /too many|maximum number of connections|throttl|try again later/i;
/** What the library writes where a server gave none. */
const NO_REASON = 'Server closed connection';
/** Exchange lets a sign-in pass and then says this to every command: there is no mailbox behind it that the login may open. */
const NOT_CONNECTED = /authenticated but not connected/i;

/** Any error of the IMAP library, its parser or its socket as one of ours. The only place that looks at native messages. */
export function toEmailError(error: unknown, { address, what, seconds }: Doing): EmailError {
  if (EmailError.is(error)) return error;
  const native = error as Native;
  const options = { cause: error };
  const { host, port } = address;
  const code = typeof native?.code === 'string' ? native.code : '';
  if (SILENT.has(code)) return new EmailError('connection.timeout', { host, port, what, seconds }, options);
  if (LOST.has(code)) return ended(native, host);
  const network = networkError(error, address, what, seconds);
  if (network) return network;
  if (native?.tlsFailed === true && code === '') return new EmailError('connection.starttls_missing', { host, port }, options);
  if (code === 'STARTTLS_INJECTION')
    return new EmailError(
      'connection.tls_failed',
      { host, port, problem: say`bytes were slipped in between STARTTLS and the handshake` },
      options,
    );
  if (code === 'LiteralTooLarge')
    return new EmailError(
      'message.too_large',
      { what: say`The message`, size: native.literalSize ?? 0, limit: native.maxSize ?? 0 },
      options,
    );
  if (UNSENDABLE.has(code))
    return new EmailError(
      'input.invalid',
      { path: String(what), problem: say`it holds a line break or a NUL character`, cure: say`Remove the character.` },
      options,
    );
  if (native?.responseStatus !== undefined) return refused(native, what, host);
  return new EmailError('server.unexpected', { host, problem: native?.message ?? String(error) }, options);
}

/** The error of a sign-in that the server answered with NO. */
export function toSignInError(error: unknown, username: string, doing: Doing): EmailError {
  const native = error as Native;
  if (EmailError.is(error)) return error;
  const { host } = doing.address;
  const options = { cause: error };
  const serverSaid = wordsOf(native);
  if (NOT_CONNECTED.test(serverSaid)) return new EmailError('auth.mailbox_forbidden', { username, providerSaid: serverSaid }, options);
  if (native?.authenticationFailed !== true) return sentAway(native, host) ?? toEmailError(error, doing);
  const code = responseCode(error) ?? '';
  if (NOT_NOW.has(code) || BUSY.test(serverSaid)) return notNow(code, host, serverSaid, options);
  if (code === 'AUTHORIZATIONFAILED') return new EmailError('auth.mailbox_forbidden', { username, providerSaid: serverSaid }, options);
  if (code === 'PRIVACYREQUIRED') return new EmailError('auth.mechanism_missing', { host, offered: [], hint: 'unencrypted' }, options);
  if (/basic ?auth\w* is (disabled|blocked)/i.test(serverSaid))
    return new EmailError('server.retired', { host, what: 'basic', serverSaid }, options);
  const hint = hintOf(code, serverSaid, host);
  return new EmailError('auth.rejected', { host, username, serverSaid, ...(hint !== undefined && { hint }) }, options);
}

/** What a refused login needs, by its response code (RFC 5530) or the server's words. */
function hintOf(code: string, serverSaid: string, host: string): string | undefined {
  if (code === 'EXPIRED') return 'expired';
  if (code === 'CONTACTADMIN') return 'administrator';
  return code === 'WEBALERT' ? 'web_login' : loginHint(serverSaid, host);
}

function notNow(code: string, host: string, serverSaid: string, options: { readonly cause: unknown }): EmailError {
  return new EmailError(code === 'UNAVAILABLE' ? 'server.unavailable' : 'server.throttled', { host, serverSaid }, options);
}

/** The response code (RFC 5530) of a refused command, such as TRYCREATE. */
export function responseCode(error: unknown): string | undefined {
  const text = wholeResponse(error as Native);
  return /\[([A-Z-]+)/i.exec(text)?.[1]?.toUpperCase();
}

/** The server's words where it answered a command with NO or BAD, and does not merely want to be asked later. */
export function refusalOf(error: unknown): string | undefined {
  const native = error as Native | undefined;
  const later = native?.code === 'ETHROTTLE' || NOT_NOW.has(responseCode(error) ?? '');
  return native?.responseStatus === undefined || later ? undefined : wordsOf(native);
}

function ended(native: Native, host: string): EmailError {
  const options = { cause: native };
  if (native.reason !== undefined && BUSY.test(native.reason))
    return new EmailError('server.throttled', { host, serverSaid: native.reason }, options);
  return new EmailError('connection.lost', { host }, options);
}

/** A server that says BYE instead of letting somebody in says why (RFC 3501 section 7.1.5); later on it is a lost connection like any. */
function sentAway(native: Native, host: string): EmailError | undefined {
  const { reason, code = '' } = native ?? {};
  if (reason === undefined || reason === NO_REASON || !LOST.has(code) || BUSY.test(reason)) return undefined;
  return new EmailError('server.unavailable', { host, serverSaid: excerpt(reason, 500) }, { cause: native });
}

function refused(native: Native, what: string | Phrase, host: string): EmailError {
  const serverSaid = wordsOf(native);
  const options = { cause: native };
  const code = responseCode(native) ?? '';
  if (NOT_CONNECTED.test(serverSaid)) return new EmailError('auth.mailbox_forbidden', { providerSaid: serverSaid }, options);
  if (native.code === 'ETHROTTLE' || NOT_NOW.has(code)) return notNow(code, host, serverSaid, options);
  return new EmailError('server.refused', { what, serverSaid }, options);
}

function wordsOf(native: Native): string {
  const words = native.responseText ?? wholeResponse(native).replace(/^\S+ (NO|BAD) /, '');
  return words === '' ? 'no reason given' : excerpt(words, 500);
}

/** The library keeps the parsed response, or, after a refused sign-in, its text. */
function wholeResponse(native: Native | undefined): string {
  const response = native?.response;
  if (typeof response === 'string') return response;
  const first = (response as { attributes?: { section?: { value?: unknown }[] }[] } | undefined)?.attributes?.[0];
  const code = first?.section?.[0]?.value;
  return typeof code === 'string' ? `[${code}]` : '';
}

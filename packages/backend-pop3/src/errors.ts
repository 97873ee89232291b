import { EmailError, excerpt, networkError, say, type Phrase, type ServerAddress } from '@mailwright/core';
import { loginHint } from '@mailwright/network';
import type { WireCode } from './wire.ts';

/** Where and at what something failed. `seconds`: the deadline that applied. */
export interface Doing {
  readonly address: ServerAddress;
  readonly what: Phrase;
  readonly seconds: number;
}

interface Native extends Error {
  readonly code?: WireCode;
  readonly words?: string;
  readonly size?: number;
  readonly limit?: number;
}

/** Response codes by which a server says "not now" (RFC 2449 section 8, RFC 3206). */
const LATER = new Set(['IN-USE', 'LOGIN-DELAY']);
const BUSY = /too many|maximum number of connections|throttl|try again later/i;

/** Any error of the wire or its socket as one of ours. The only place that looks at what a server said. */
export function toEmailError(error: unknown, { address, what, seconds }: Doing): EmailError {
  if (EmailError.is(error)) return error;
  const { code, message, size = 0, limit = 0 } = error as Native;
  const options = { cause: error };
  const { host, port } = address;
  switch (code) {
    case 'REFUSED':
      return refused(error as Native, what, host);
    case 'SILENT':
      return new EmailError('connection.timeout', { host, port, what, seconds }, options);
    case 'CLOSED':
      return new EmailError('connection.lost', { host }, options);
    case 'INJECTED':
      return new EmailError(
        'connection.tls_failed',
        { host, port, problem: say`bytes were slipped in between STARTTLS and the handshake` },
        options,
      );
    case 'UNSENDABLE':
      return new EmailError(
        'input.invalid',
        { path: String(what), problem: say`it holds a line break or a NUL character`, cure: say`Remove the character.` },
        options,
      );
    case 'TOO_LARGE':
      return new EmailError('message.too_large', { what: say`The message`, size, limit }, options);
    default:
      return networkError(error, address, what, seconds) ?? new EmailError('server.unexpected', { host, problem: message }, options);
  }
}

/** The error of an opening. A server that refuses to begin says why (RFC 1939 section 4). */
export function toSignInError(error: unknown, username: string, doing: Doing): EmailError {
  if (!isRefusal(error)) return toEmailError(error, doing);
  const { host, port } = doing.address;
  const options = { cause: error };
  const serverSaid = refusalOf(error) ?? '';
  const code = responseCode(serverSaid);
  const { message } = error as Native;
  if (message.startsWith('greeting ')) return later(code, serverSaid, host, options);
  if (message.startsWith('STLS ')) return new EmailError('connection.starttls_missing', { host, port }, options);
  if (LATER.has(code) || code === 'SYS/TEMP' || BUSY.test(serverSaid)) return later(code, serverSaid, host, options);
  if (/basic ?auth\w* is (disabled|blocked)/i.test(serverSaid))
    return new EmailError('server.retired', { host, what: 'basic', serverSaid }, options);
  const hint = code === 'SYS/PERM' ? 'administrator' : loginHint(serverSaid, host);
  return new EmailError('auth.rejected', { host, username, serverSaid, ...(hint !== undefined && { hint }) }, options);
}

/** Another client has the mailbox open, which ends by itself. */
export const isTaken = (error: unknown): boolean =>
  EmailError.is(error, 'server.throttled') && responseCode(String(error.details['serverSaid'])) === 'IN-USE';

const isRefusal = (error: unknown) => (error as Native | undefined)?.code === 'REFUSED';

/** The server's words where it refused a command. */
export function refusalOf(error: unknown): string | undefined {
  if (!isRefusal(error)) return undefined;
  const { words = '' } = error as Native;
  return words === '' ? 'no reason given' : excerpt(words, 500);
}

function later(code: string, serverSaid: string, host: string, options: { readonly cause: unknown }): EmailError {
  const busy = LATER.has(code) || BUSY.test(serverSaid);
  return new EmailError(busy ? 'server.throttled' : 'server.unavailable', { host, serverSaid }, options);
}

function refused(native: Native, what: Phrase, host: string): EmailError {
  const serverSaid = refusalOf(native) ?? '';
  const code = responseCode(serverSaid);
  const options = { cause: native };
  if (LATER.has(code) || code === 'SYS/TEMP') return later(code, serverSaid, host, options);
  return new EmailError('server.refused', { what, serverSaid }, options);
}

const responseCode = (words: string) => /^\[([A-Z/-]+)/i.exec(words)?.[1]?.toUpperCase() ?? '';

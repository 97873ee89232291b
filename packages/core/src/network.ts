import type { Socket } from 'node:net';
import { EmailError } from './errors.ts';
import { say, type Phrase } from './phrase.ts';

/** Where a connection goes. */
export interface Destination {
  readonly host: string;
  readonly port: number;
}
export interface DialOptions {
  /** Ends the dialing; a socket that was handed over is its owner's. */
  readonly signal: AbortSignal;
  /** Milliseconds for the whole way, name and proxy included. */
  readonly limit: number;
  /** The name was looked up, the port answers: what is known, for a person. */
  readonly told?: (stage: 'name' | 'reach', text: Phrase) => void;
}
/**
 * The way to a host: a connected socket, through a proxy where one is set. Nothing that came over it is lost.
 * Errors: `connection.*`, those of the proxy apart from those of the host; `automation.cancelled`.
 */
export type Dial = (to: Destination, options: DialOptions) => Promise<Socket>;

const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_CHAIN_TOO_LONG',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'CERT_SIGNATURE_FAILURE',
]);
const UNKNOWN_HOST = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_NONAME']);
const UNREACHABLE = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN', 'EADDRNOTAVAIL', 'EACCES', 'EPERM']);
const LOST = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED']);

/** An error of Node's sockets and TLS as one of ours, by its code alone; undefined where the code says nothing. */
export function networkError(
  error: unknown,
  { host, port }: Destination,
  what: string | Phrase = say`connect`,
  seconds = 0,
): EmailError | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, cert, reason, message = '' } = error as { code?: string; cert?: PeerCertificate; reason?: string; message?: string };
  if (code === undefined) return undefined;
  const options = { cause: error };
  if (UNKNOWN_HOST.has(code)) return new EmailError('connection.host_unknown', { host }, options);
  if (UNREACHABLE.has(code)) return new EmailError('connection.refused', { host, port }, options);
  if (code === 'ETIMEDOUT') return new EmailError('connection.timeout', { host, port, what, seconds }, options);
  if (code === 'CERT_HAS_EXPIRED') return new EmailError('connection.tls_expired', { host, expiredAt: cert?.valid_to }, options);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return new EmailError('connection.tls_mismatch', { host, names: cert?.subjectaltname ?? cert?.subject?.CN }, options);
  if (UNTRUSTED.has(code)) {
    // Node advises an option of its own; the authorities of the system are trusted here in any case.
    const problem = (reason ?? message).replace(/; if the root CA is installed locally.*$/s, '');
    return new EmailError('connection.tls_untrusted', { host, problem, sha256: cert?.fingerprint256 }, options);
  }
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO')
    return new EmailError('connection.tls_failed', { host, port, problem: reason ?? message }, options);
  if (LOST.has(code)) return new EmailError('connection.lost', { host }, options);
  return undefined;
}

interface PeerCertificate {
  readonly valid_to?: string;
  readonly subjectaltname?: string;
  readonly fingerprint256?: string;
  readonly subject?: { readonly CN?: string };
}

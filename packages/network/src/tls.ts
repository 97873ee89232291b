import { isIP, type Socket } from 'node:net';
import { TLSSocket, connect, type ConnectionOptions } from 'node:tls';
import { EmailError, networkError, type ServerAddress } from '@mailwright/core';
import { ready } from './connect.ts';
import { trust } from './trust.ts';

/** With a pinned certificate the handshake is let through, and `verifyPeer` decides before anything secret is sent. */
export const tlsOptions = (ca: readonly string[], pin: string | undefined): ConnectionOptions => ({
  secureContext: trust(ca),
  rejectUnauthorized: pin === undefined,
});

/** How a server is to be believed. `pin`: the SHA-256 fingerprint of the one certificate that is accepted although nobody vouches for it. */
export interface Believing {
  readonly ca: readonly string[];
  readonly pin: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * TLS over a socket to a mail server, before a byte of ours goes over it. Errors: those of `verifyPeer`, and Node's own (`networkError`
 * knows them); the socket is then closed.
 */
export async function encrypted(socket: Socket, address: ServerAddress, { ca, pin, signal }: Believing): Promise<TLSSocket> {
  const { host } = address;
  const servername = isIP(host) === 0 ? { servername: host } : {};
  // Looked at below, where it can also be said which certificate it was.
  const over = connect({ socket, host, ...servername, ...tlsOptions(ca, pin), rejectUnauthorized: false });
  const secured = await ready(over, 'secureConnect', signal);
  try {
    verifyPeer(secured, address, pin);
    return secured;
  } catch (error) {
    secured.destroy();
    throw error;
  }
}

/**
 * That the connection is encrypted, and to a certificate that is trusted or is exactly the pinned one.
 * Errors: `connection.tls_untrusted`, `tls_expired`, `tls_mismatch`, `starttls_missing`.
 */
export function verifyPeer(socket: Socket | undefined, address: ServerAddress, pin: string | undefined): void {
  const { host, port } = address;
  if (!(socket instanceof TLSSocket) || !socket.encrypted) throw new EmailError('connection.starttls_missing', { host, port });
  if (socket.authorized) return;
  const certificate = socket.getPeerCertificate();
  if (pin !== undefined && plain(certificate.fingerprint256 ?? '') === plain(pin)) return;
  const code = String(socket.authorizationError);
  const problem = pin === undefined ? code : `${code}, and it is not the certificate that was accepted`;
  throw (
    networkError({ code, cert: certificate, reason: problem }, address) ??
    new EmailError('connection.tls_untrusted', { host, problem, sha256: certificate.fingerprint256 })
  );
}

const plain = (fingerprint: string) => fingerprint.replaceAll(':', '').toLowerCase();

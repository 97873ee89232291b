import type { Socket } from 'node:net';
import { TLSSocket, type ConnectionOptions } from 'node:tls';
import { EmailError, networkError, type ServerAddress } from '@mailwright/core';
import { trust } from '@mailwright/network';

/** With a pinned certificate the handshake is let through, and `verifyPeer` decides before anything secret is sent. */
export const tlsOptions = (ca: readonly string[], pin: string | undefined): ConnectionOptions => ({
  secureContext: trust(ca),
  rejectUnauthorized: pin === undefined,
});

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

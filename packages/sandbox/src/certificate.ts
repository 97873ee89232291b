import { generateKeyPair, randomBytes, sign } from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';

export interface Certificates {
  /** The authority that a client must trust, PEM. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const DAY = 86_400_000;
const AUTHORITY = 'Mailwright sandbox CA';

/** A certificate authority and a certificate for localhost, 127.0.0.1 and ::1, made for one start. */
export async function makeCertificates(): Promise<Certificates> {
  const [authority, server] = await Promise.all([keyPair(), keyPair()]);
  const ca = certificate(AUTHORITY, authority.publicKey, authority.privateKey, [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  const names = [
    { type: 2, value: 'localhost' },
    { type: 7, ip: '127.0.0.1' },
    { type: 7, ip: '::1' },
  ];
  const cert = certificate('localhost', server.publicKey, authority.privateKey, [
    { name: 'basicConstraints', cA: false },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: names },
    { name: 'subjectKeyIdentifier' },
    // Strict clients (RFC 5280 section 4.2.1.1) refuse a certificate that does not name its issuer's key.
    { name: 'authorityKeyIdentifier', keyIdentifier: ca.generateSubjectKeyIdentifier().getBytes() },
  ]);
  return { ca: forge.pki.certificateToPem(ca), cert: forge.pki.certificateToPem(cert), key: server.privateKey };
}

async function keyPair() {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { publicKey: forge.pki.publicKeyFromPem(publicKey), privateKey };
}

/** `signer` is the authority's private key, PEM. */
function certificate(subject: string, key: forge.pki.PublicKey, signer: string, extensions: object[]) {
  const made = forge.pki.createCertificate();
  made.publicKey = key;
  // The first byte keeps the number positive and in its shortest form, which OpenSSL insists on.
  made.serialNumber = `01${randomBytes(15).toString('hex')}`;
  made.validity.notBefore = new Date(Date.now() - DAY);
  made.validity.notAfter = new Date(Date.now() + 90 * DAY);
  made.setSubject([{ name: 'commonName', value: subject }]);
  made.setIssuer([{ name: 'commonName', value: AUTHORITY }]);
  made.setExtensions(extensions);
  // Node signs many times faster than the library's own arithmetic.
  const bytes = () => Buffer.from(forge.asn1.toDer(made.tbsCertificate).getBytes(), 'latin1');
  const byNode = { sign: () => sign('sha256', bytes(), signer).toString('latin1') };
  made.sign(byNode as unknown as forge.pki.rsa.PrivateKey, forge.md.sha256.create());
  return made;
}

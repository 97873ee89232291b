import { generateKeyPairSync, randomBytes } from 'node:crypto';
import forge from 'node-forge';

export interface Certificates {
  /** The authority that a client must trust, PEM. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const DAY = 86_400_000;

/** A certificate authority and a certificate for localhost, 127.0.0.1 and ::1, made for one start. */
export function makeCertificates(): Certificates {
  const authority = keyPair();
  const server = keyPair();
  const ca = certificate('Mailwright sandbox CA', authority.publicKey, 'Mailwright sandbox CA', authority.privateKey, [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  const names = [
    { type: 2, value: 'localhost' },
    { type: 7, ip: '127.0.0.1' },
    { type: 7, ip: '::1' },
  ];
  const cert = certificate('localhost', server.publicKey, 'Mailwright sandbox CA', authority.privateKey, [
    { name: 'basicConstraints', cA: false },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: names },
  ]);
  return { ca, cert, key: server.pem };
}

function keyPair() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { publicKey: forge.pki.publicKeyFromPem(publicKey), privateKey: forge.pki.privateKeyFromPem(privateKey), pem: privateKey };
}

function certificate(
  subject: string,
  key: forge.pki.PublicKey,
  issuer: string,
  signer: forge.pki.PrivateKey,
  extensions: object[],
): string {
  const made = forge.pki.createCertificate();
  made.publicKey = key;
  // A leading zero bit keeps the number positive.
  made.serialNumber = `0${randomBytes(15).toString('hex')}`;
  made.validity.notBefore = new Date(Date.now() - DAY);
  made.validity.notAfter = new Date(Date.now() + 90 * DAY);
  made.setSubject([{ name: 'commonName', value: subject }]);
  made.setIssuer([{ name: 'commonName', value: issuer }]);
  made.setExtensions(extensions);
  made.sign(signer as forge.pki.rsa.PrivateKey, forge.md.sha256.create());
  return forge.pki.certificateToPem(made);
}

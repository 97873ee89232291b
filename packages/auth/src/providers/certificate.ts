import { X509Certificate, createPrivateKey, type KeyObject } from 'node:crypto';
import { EmailError, Secret } from '@mailwright/core';

const KEY = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----[\s\S]+?-----END (?:[A-Z]+ )*PRIVATE KEY-----/;

/** An application's certificate (PEM, with its private key) as Microsoft's library takes it. Errors: `input.invalid`, told without the text. */
export function certificateOf(pem: string, password?: string): { readonly thumbprintSha256: string; readonly privateKey: string } {
  const certificate = certificateIn(pem);
  const key = keyIn(pem, password);
  if (!certificate.checkPrivateKey(key))
    throw wrong('the private key does not belong to the certificate', 'Store the certificate together with the key that it was made with.');
  const [from, until] = [certificate.validFromDate, certificate.validToDate];
  if (until.getTime() < Date.now())
    throw wrong(
      `the certificate expired on ${until.toISOString().slice(0, 10)}`,
      'Make a new one, upload its public part under "Certificates & secrets" of the app registration, and store both parts here.',
    );
  if (from.getTime() > Date.now())
    throw wrong(`the certificate is not valid before ${from.toISOString()}`, 'Check the clock of this machine, or make a new certificate.');
  if (key.asymmetricKeyType !== 'rsa')
    throw wrong(
      `its key is of the kind ${key.asymmetricKeyType}`,
      'Microsoft takes certificates with an RSA key: make one, and upload it.',
    );
  return {
    thumbprintSha256: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    // Another text than the one that was stored.
    privateKey: new Secret(key.export({ type: 'pkcs8', format: 'pem' }).toString()).reveal(),
  };
}

function certificateIn(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    // The cause may show what is a secret here.
    throw wrong('the secret holds no certificate in PEM form', AS_PEM);
  }
}

function keyIn(pem: string, password: string | undefined): KeyObject {
  const text = KEY.exec(pem)?.[0];
  if (text === undefined) throw wrong('the secret holds a certificate but not its private key', AS_PEM);
  const encrypted = text.includes('ENCRYPTED');
  if (encrypted && password === undefined)
    throw wrong(
      'the private key is encrypted, and no password is named',
      'Refer to its password in certificatePassword.',
      'certificatePassword',
    );
  try {
    return createPrivateKey({ key: text, ...(password !== undefined && { passphrase: password }) });
  } catch {
    if (encrypted)
      throw wrong(
        'the password does not open the private key',
        'Store the password that the key was encrypted with.',
        'certificatePassword',
      );
    throw wrong('the private key cannot be read', AS_PEM);
  }
}

const AS_PEM =
  'Store both in PEM form as one text: -----BEGIN CERTIFICATE----- ... and -----BEGIN PRIVATE KEY----- ... (of a .pfx file: openssl pkcs12 -in FILE.pfx -out FILE.pem).';

const wrong = (problem: string, cure: string, field = 'certificate') =>
  new EmailError('input.invalid', { path: `auth.${field}`, problem, cure });

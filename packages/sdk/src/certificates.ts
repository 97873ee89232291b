import { X509Certificate } from 'node:crypto';
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EmailError } from '@mailwright/core';

/** PEM texts of further certificate authorities: a file, or every .pem, .crt and .cer of a folder. Errors: `input.invalid`. */
export async function readCertificates(path: string | undefined): Promise<readonly string[]> {
  if (path === undefined || path === '') return [];
  try {
    const files = (await stat(path)).isDirectory()
      ? (await readdir(path)).filter((name) => /\.(pem|crt|cer)$/i.test(name)).map((name) => join(path, name))
      : [path];
    const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    const certificates = texts.filter((text) => text.includes('-----BEGIN CERTIFICATE-----'));
    // TLS would pass over one that is broken, and the server would be called untrusted.
    for (const [whole] of certificates.join('\n').matchAll(CERTIFICATE)) new X509Certificate(whole);
    if (certificates.length > 0) return certificates;
  } catch (error) {
    throw invalid(path, 'cannot be read', error);
  }
  throw invalid(path, 'holds no certificate in PEM form');
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

function invalid(path: string, problem: string, cause?: unknown): EmailError {
  const cure = 'Name a file, or a folder of files, that begins with -----BEGIN CERTIFICATE-----.';
  return new EmailError('input.invalid', { path: 'ca', problem: `${path} ${problem}`, cure }, { cause });
}

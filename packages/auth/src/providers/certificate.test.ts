// Certificates as openssl makes them for an application.
import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeReal, makeCertificates } from '@mailwright/testing';
import { certificateOf } from './certificate.ts';

describeReal('the certificate of an application', ['openssl'], () => {
  let folder: string;
  const PASSWORD = 'canary-pem-password';
  const at = (name: string) => join(folder, name);
  const text = (...names: string[]) => names.map((name) => readFileSync(at(name), 'utf8')).join('\n');
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const make = (name: string, ...more: string[]) =>
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      at(`${name}.key`),
      '-out',
      at(`${name}.pem`),
      ...more,
    );

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cert-'));
    make('good', '-days', '30');
    make('other', '-days', '30');
    // One that has expired, and one with a key that is not RSA.
    makeCertificates(folder);
    openssl('pkcs8', '-topk8', '-v2', 'aes-256-cbc', '-in', at('good.key'), '-out', at('locked.key'), '-passout', `pass:${PASSWORD}`);
    openssl('rsa', '-traditional', '-aes256', '-in', at('good.key'), '-out', at('older.key'), '-passout', `pass:${PASSWORD}`);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('certificate and key in any order, plain or encrypted, also in the older form', () => {
    const thumbprint = createHash('sha256')
      .update(new X509Certificate(text('good.pem')).raw)
      .digest('hex');
    const wanted = { thumbprintSha256: thumbprint, privateKey: expect.stringContaining('-----BEGIN PRIVATE KEY-----') as string };
    expect(certificateOf(text('good.pem', 'good.key'))).toEqual(wanted);
    expect(certificateOf(text('good.key', 'good.pem'))).toEqual(wanted);
    expect(certificateOf(text('good.pem', 'locked.key'), PASSWORD)).toEqual(wanted);
    expect(certificateOf(text('good.pem', 'older.key'), PASSWORD)).toEqual(wanted);
  });

  test.each([
    ['no PEM at all', () => 'MIIC...', undefined, 'auth.certificate', /no certificate in PEM/],
    ['half a certificate', () => text('good.pem', 'good.key').slice(200), undefined, 'auth.certificate', /no certificate in PEM/],
    ['no key', () => text('good.pem'), undefined, 'auth.certificate', /not its private key/],
    [
      'a broken key',
      () => text('good.pem', 'good.key').replace(/(PRIVATE KEY-----\n)\w{40}/, '$1'),
      undefined,
      'auth.certificate',
      /cannot be read/,
    ],
    ["another certificate's key", () => text('good.pem', 'other.key'), undefined, 'auth.certificate', /does not belong/],
    [
      'no password for an encrypted key',
      () => text('good.pem', 'locked.key'),
      undefined,
      'auth.certificatePassword',
      /no password is named/,
    ],
    ['a wrong password', () => text('good.pem', 'locked.key'), 'canary-other-password', 'auth.certificatePassword', /does not open/],
    ['a key of another kind', () => text('server.pem', 'server.key'), undefined, 'auth.certificate', /of the kind ec/],
    ['an expired certificate', () => text('expired.pem', 'expired.key'), undefined, 'auth.certificate', /expired on 2021-01-01/],
  ])('%s is told, without a word of the secret', (_, pem, password, path, problem) => {
    const error = (() => {
      try {
        return certificateOf(pem(), password);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toMatchObject({ code: 'input.invalid', details: { path, problem: expect.stringMatching(problem) as string } });
    expect(JSON.stringify(error)).not.toMatch(/canary-|MII[A-Z]/);
  });
});

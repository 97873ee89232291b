import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Certificates for tests, by name: NAME.pem and NAME.key in a folder, and the authority as ca.pem. Made by the openssl program. */
export const LEAVES = ['server', 'expired', 'wronghost', 'selfsigned'] as const;

/** Makes a certificate for an application (RSA), as `openssl req` does: app.pem and app.key in a folder. Answers both as one PEM text. */
export function makeApplicationCertificate(folder: string): string {
  const at = (name: string) => join(folder, name);
  const made = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', '/CN=application'];
  execFileSync('openssl', ['req', ...made, '-keyout', at('app.key'), '-out', at('app.pem')], { stdio: ['ignore', 'ignore', 'pipe'] });
  return ['app.pem', 'app.key'].map((name) => readFileSync(at(name), 'utf8')).join('');
}

/** Makes a CA, a good certificate for 127.0.0.1 and localhost, an expired one, one for another host, and a self-signed one. */
export function makeCertificates(folder: string): void {
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const use = ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign'];
  openssl('req', '-x509', ...key, '-days', '3650', '-subj', '/CN=Test CA', '-keyout', at('ca.key'), '-out', at('ca.pem'), ...use);
  writeFileSync(at('index.txt'), '');
  writeFileSync(at('serial'), '1000\n');
  const ca = [
    '[ca]',
    'default_ca=d',
    '[d]',
    `database=${at('index.txt')}`,
    `serial=${at('serial')}`,
    `new_certs_dir=${folder}`,
    'default_md=sha256',
    'policy=p',
  ];
  writeFileSync(
    at('ca.cnf'),
    [...ca, `certificate=${at('ca.pem')}`, `private_key=${at('ca.key')}`, 'unique_subject=no', '[p]', 'commonName=supplied', ''].join('\n'),
  );
  const leaf = (name: string, names: string, from: string, until: string) => {
    openssl('req', ...key, '-subj', `/CN=${name}`, '-keyout', at(`${name}.key`), '-out', at(`${name}.csr`));
    writeFileSync(at(`${name}.ext`), `subjectAltName=${names}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n`);
    openssl(
      'ca',
      '-batch',
      '-config',
      at('ca.cnf'),
      '-in',
      at(`${name}.csr`),
      '-out',
      at(`${name}.pem`),
      '-notext',
      '-startdate',
      from,
      '-enddate',
      until,
      '-extfile',
      at(`${name}.ext`),
    );
  };
  leaf('server', 'DNS:localhost,DNS:*.behind.example.test,IP:127.0.0.1,IP:0:0:0:0:0:0:0:1', '20200101000000Z', '20491231000000Z');
  leaf('expired', 'DNS:localhost,IP:127.0.0.2', '20200101000000Z', '20210101000000Z');
  leaf('wronghost', 'DNS:other.example.test', '20200101000000Z', '20491231000000Z');
  openssl(
    'req',
    '-x509',
    ...key,
    '-days',
    '825',
    '-subj',
    '/CN=localhost',
    '-addext',
    'subjectAltName=DNS:localhost,IP:127.0.0.4',
    '-keyout',
    at('selfsigned.key'),
    '-out',
    at('selfsigned.pem'),
  );
}

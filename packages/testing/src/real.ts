import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const PACKAGES = {
  dovecot: 'dovecot-core dovecot-imapd dovecot-lmtpd',
  'pop3-login': 'dovecot-pop3d',
  fetchmail: 'fetchmail',
  postfix: 'postfix',
  openssl: 'openssl',
  python3: 'python3',
  mbsync: 'isync',
  chromium: 'chromium',
  dnsmasq: 'dnsmasq-base',
  tinyproxy: 'tinyproxy-bin',
  microsocks: 'microsocks',
  root: '(nothing: the tests must run as root)',
  'gnome-keyring-daemon': 'gnome-keyring',
  'dbus-send': 'dbus',
  'secret-tool': 'libsecret-tools',
  'keepassxc-cli': 'keepassxc',
  age: 'age',
  'davmail-server': 'davmail-server',
  exchangelib: 'python3-exchangelib',
  xmllint: 'libxml2-utils',
  krb5kdc: 'krb5-kdc krb5-admin-server krb5-user libkrb5-dev',
  gssapi: 'python3-gssapi',
};
export type Program = keyof typeof PACKAGES;

/** Where a program is; servers live in /usr/sbin, which is not on everybody's path, parts of Dovecot and Python's libraries in folders of their own. */
export function program(name: string): string | undefined {
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    '/usr/sbin',
    '/sbin',
    '/usr/lib/dovecot',
    '/usr/lib/python3/dist-packages',
  ];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/**
 * A suite that needs real servers: it runs where they are installed. Elsewhere it is skipped, loudly; where CI is set it fails.
 */
export function describeReal(name: string, needs: readonly Program[], suite: () => void): void {
  const missing = needs.filter((one) => (one === 'root' ? process.getuid?.() !== 0 : program(one) === undefined));
  if (needs.includes('postfix') && process.getuid?.() !== 0) missing.push('postfix');
  if (missing.length === 0) return describe(name, suite);
  const cure = `${name} needs ${missing.join(', ')}; as root on Debian or Ubuntu: apt-get install -y ${missing.map((one) => PACKAGES[one]).join(' ')}`;
  if (process.env['CI']) return test(name, () => Promise.reject(new Error(cure)));
  console.warn(`SKIPPED: ${cure}`);
  // Off only where its servers are not installed; CI came no further than the line above the warning.
  describe.skip(name, suite);
}

// The servers that the tests run against: Debian's own, installed where that is possible, never started as services.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** A program, and the packages of Debian that bring it and what belongs to it. */
const SERVERS = {
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
const PROGRAMS = Object.keys(SERVERS);
const PACKAGES = Object.values(SERVERS).flatMap((names) => names.split(' '));
const BY_HAND = `apt-get install -y ${PACKAGES.join(' ')}`;

/** Installs what is missing. Where it cannot, it says how a person can; the tests then skip loudly, or fail where CI is set. */
export async function installServers() {
  const missing = PROGRAMS.filter((program) => !isThere(program));
  if (missing.length === 0) return;
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) {
    console.warn(`Real-server tests need ${missing.join(', ')}. On Debian or Ubuntu, as root: ${BY_HAND}`);
    return;
  }
  console.log(`Installing ${missing.join(', ')} for the real-server tests ...`);
  // RUNLEVEL=1 keeps the packages from starting their services.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const apt = (...args) =>
    spawnSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=600', ...args], { env, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  for (let tries = 1; tries <= 3; tries++) {
    apt('update');
    const { status, stderr } = apt('install', '-y', '--no-install-recommends', ...PACKAGES);
    if (status === 0) return;
    console.warn(`apt-get failed (try ${tries}): ${stderr.trim().split('\n').at(-1) ?? ''}`);
  }
  console.warn(`Real-server tests need ${missing.join(', ')}: ${BY_HAND}`);
}

function isThere(program) {
  const path = `${process.env.PATH ?? ''}:/usr/sbin:/sbin:/usr/lib/dovecot:/usr/lib/python3/dist-packages`;
  return path.split(':').some((folder) => folder !== '' && existsSync(`${folder}/${program}`));
}

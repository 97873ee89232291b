import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeCertificates } from './certificates.ts';
import { dovecotConfig, localConfig, oauthConfig } from './dovecot.ts';
import { startIdentity, type Identity } from './identity/identity.ts';
import { freePorts } from './ports.ts';
import { postfixConfig } from './postfix.ts';
import { program } from './real.ts';

export interface MailWorldOptions {
  /** User name (before @example.test) to password. */
  readonly users?: Readonly<Record<string, string>>;
  /** Needs root. */
  readonly postfix?: boolean;
  /** Postfix takes from a login only mail of its own address. */
  readonly ownSenders?: boolean;
  /** As `ownSenders`, and further names (before @example.test) as which a user may send, as with Send As at Microsoft. */
  readonly sendAs?: Readonly<Record<string, string>>;
  /** Rights of users in their own INBOX (letters of RFC 4314); `offered`: the server tells them. */
  readonly acl?: { readonly offered: boolean; readonly inbox: Readonly<Record<string, string>> };
  /** An identity provider beside them, whose tokens they take: asking it about each, or (`jwt`) looking at the signature alone. */
  readonly identity?: boolean | 'jwt';
}
export interface SeededMail {
  readonly raw: Buffer;
  readonly flags?: readonly ('seen' | 'flagged' | 'answered' | 'draft')[];
  readonly receivedAt?: Date;
}

/** Debian's Dovecot, and Postfix in front of it, on loopback, in a folder of their own. */
export interface MailWorld extends AsyncDisposable {
  readonly folder: string;
  readonly caFile: string;
  readonly ports: {
    readonly imap: number;
    readonly imaps: number;
    /** Where Dovecot's POP3 server is installed. */
    readonly pop3: number;
    readonly pop3s: number;
    readonly submission: number;
    readonly submissions: number;
  };
  /** Each address shows another certificate. */
  readonly hosts: {
    readonly good: '127.0.0.1';
    readonly expired: '127.0.0.2';
    readonly wrongHost: '127.0.0.3';
    readonly selfSigned: '127.0.0.4';
  };
  readonly users: Readonly<Record<string, string>>;
  readonly identity: Identity | undefined;
  doveadm(...args: string[]): string;
  /** Puts mail straight into a Maildir, before the folder is first opened. */
  seed(user: string, folder: string, mails: readonly SeededMail[]): void;
  close(): Promise<void>;
}

const HOSTS = { good: '127.0.0.1', expired: '127.0.0.2', wrongHost: '127.0.0.3', selfSigned: '127.0.0.4' } as const;
const LETTERS = { draft: 'D', flagged: 'F', answered: 'R', seen: 'S' } as const;

/** Starts the servers and waits until they answer. Dovecot never runs as root: `nobody` if the caller is. */
export async function startMailWorld({
  users = { demo: 'demo-pw-1234', other: 'other-pw-1234' },
  postfix = false,
  sendAs,
  ownSenders = sendAs !== undefined,
  acl,
  identity: wanted = false,
}: MailWorldOptions = {}): Promise<MailWorld> {
  // Paths of unix sockets are limited to about 100 bytes: the folder's name is short.
  const folder = mkdtempSync(join(tmpdir(), 'mw-'));
  const who = process.getuid?.() === 0 ? { user: 'nobody', group: 'nogroup', uid: 65_534, gid: 65_534 } : caller();
  for (const name of ['pki', 'base', 'state', 'mail']) mkdirSync(join(folder, name));
  const [imap = 0, imaps = 0, pop3 = 0, pop3s = 0, submission = 0, submissions = 0] = await freePorts(6);
  const ports = { imap, imaps, pop3, pop3s, submission, submissions };
  const withPop3 = program('pop3-login') !== undefined;
  makeCertificates(join(folder, 'pki'));
  writeFileSync(
    join(folder, 'users'),
    Object.entries(users)
      .map(([user, password]) => `${user}@example.test:{PLAIN}${password}::::::\n`)
      .join(''),
  );
  const identity = wanted ? await startIdentity(join(folder, 'pki'), users) : undefined;
  const config = join(folder, 'dovecot.conf');
  writeFileSync(
    config,
    dovecotConfig({
      folder,
      ports,
      pop3: withPop3,
      ...who,
      ...(identity && { introspection: identity.introspection }),
      ...(acl && { acl: acl.offered ? 'offered' : 'silent' }),
    }),
  );
  if (identity)
    writeFileSync(
      join(folder, 'oauth2.conf.ext'),
      wanted === 'jwt' ? localConfig(folder, identity) : oauthConfig(folder, identity.introspection),
    );
  for (const [user, letters] of Object.entries(acl?.inbox ?? {})) {
    const maildir = join(folder, 'mail', `${user}@example.test`, 'Maildir');
    for (const name of ['cur', 'new', 'tmp']) mkdirSync(join(maildir, name), { recursive: true });
    writeFileSync(join(maildir, 'dovecot-acl'), `owner ${letters}\n`);
  }
  chmodSync(folder, 0o755);
  if (process.getuid?.() === 0) execFileSync('chown', ['-R', `${who.uid}:${who.gid}`, folder]);
  const asUser = process.getuid?.() === 0 ? { uid: who.uid, gid: who.gid } : {};
  const environment = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, HOME: join(folder, 'mail') };
  const dovecot = spawn(program('dovecot') ?? 'dovecot', ['-F', '-c', config], {
    ...asUser,
    env: environment,
    stdio: 'ignore',
    cwd: folder,
  });
  const stopPostfix = postfix ? startPostfix(folder, ports, Object.keys(users), ownSenders, sendAs) : () => undefined;
  const kill = () => {
    stopPostfix();
    dovecot.kill('SIGTERM');
  };
  process.once('exit', kill);
  try {
    for (const port of [imap, imaps, ...(withPop3 ? [pop3, pop3s] : []), ...(postfix ? [submission, submissions] : [])])
      await answers(port, dovecot, folder);
  } catch (error) {
    kill();
    await identity?.close();
    throw error;
  }
  const close = async () => {
    process.off('exit', kill);
    stopPostfix();
    await identity?.close();
    if (dovecot.exitCode === null) {
      const gone = new Promise((resolve) => dovecot.once('exit', resolve));
      dovecot.kill('SIGTERM');
      await Promise.race([gone, sleep(10_000, undefined, { ref: false })]);
    }
    rmSync(folder, { recursive: true, force: true });
  };
  return {
    folder,
    caFile: join(folder, 'pki', 'ca.pem'),
    ports,
    hosts: HOSTS,
    users,
    identity,
    doveadm(...args) {
      const { status, stdout, stderr } = spawnSync(program('doveadm') ?? 'doveadm', ['-c', config, ...args], {
        ...asUser,
        env: environment,
        encoding: 'utf8',
        cwd: folder,
        maxBuffer: 256 * 1024 * 1024,
      });
      if (status !== 0) throw new Error(`doveadm ${args.join(' ')}: ${stderr}`);
      return stdout;
    },
    seed: (user, box, mails) => seedMaildir(join(folder, 'mail', `${user}@example.test`), box, mails, who),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function caller() {
  const { username, uid, gid } = userInfo();
  return { user: username, group: execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim(), uid, gid };
}

function startPostfix(
  folder: string,
  ports: MailWorld['ports'],
  users: readonly string[],
  ownSenders: boolean,
  sendAs: NonNullable<MailWorldOptions['sendAs']> = {},
): () => void {
  const etc = join(folder, 'postfix', 'etc');
  for (const name of ['etc', 'spool', 'data']) mkdirSync(join(folder, 'postfix', name), { recursive: true });
  execFileSync('chown', ['postfix', join(folder, 'postfix', 'data')]);
  const { main, master } = postfixConfig({ folder, ports, ownSenders });
  writeFileSync(join(etc, 'main.cf'), main);
  writeFileSync(join(etc, 'master.cf'), master);
  writeFileSync(join(etc, 'mailboxes'), users.map((user) => `${user}@example.test ok\n`).join(''));
  const owners = (name: string) => users.filter((user) => user === name || sendAs[user] === name).map((user) => `${user}@example.test`);
  writeFileSync(join(etc, 'senders'), users.map((user) => `${user}@example.test ${owners(user).join(',')}\n`).join(''));
  for (const map of ['mailboxes', 'senders']) execFileSync(program('postmap') ?? 'postmap', ['-c', etc, join(etc, map)]);
  const postfix = (command: string) => spawnSync(program('postfix') ?? 'postfix', ['-c', etc, command], { encoding: 'utf8' });
  const { status, stderr } = postfix('start');
  if (status !== 0) throw new Error(`postfix: ${stderr}`);
  let running = true;
  return () => {
    if (running) postfix('stop');
    running = false;
  };
}

async function answers(port: number, dovecot: ChildProcess, folder: string): Promise<void> {
  // Up to 40 seconds: a machine that does other work starts a server late.
  for (let tries = 0; tries < 800 && dovecot.exitCode === null; tries++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(Boolean(socket.destroy())));
      socket.once('error', () => resolve(false));
    });
    if (open) return;
    await sleep(50);
  }
  const logs = readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .map((name) => readFileSync(join(folder, name), 'utf8').slice(-2000));
  throw new Error(`nothing listens on port ${port}: ${logs.join('\n')}`);
}

function seedMaildir(
  home: string,
  box: string,
  mails: readonly SeededMail[],
  { uid, gid }: { readonly uid: number; readonly gid: number },
): void {
  const root = join(home, 'Maildir', ...(box === 'INBOX' ? [] : [`.${box.replace(/\//g, '.')}`]));
  const own = (path: string) => (process.getuid?.() === 0 ? chownSync(path, uid, gid) : undefined);
  for (const name of ['', 'cur', 'new', 'tmp']) mkdirSync(join(root, name), { recursive: true });
  for (const path of [home, join(home, 'Maildir'), root, ...['cur', 'new', 'tmp'].map((name) => join(root, name))]) own(path);
  mails.forEach(({ raw, flags = [], receivedAt = new Date() }, index) => {
    const letters = flags
      .map((flag) => LETTERS[flag])
      .sort()
      .join('');
    const seconds = Math.floor(receivedAt.getTime() / 1000);
    const file = join(root, 'cur', `${seconds}.M${String(index).padStart(8, '0')}.seed,S=${raw.length}:2,${letters}`);
    writeFileSync(file, raw);
    utimesSync(file, seconds, seconds);
    own(file);
  });
}

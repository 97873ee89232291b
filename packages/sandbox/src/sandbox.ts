import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, TLSSocket } from 'node:tls';
import { makeCertificates } from './certificate.ts';
import type { FaultHook } from './fault.ts';
import type { Extensions } from './imap/extensions.ts';
import { Session, type ServerSettings } from './imap/session.ts';
import { HOST, listen, stop } from './listener.ts';
import { EMPTY, fill, standardSeed, type Seed } from './seed.ts';
import { submissionServer } from './smtp/submission.ts';
import { Store } from './store/store.ts';

export interface User {
  readonly address: string;
  readonly password: string;
}

/** Ports are free ones unless given. */
export interface SandboxOptions {
  readonly imapPort?: number;
  readonly imapsPort?: number;
  readonly smtpPort?: number;
  readonly smtpsPort?: number;
  /** The first one gets the seed, the others the usual folders; one `demo@example.test` with a random password unless given. */
  readonly users?: readonly User[];
  /** `false`: only INBOX; `true`, the default: the sample mail; or a seed of one's own. */
  readonly seed?: boolean | Seed;
  readonly extensions?: Extensions;
  /** Logins without TLS: for tests of just that. */
  readonly allowClearText?: boolean;
  /** Offers XOAUTH2 and, over IMAP, OAUTHBEARER: says whether a token is good for an address. */
  readonly acceptToken?: (address: string, token: string) => boolean;
  readonly fault?: FaultHook;
  /** Names of IMAP commands as they come; never what stands after them. */
  readonly log?: (line: string) => void;
}

/** A mail server on loopback, alive until it is closed. */
export interface Sandbox extends AsyncDisposable {
  readonly host: '127.0.0.1';
  readonly imap: { readonly port: number; readonly tlsPort: number };
  readonly smtp: { readonly port: number; readonly tlsPort: number };
  readonly user: User;
  /** The certificate authority to trust, as text and as a file that lives as long as the sandbox. */
  readonly caPem: string;
  readonly caFile: string;
  readonly store: Store;
  /** Open IMAP connections. */
  connections(): number;
  /** Drops every connection. */
  kick(): void;
  close(): Promise<void>;
}

/** Starts IMAP and SMTP on loopback over one store in memory, filled with the sample mail. Errors: `input.invalid` for a port that is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { allowClearText = false, acceptToken, fault = () => undefined, extensions = {}, log = () => undefined } = options;
  const { store, user } = furnish(options);
  const certificates = await makeCertificates();
  const context = createSecureContext({ cert: certificates.cert, key: certificates.key, minVersion: 'TLSv1.2' });
  const [imapSockets, smtpSockets] = [new Set<Socket>(), new Set<Socket>()];
  const settings: ServerSettings = { store, context, extensions, allowClearText, acceptToken, fault, log };
  const submission = { store, certificates, allowClearText, acceptToken, fault };
  const servers = {
    imapPort: imapServer(imapSockets, settings, false),
    imapsPort: imapServer(imapSockets, settings, true),
    smtpPort: submissionServer(submission, false, smtpSockets).server,
    smtpsPort: submissionServer(submission, true, smtpSockets).server,
  };
  const folder = await mkdtemp(join(tmpdir(), 'mailwright-sandbox-'));
  const caFile = join(folder, 'ca.pem');
  const kick = () => {
    for (const socket of [...imapSockets, ...smtpSockets]) socket.destroy();
  };
  const close = async () => {
    const stopped = Object.values(servers).map(stop);
    kick();
    await Promise.all(stopped);
    await rm(folder, { recursive: true, force: true });
  };
  const port = (name: keyof typeof servers) => listen(servers[name], options[name] ?? 0, name);
  try {
    await writeFile(caFile, certificates.ca);
    return {
      host: HOST,
      imap: { port: await port('imapPort'), tlsPort: await port('imapsPort') },
      smtp: { port: await port('smtpPort'), tlsPort: await port('smtpsPort') },
      user,
      caPem: certificates.ca,
      caFile,
      store,
      connections: () => imapSockets.size,
      kick,
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The store with its users and the first one's mail. */
function furnish({ users = [], seed = true }: SandboxOptions): { store: Store; user: User } {
  const store = new Store();
  const user = users[0] ?? { address: 'demo@example.test', password: randomBytes(12).toString('base64url') };
  const first = store.addAccount(user.address, user.password);
  if (seed !== false) fill(first, seed === true ? standardSeed() : seed);
  for (const { address, password } of users.slice(1)) fill(store.addAccount(address, password), EMPTY);
  return { store, user };
}

function imapServer(sockets: Set<Socket>, settings: ServerSettings, implicitTls: boolean): Server {
  return createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    const top = implicitTls ? new TLSSocket(socket, { isServer: true, secureContext: settings.context }) : socket;
    void new Session(top, settings).serve();
  });
}

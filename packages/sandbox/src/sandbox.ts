import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, TLSSocket } from 'node:tls';
import { makeCertificates } from './certificate.ts';
import { fill, standardSeed, type Seed } from './seed.ts';
import { Session, type Extensions, type Fault, type ServerSettings } from './session.ts';
import { Store } from './store.ts';
import { submissionServer } from './submission.ts';

export interface SandboxOptions {
  /** 0, the default: a free port. */
  readonly imapPort?: number;
  readonly smtpPort?: number;
  readonly user?: { readonly address: string; readonly password: string };
  /** `false`: an empty mailbox; a seed of one's own, or the sample mail. */
  readonly seed?: false | Seed;
  readonly extensions?: Extensions;
  /** Logins without TLS: for tests of just that. */
  readonly allowClearText?: boolean;
  /** Asked at every IMAP command. */
  readonly fault?: (command: string) => Fault | undefined;
  readonly log?: (line: string) => void;
}

/** A mail server on loopback, alive until it is closed. */
export interface Sandbox extends AsyncDisposable {
  readonly host: '127.0.0.1';
  readonly imap: { readonly port: number; readonly tlsPort: number };
  readonly smtp: { readonly port: number; readonly tlsPort: number };
  readonly user: { readonly address: string; readonly password: string };
  /** The certificate authority to trust, as text and as a file that lives as long as the sandbox. */
  readonly caPem: string;
  readonly caFile: string;
  readonly store: Store;
  /** Open IMAP connections. */
  connections(): number;
  /** Drops every IMAP connection. */
  kick(): void;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/** Starts IMAP and SMTP on loopback over one store in memory, filled with the sample mail. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { allowClearText = false, user = { address: 'demo@example.test', password: randomBytes(12).toString('base64url') } } = options;
  const store = new Store();
  const account = store.addAccount(user.address, user.password);
  if (options.seed !== false) fill(account, options.seed ?? standardSeed());
  const certificates = makeCertificates();
  const context = createSecureContext({ cert: certificates.cert, key: certificates.key, minVersion: 'TLSv1.2' });
  const sockets = new Set<Socket>();
  const settings: ServerSettings = {
    store,
    context,
    extensions: options.extensions ?? {},
    allowClearText,
    fault: options.fault ?? (() => undefined),
    log: options.log ?? (() => undefined),
  };
  const greet = (socket: Socket) => new Session(socket, settings);
  const imap = imapServer(sockets, greet);
  const imaps = imapServer(sockets, (socket) => greet(new TLSSocket(socket, { isServer: true, secureContext: context })));
  const smtp = submissionServer({ store, certificates, implicitTls: false, allowClearText });
  const smtps = submissionServer({ store, certificates, implicitTls: true, allowClearText });
  for (const server of [smtp, smtps]) server.on('error', () => undefined);
  const ports = await Promise.all([
    listen(imap, options.imapPort),
    listen(imaps),
    listen(smtp.server, options.smtpPort),
    listen(smtps.server),
  ]);
  const folder = await mkdtemp(join(tmpdir(), 'mailwright-sandbox-'));
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, certificates.ca);
  const kick = () => {
    for (const socket of sockets) socket.destroy();
  };
  const close = async () => {
    kick();
    await Promise.all([imap, imaps].map((server) => new Promise((done) => server.close(done))));
    await Promise.all([smtp, smtps].map((server) => new Promise<void>((done) => server.close(done))));
    await rm(folder, { recursive: true, force: true });
  };
  return {
    host: HOST,
    imap: { port: ports[0] ?? 0, tlsPort: ports[1] ?? 0 },
    smtp: { port: ports[2] ?? 0, tlsPort: ports[3] ?? 0 },
    user,
    caPem: certificates.ca,
    caFile,
    store,
    connections: () => sockets.size,
    kick,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function imapServer(sockets: Set<Socket>, greet: (socket: Socket) => unknown): Server {
  return createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    greet(socket);
  });
}

function listen(server: Server, port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { makeCertificates, type Certificates } from './certificate.ts';
import { ewsSettings, type EwsOptions } from './ews/settings.ts';
import type { FaultHook } from './fault.ts';
import { Tokens, type GraphGrant } from './graph/tokens.ts';
import { World, type GraphOptions } from './graph/world.ts';
import type { Extensions } from './imap/extensions.ts';
import type { ServerSettings } from './imap/session.ts';
import { HOST } from './listener.ts';
import { EMPTY, fill, standardSeed, type Seed } from './seed.ts';
import { startServers, type Ports } from './servers.ts';
import { Store } from './store/store.ts';

export interface User {
  readonly address: string;
  readonly password: string;
}

export interface SandboxOptions extends Ports {
  /** The first one gets the seed, the others the usual folders; one `demo@example.test` with a random password unless given. */
  readonly users?: readonly User[];
  /** `false`: only INBOX; `true`, the default: the sample mail; or a seed of one's own. */
  readonly seed?: boolean | Seed;
  readonly extensions?: Extensions;
  /** Logins without TLS: for tests of just that. */
  readonly allowClearText?: boolean;
  /** Offers XOAUTH2 and, but for SMTP, OAUTHBEARER: says whether a token is good for an address. */
  readonly acceptToken?: (address: string, token: string) => boolean;
  readonly fault?: FaultHook;
  readonly graph?: GraphOptions;
  readonly ews?: EwsOptions;
  /** Names of IMAP and POP3 commands as they come; never what stands after them. */
  readonly log?: (line: string) => void;
}

/** A mail server on loopback, alive until it is closed. */
export interface Sandbox extends AsyncDisposable {
  readonly host: '127.0.0.1';
  readonly imap: { readonly port: number; readonly tlsPort: number };
  readonly pop3: { readonly port: number; readonly tlsPort: number };
  readonly smtp: { readonly port: number; readonly tlsPort: number };
  readonly graph: {
    readonly port: number;
    /** Where Microsoft Graph begins: `https://host:port/v1.0`. */
    readonly url: string;
    /** A bearer token for it. */
    token(grant: GraphGrant): string;
    /** Every round of change tracking is forgotten: its tokens get 410. */
    forgetChanges(): void;
  };
  /** Exchange Web Services, and Autodiscover beside them: `port` without TLS, which is fit for loopback alone. */
  readonly ews: {
    readonly port: number;
    readonly tlsPort: number;
    /** `https://host:tlsPort/EWS/Exchange.asmx`. */
    readonly url: string;
  };
  readonly user: User;
  /** The certificate authority to trust, as text and as a file that lives as long as the sandbox. */
  readonly caPem: string;
  readonly caFile: string;
  readonly store: Store;
  /** Open IMAP and POP3 connections. */
  connections(): number;
  /** Drops every connection. */
  kick(): void;
  close(): Promise<void>;
}

/** Starts IMAP, POP3, SMTP, EWS and Microsoft Graph on loopback over one store in memory, filled with the sample mail. Errors: `input.invalid` for a port that is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { store, user } = furnish(options);
  const certificates = await makeCertificates();
  const [tokens, world] = [new Tokens(), new World(store, options.graph ?? {})];
  const settings = {
    ...settingsFor(options, store, certificates),
    graph: { tokens, world },
    ews: ewsSettings(options, store, certificates.cert),
  };
  const servers = await startServers(settings, certificates, options);
  const folder = await mkdtemp(join(tmpdir(), 'mailwright-sandbox-'));
  const close = async () => {
    await servers.stop();
    await rm(folder, { recursive: true, force: true });
  };
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, certificates.ca);
  const { ports } = servers;
  return {
    host: HOST,
    imap: { port: ports.imapPort, tlsPort: ports.imapsPort },
    pop3: { port: ports.pop3Port, tlsPort: ports.pop3sPort },
    smtp: { port: ports.smtpPort, tlsPort: ports.smtpsPort },
    graph: {
      port: ports.graphPort,
      url: `https://${HOST}:${ports.graphPort}/v1.0`,
      token: (grant) => tokens.give(grant),
      forgetChanges: () => world.deltas.forget(),
    },
    ews: {
      port: ports.ewsPort,
      tlsPort: ports.ewssPort,
      url: `https://${HOST}:${ports.ewssPort}/EWS/Exchange.asmx`,
    },
    user,
    caPem: certificates.ca,
    caFile,
    store,
    connections: () => servers.connections(),
    kick: () => servers.kick(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function settingsFor(options: SandboxOptions, store: Store, { cert, key }: Certificates): ServerSettings {
  const { allowClearText = false, acceptToken, fault = () => undefined, extensions = {}, log = () => undefined } = options;
  const context = createSecureContext({ cert, key, minVersion: 'TLSv1.2' });
  return { store, context, extensions, allowClearText, acceptToken, fault, log };
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

// A provider, a mail server, and programs that sign in: what the tests of sign-ins share.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Http, Person, VaultProvider } from '@mailwright/core';
import { httpsClient } from '@mailwright/network';
import { tokensOnDisk } from '@mailwright/auth';
import { SERVICE_MAILBOX, signInAsPerson, startMailWorld, type Identity, type MailWorld, type MailWorldOptions } from '@mailwright/testing';
import { createEmail, memoryStore, memoryVault, type Email, type EmailOptions } from './index.ts';

const SCOPES = ['https://outlook.office.com/IMAP.AccessAsUser.All', 'https://outlook.office.com/SMTP.Send', 'offline_access'];
export const SECRETS = { password: 'canary-demo-1234', wrong: 'canary-not-the-password' };
export const SECRET = { clientSecret: { credential: 'v/secret' } };
export const PASSWORD = { password: { credential: 'v/password' } };
/** Where Microsoft's clouds sign in. */
const MICROSOFT = /^https:\/\/login\.(microsoftonline\.(com|us)|partner\.microsoftonline\.cn)\//;
/** Any free port: tests must not wait for each other. */
export const ANY = { redirectUri: 'http://localhost' };

export class SignInStand {
  readonly world: MailWorld;
  readonly identity: Identity;
  readonly ca: string;
  /** Of one test. */
  folder = '';
  readonly #opened: Email[] = [];

  constructor(world: MailWorld) {
    this.world = world;
    this.identity = world.identity as Identity;
    this.ca = readFileSync(world.caFile, 'utf8');
  }

  static async start(options: MailWorldOptions = {}): Promise<SignInStand> {
    const users = { demo: SECRETS.password, deputy: SECRETS.password, svc: SECRETS.password, team: SECRETS.password };
    return new SignInStand(await startMailWorld({ users, identity: true, ...options }));
  }

  begin(): void {
    this.folder = mkdtempSync(join(tmpdir(), 'tokens-'));
    this.identity.grants.length = 0;
    this.identity.tokens.length = 0;
    this.identity.fail(undefined);
  }

  async end(): Promise<void> {
    for (const email of this.#opened.splice(0)) await email.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The hosts of Microsoft and Google lead to the provider here; all else is as it is in a run. */
  http(deadline?: number): Http {
    const { port, tenant } = this.identity;
    const send = httpsClient({ ca: [this.ca], ...(deadline !== undefined && { deadline }) });
    return (request) =>
      send({
        ...request,
        url: request.url
          .replace(MICROSOFT, `https://localhost:${port}/`)
          .replace('https://oauth2.googleapis.com/token', `https://localhost:${port}/${tenant}/oauth2/v2.0/token`),
      });
  }

  /** Somebody at a browser; `login` is who signs in. */
  person(more: object = {}): Person {
    const { port, tenant } = this.identity;
    const who = { login: 'demo@example.test', ca: this.ca, ...more };
    return {
      openBrowser: async (url) => {
        const real = url.href
          .replace(MICROSOFT, `https://localhost:${port}/`)
          .replace('https://accounts.google.com/o/oauth2/v2/auth', `https://localhost:${port}/${tenant}/oauth2/v2.0/authorize`);
        await signInAsPerson(real, who);
      },
      showCode: ({ url, code }) => void signInAsPerson(url, { ...who, userCode: code }),
    };
  }

  /** As a process of its own: what it knows of sign-ins is what others left on the disk. */
  process(more: Partial<EmailOptions> = {}, secrets: Readonly<Record<string, string>> = {}): Email {
    const known: VaultProvider = memoryVault('v', {
      secret: this.identity.secret,
      certificate: this.identity.certificate,
      ...SECRETS,
      ...secrets,
    });
    const log = { debug: () => undefined, info: () => undefined, warn: () => undefined };
    const tokens = tokensOnDisk({ folder: join(this.folder, 'tokens'), key: () => Promise.resolve(Buffer.alloc(32, 7)), log });
    const connections = join(this.folder, 'connections');
    const email = createEmail({
      ca: this.world.caFile,
      http: this.http(),
      tokens,
      connections,
      store: memoryStore(),
      vaults: [known],
      ...more,
    });
    this.#opened.push(email);
    return email;
  }

  input(auth: object, more: object = {}): Readonly<Record<string, unknown>> {
    const { imaps, submissions } = this.world.ports;
    return {
      timeZone: 'UTC',
      server: { backend: 'imap', host: '127.0.0.1', port: imaps, auth },
      outgoing: { backend: 'smtp', host: '127.0.0.1', port: submissions },
      ...more,
    };
  }

  readonly generic = (mode: string, clientId: string, more: object = {}): object => ({
    mode,
    provider: 'generic',
    issuer: this.identity.issuer,
    clientId,
    ...(mode === 'oauth-client-credentials'
      ? { mailbox: SERVICE_MAILBOX, scopes: ['https://outlook.office365.com/.default'] }
      : { username: 'demo@example.test', scopes: SCOPES }),
    ...more,
  });

  readonly microsoft = (mode: string, clientId: string, more: object = {}): object => ({
    mode,
    provider: 'microsoft',
    tenant: this.identity.tenant,
    clientId,
    allowTokenTo: ['127.0.0.1'],
    ...(mode === 'oauth-client-credentials' ? { mailbox: SERVICE_MAILBOX } : { username: 'demo@example.test' }),
    ...more,
  });
}

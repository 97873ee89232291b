// Every login mode with tokens, against npm's oidc-provider, Debian's Dovecot and Postfix.
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmailError, httpsClient, type Http, type Person } from '@mailwright/core';
import { tokensInMemory, tokensOnDisk } from '@mailwright/auth';
import { SERVICE_MAILBOX, describeReal, signInAsPerson, startMailWorld, type Identity, type MailWorld } from '@mailwright/testing';
import { createEmail, memoryStore, memoryVault, type Email } from './index.ts';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined };
const SCOPES = ['https://outlook.office.com/IMAP.AccessAsUser.All', 'https://outlook.office.com/SMTP.Send', 'offline_access'];

describeReal('sign-ins', ['dovecot', 'postfix', 'openssl'], () => {
  let world: MailWorld;
  let identity: Identity;
  let ca: string;
  let folder: string;
  const opened: Email[] = [];
  beforeAll(async () => {
    world = await startMailWorld({ users: { demo: 'demo-pw-1234', svc: 'svc-pw-1234' }, postfix: true, identity: true });
    identity = world.identity as Identity;
    ca = readFileSync(world.caFile, 'utf8');
  }, 60_000);
  afterAll(() => world.close());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tokens-'));
    identity.grants.length = 0;
  });
  afterEach(async () => {
    for (const email of opened.splice(0)) await email.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Microsoft's hosts lead to the provider here; all else is as it is in a run. */
  const http: Http = (request) => {
    const real = request.url
      .replace(/^https:\/\/login\.microsoftonline\.(com|us)\//, `https://localhost:${identity.port}/`)
      .replace('https://oauth2.googleapis.com/token', `https://localhost:${identity.port}/${identity.tenant}/oauth2/v2.0/token`);
    return httpsClient({ ca: [ca] })({ ...request, url: real });
  };
  const browsing = (more: object): Person => ({
    openBrowser: async (url) => {
      const real = url.href
        .replace('https://login.microsoftonline.com', `https://localhost:${identity.port}`)
        .replace(
          'https://accounts.google.com/o/oauth2/v2/auth',
          `https://localhost:${identity.port}/${identity.tenant}/oauth2/v2.0/authorize`,
        );
      await signInAsPerson(real, { login: 'demo@example.test', ca, ...more });
    },
    showCode: ({ url, code }) => void signInAsPerson(url, { login: 'demo@example.test', ca, userCode: code }),
  });
  const person = browsing({});
  const process = () => {
    const secrets = { secret: identity.secret, password: 'demo-pw-1234', wrong: 'not-the-pa55word' };
    const tokens = tokensOnDisk({
      folder: join(folder, 'tokens'),
      key: () => Promise.resolve(Buffer.alloc(32, 7)),
      log: { debug() {}, info() {}, warn() {} },
    });
    const email = createEmail({ ca: world.caFile, http, tokens, store: memoryStore(), vaults: [memoryVault('v', secrets)] });
    opened.push(email);
    return email;
  };
  const input = (auth: object) => ({
    timeZone: 'UTC',
    server: { backend: 'imap', host: '127.0.0.1', port: world.ports.imaps, auth },
    outgoing: { backend: 'smtp', host: '127.0.0.1', port: world.ports.submissions },
  });
  const generic = (mode: string, clientId: string, more: object = {}): object => ({
    mode,
    provider: 'generic',
    issuer: identity.issuer,
    clientId,
    scopes: SCOPES,
    ...(mode === 'oauth-client-credentials'
      ? {
          mailbox: SERVICE_MAILBOX,
          scopes: ['https://outlook.office365.com/.default'],
        }
      : { username: 'demo@example.test' }),
    ...more,
  });
  const microsoft = (mode: string, clientId: string, more: object = {}): object => ({
    mode,
    provider: 'microsoft',
    tenant: identity.tenant,
    clientId,
    ...(mode === 'oauth-client-credentials' ? { mailbox: SERVICE_MAILBOX } : { username: 'demo@example.test' }),
    ...more,
  });
  const SECRET = { clientSecret: { credential: 'v/secret' } };
  const PASSWORD = { password: { credential: 'v/password' } };
  /** Any free port: tests must not wait for each other. */
  const ANY = { redirectUri: 'http://localhost' };
  const of = (make: typeof generic) => ({
    pkce: () => make('oauth-pkce', identity.clients.native, ANY),
    'pkce with a secret': () => make('oauth-pkce', identity.clients.web, { ...ANY, ...SECRET }),
    'device code': () => make('oauth-device-code', identity.clients.device),
    'client credentials': () => make('oauth-client-credentials', identity.clients.daemon, SECRET),
    ropc: () => make('oauth-ropc', identity.clients.ropc, PASSWORD),
  });

  const cases = [generic, microsoft].flatMap((make) =>
    Object.entries(of(make)).map(([name, auth]) => [`${make.name}: ${name}`, auth] as const),
  );
  test.each(cases)(
    'R0.5 %s signs in, reads, and the next process asks for nothing',
    async (_, auth) => {
      const first = await process().testConnection(input(auth()), { person });
      expect(first.stages.filter(({ state }) => state === 'failed')).toEqual([]);
      const asked = identity.grants.length;
      expect(asked).toBeGreaterThan(0);
      const second = process();
      await second.connect(input(auth()));
      expect(await second.run('email.count', { folder: 'INBOX' })).toMatchObject({ count: expect.any(Number) as number });
      expect(identity.grants.length).toBe(asked);
    },
    60_000,
  );

  test('R1.39 nobody has signed in: said at once, without a question to the provider', async () => {
    for (const mode of ['oauth-pkce', 'oauth-device-code'])
      await expect(process().connect(input(generic(mode, identity.clients.native)))).rejects.toMatchObject({ code: 'auth.sign_in_needed' });
    expect(identity.grants).toEqual([]);
  });

  test('a sign-in that is declined, and a port that is taken', async () => {
    const declining = browsing({ deny: true });
    const report = await process().testConnection(input(generic('oauth-pkce', identity.clients.native, ANY)), { person: declining });
    expect(report.stages.find(({ state }) => state === 'failed')).toMatchObject({ code: 'auth.consent_required' });
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const busy = generic('oauth-pkce', identity.clients.native, { redirectUri: `http://localhost:${port}/Callback` });
    const second = await process().testConnection(input(busy), { person });
    expect(second.stages.find(({ state }) => state === 'failed')).toMatchObject({ stage: 'sign-in', code: 'auth.redirect_busy' });
    taken.close();
  }, 30_000);

  test.each([
    ['a wrong password', 'auth.rejected', () => microsoft('oauth-ropc', identity.clients.ropc, { password: { credential: 'v/wrong' } })],
    [
      'a second factor',
      'auth.mfa_required',
      () => microsoft('oauth-ropc', identity.clients.ropc, { ...PASSWORD, username: 'mfa@example.test' }),
    ],
    [
      'a wrong client secret',
      'auth.client_rejected',
      () => generic('oauth-client-credentials', identity.clients.daemon, { clientSecret: { credential: 'v/wrong' } }),
    ],
    [
      'a wrong secret, Microsoft',
      'auth.client_rejected',
      () => microsoft('oauth-client-credentials', identity.clients.daemon, { clientSecret: { credential: 'v/wrong' } }),
    ],
    [
      'tenant common',
      'input.invalid',
      () => microsoft('oauth-client-credentials', identity.clients.daemon, { ...SECRET, tenant: 'common' }),
    ],
  ])('%s is %s', async (_, code, auth) => {
    const error: unknown = await process()
      .connect(input(auth()))
      .catch((thrown: unknown) => thrown);
    expect(EmailError.is(error) && [error.code, error.message.includes('pa55word')]).toEqual([code, false]);
  });

  test.each([
    [{ status: 429, retryAfter: 120, times: 9 }, 'auth.provider_throttled'],
    [{ status: 'html', times: 9 }, 'auth.provider_unavailable'],
    [
      { status: 400, error: 'invalid_client', description: 'AADSTS7000222: The provided client secret keys are expired.', times: 1 },
      'auth.client_secret_expired',
    ],
  ] as const)(
    'a provider that answers %j is %s',
    async (fault, code) => {
      for (const make of [generic, microsoft]) {
        identity.fail(fault);
        await expect(process().connect(input(of(make)['client credentials']()))).rejects.toMatchObject({ code });
        identity.fail(undefined);
      }
    },
    30_000,
  );

  test("tokens of four seconds in the middle of a loop are the bot's concern at no time", async () => {
    const auth = generic('oauth-pkce', identity.clients.short, { ...ANY, ...SECRET });
    expect((await process().testConnection(input(auth), { person })).ok).toBe(true);
    const email = process();
    for (let round = 0; round < 3; round++) {
      await email.connect(input(auth));
      await email.run('email.count', { folder: 'INBOX' });
      await new Promise((resolve) => setTimeout(resolve, 2500));
    }
    expect(identity.grants.filter((grant) => grant === 'refresh_token').length).toBeGreaterThan(0);
  }, 30_000);

  test('a mail goes out over Postfix with a token', async () => {
    const email = process();
    await email.connect(input(of(generic)['client credentials']()));
    expect(await email.run('email.send', { to: 'demo@example.test', subject: 'token', text: 'x' })).toMatchObject({ state: 'sent' });
  }, 30_000);

  test('R1.49 R1.50 managed connections: shared for everyone, user-specific for its user alone', async () => {
    const of = (user: string) => {
      const tokens = tokensOnDisk({ folder: join(folder, 'tokens'), key: () => Promise.resolve(Buffer.alloc(32, 7)), log: silent });
      const vaults = [memoryVault('v', { secret: identity.secret })];
      const email = createEmail({
        ca: world.caFile,
        http,
        tokens,
        user,
        connections: join(folder, 'connections'),
        store: memoryStore(),
        vaults,
      });
      opened.push(email);
      return email;
    };
    const auth = generic('oauth-pkce', identity.clients.web, { ...ANY, ...SECRET }) as never;
    const [ann, ben] = [of('ann'), of('ben')];
    await ann.setConnection('Team', { tokenType: 'shared', backend: 'imap', auth });
    await ann.setConnection('Own', { tokenType: 'user', backend: 'imap', auth });
    const managed = (connection: string, tokenType: string) =>
      input({ mode: 'oauth-vault', connection, tokenType, username: 'demo@example.test' });
    await expect(ben.connect(managed('Team', 'shared'))).rejects.toMatchObject({ code: 'auth.sign_in_needed' });
    await ann.signIn('Team', person);
    await ann.signIn('Own', person);
    await ben.connect(managed('Team', 'shared'));
    await ann.connect(managed('Own', 'user'));
    const missing: unknown = await ben.connect(managed('Own', 'user')).catch((error: unknown) => error);
    expect(missing).toMatchObject({ code: 'auth.sign_in_needed' });
    expect(String(missing)).toMatch(/connection Own, of user ben/);
    await expect(ben.connect(managed('Own', 'shared'))).rejects.toMatchObject({ code: 'input.invalid' });
    await expect(ben.connect(managed('None', 'shared'))).rejects.toMatchObject({
      code: 'vault.key_missing',
      details: { known: ['Own', 'Team'] },
    });
  }, 30_000);

  test('R1.11 Google: the code flow with its library', async () => {
    const auth = {
      mode: 'oauth-pkce',
      provider: 'google',
      clientId: identity.clients.web,
      ...SECRET,
      ...ANY,
      username: 'demo@example.test',
    };
    const report = await process().testConnection(input(auth), { person: browsing({ issuer: 'https://accounts.google.com' }) });
    expect(report.stages.filter(({ state }) => state === 'failed')).toEqual([]);
    await process().connect(input(auth));
    expect(identity.grants).toEqual(['authorization_code']);
  }, 30_000);

  test('Google: a service account acts for the mailboxes that were delegated to it', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    identity.trust(publicKey.export({ type: 'spki', format: 'pem' }).toString());
    const private_key = privateKey.export({ type: 'pkcs8', format: 'pem' });
    const key = JSON.stringify({ client_email: 'bot@project.iam.gserviceaccount.com', private_key, private_key_id: '1' });
    const email = createEmail({
      ca: world.caFile,
      http,
      tokens: tokensInMemory(),
      store: memoryStore(),
      vaults: [memoryVault('v', { key, none: 'no key at all' })],
    });
    opened.push(email);
    const auth = { mode: 'google-service-account', key: { credential: 'v/key' }, username: 'demo@example.test' };
    await email.connect(input(auth));
    await expect(email.connect(input({ ...auth, username: 'undelegated@example.test' }))).rejects.toMatchObject({
      code: 'auth.mailbox_forbidden',
    });
    await expect(email.connect(input({ ...auth, key: { credential: 'v/none' } }))).rejects.toMatchObject({ code: 'input.invalid' });
  }, 30_000);

  test.each([
    ['R1.15', 'imap.gmail.com', 'oauth-client-credentials'],
    ['R1.16', 'imap.mail.yahoo.com', 'oauth-pkce'],
    ['R1.16', 'imap.mail.yahoo.com', 'oauth-client-credentials'],
    ['R1.16', 'imap-mail.outlook.com', 'oauth-client-credentials'],
  ])('%s %s with %s is refused before anything is asked', async (_, host, mode) => {
    const auth = mode === 'oauth-pkce' ? microsoft(mode, 'app') : microsoft(mode, 'app', SECRET);
    const failing = process().connect({ server: { backend: 'imap', host, auth } });
    await expect(failing).rejects.toMatchObject({ code: 'input.invalid', details: { path: 'server.auth.mode' } });
  });
});

// What a provider refuses, and what is refused before it is asked: through Microsoft's library and without.
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmailError } from '@mailwright/core';
import { describeReal, type ProviderFault } from '@mailwright/testing';
import { ANY, PASSWORD, SECRET, SignInStand } from './sign-in.test.fixture.ts';

describeReal('sign-ins that are refused', ['dovecot', 'openssl'], () => {
  let stand: SignInStand;
  beforeAll(async () => void (stand = await SignInStand.start()), 60_000);
  afterAll(() => stand.world.close());
  beforeEach(() => stand.begin());
  afterEach(() => stand.end());

  const input = (auth: object) => stand.input(auth, { outgoing: undefined });
  const alone = (make: SignInStand['generic'], more: object = SECRET) =>
    make('oauth-client-credentials', stand.identity.clients.daemon, more);
  /** The code of the refusal, and how often the provider was asked. No secret may be in it. */
  const refusal = async (auth: object, email = stand.process()) => {
    const error: unknown = await email.connect(input(auth)).catch((thrown: unknown) => thrown);
    expect(JSON.stringify(error)).not.toMatch(/canary-/);
    return [EmailError.is(error) ? error.code : error, stand.identity.grants.length];
  };

  test.each([
    [
      'a wrong password',
      'auth.rejected',
      () => stand.microsoft('oauth-ropc', stand.identity.clients.ropc, { password: { credential: 'v/wrong' } }),
    ],
    [
      'a second factor',
      'auth.mfa_required',
      () => stand.microsoft('oauth-ropc', stand.identity.clients.ropc, { ...PASSWORD, username: 'mfa@example.test' }),
    ],
    ['a wrong client secret', 'auth.client_rejected', () => alone(stand.generic, { clientSecret: { credential: 'v/wrong' } })],
    ['a wrong secret, Microsoft', 'auth.client_rejected', () => alone(stand.microsoft, { clientSecret: { credential: 'v/wrong' } })],
  ])('%s is %s', async (_, code, auth) => {
    expect(await refusal(auth())).toEqual([code, 1]);
  });

  const FAULTS: readonly [ProviderFault, string, number][] = [
    [{ status: 429, retryAfter: 120, times: 9 }, 'auth.provider_throttled', 1],
    [{ status: 429, retryAfter: new Date(Date.now() + 3_600_000).toUTCString(), times: 9 }, 'auth.provider_throttled', 1],
    [{ status: 503, retryAfter: 0, times: 9 }, 'auth.provider_unavailable', 3],
    [{ status: 500, error: 'server_error', times: 9 }, 'auth.provider_unavailable', 1],
    [{ status: 'html', times: 9 }, 'auth.provider_unavailable', 1],
    [{ status: 'hang', times: 9 }, 'auth.provider_unavailable', 1],
    [
      { status: 400, error: 'invalid_client', description: 'AADSTS7000222: The provided client secret keys are expired.', times: 9 },
      'auth.client_secret_expired',
      1,
    ],
    [{ status: 400, error: 'invalid_grant', suberror: 'consent_required', times: 9 }, 'auth.consent_required', 1],
    [
      { status: 400, error: 'interaction_required', description: 'AADSTS50079: strong authentication is needed', times: 9 },
      'auth.sign_in_needed',
      1,
    ],
    [
      { status: 400, error: 'unauthorized_client', description: 'AADSTS700016: no such application in the directory', times: 9 },
      'auth.client_rejected',
      1,
    ],
    [{ status: 400, error: 'invalid_request', description: 'AADSTS90002: Tenant not found', times: 9 }, 'auth.tenant_required', 1],
  ];
  const both = (['generic', 'microsoft'] as const).flatMap((make) => FAULTS.map((fault) => [make, ...fault] as const));
  test.each(both)(
    '%s: a provider that answers %j is %s',
    async (make, fault, code, asked) => {
      stand.identity.fail(fault);
      expect(await refusal(alone(stand[make]), stand.process({ http: stand.http(2_000) }))).toEqual([code, asked]);
    },
    30_000,
  );

  test.each(['generic', 'microsoft'] as const)(
    '%s: a provider that is busy for a moment is asked again when it says',
    async (make) => {
      stand.identity.fail({ status: 429, retryAfter: 1, times: 2 });
      const began = performance.now();
      await stand.process().connect(input(alone(stand[make])));
      expect([stand.identity.grants, performance.now() - began > 1900]).toEqual([['fault', 'fault', 'client_credentials'], true]);
    },
    30_000,
  );

  test('another secret is proved to the provider: a record that was had with the old one does not answer for it', async () => {
    await stand.process().connect(input(alone(stand.microsoft)));
    await stand.process().connect(input(alone(stand.microsoft)));
    expect(stand.identity.grants).toHaveLength(1);
    const changed = { clientSecret: { credential: 'v/wrong' } };
    expect(await refusal(alone(stand.microsoft, changed))).toEqual(['auth.client_rejected', 2]);
    // The old one is as good as before.
    await stand.process().connect(input(alone(stand.microsoft)));
    expect(stand.identity.grants).toHaveLength(2);
    const ropc = (more: object) => stand.generic('oauth-ropc', stand.identity.clients.ropc, more);
    await stand.process().connect(input(ropc(PASSWORD)));
    expect(await refusal(ropc({ password: { credential: 'v/wrong' } }))).toEqual(['auth.rejected', 4]);
  }, 30_000);

  test.each([
    ['a certificate that is none', 'certificate', { certificate: { credential: 'v/wrong' } }],
    ['an encrypted key without a password', 'certificatePassword', { certificate: { credential: 'v/locked' } }],
    [
      'a wrong password of the key',
      'certificatePassword',
      { certificate: { credential: 'v/locked' }, certificatePassword: { credential: 'v/wrong' } },
    ],
    ['an expired certificate', 'certificate', { certificate: { credential: 'v/expired' } }],
  ])('%s is told before anything is asked', async (_, field, more) => {
    const pki = (name: string) => readFileSync(join(stand.world.folder, 'pki', name), 'utf8');
    const cipher = { cipher: 'aes-256-cbc', passphrase: 'canary-key-password', type: 'pkcs8', format: 'pem' } as const;
    const locked = `${pki('app.pem')}${String(createPrivateKey(pki('app.key')).export(cipher))}`;
    const email = stand.process({}, { locked, expired: pki('expired.pem') + pki('expired.key') });
    const auth = stand.microsoft('oauth-client-credentials', stand.identity.clients.certified, { proof: 'certificate', ...more });
    await expect(email.connect(input(auth))).rejects.toMatchObject({ code: 'input.invalid', details: { path: `auth.${field}` } });
    expect(stand.identity.grants).toEqual([]);
  });

  test('tenant common is refused in the form, and where it comes from a vault', async () => {
    await expect(refusal(alone(stand.microsoft, { ...SECRET, tenant: 'common' }))).resolves.toEqual(['input.invalid', 0]);
    const email = stand.process({}, { tenant: 'organizations' });
    await expect(refusal(alone(stand.microsoft, { ...SECRET, tenant: { credential: 'v/tenant' } }), email)).resolves.toEqual([
      'auth.tenant_required',
      0,
    ]);
  });

  test.each([
    ['R1.15', 'imap.gmail.com', 'oauth-client-credentials', 'mode'],
    ['R1.16', 'imap.mail.yahoo.com', 'oauth-pkce', 'mode'],
    ['R1.16', 'imap.mail.yahoo.com', 'oauth-client-credentials', 'mode'],
    ['R1.16', 'imap-mail.outlook.com', 'oauth-client-credentials', 'mode'],
    ['R6.2', 'imap.gmail.com', 'oauth-pkce', 'allowTokenTo'],
    ['R6.2', '127.0.0.2', 'oauth-pkce', 'allowTokenTo'],
    ['R6.2', 'outlook.office365.us', 'oauth-pkce', 'cloud'],
  ])('%s a token for %s with %s is refused before anything is asked: %s', async (_, host, mode, field) => {
    const auth = mode === 'oauth-pkce' ? stand.microsoft(mode, 'app') : alone(stand.microsoft);
    const email = stand.process({ http: () => Promise.reject(new Error('asked')), vaults: [] });
    const failing = (given: object) =>
      expect(email.connect(given as never)).rejects.toMatchObject({ code: 'input.invalid', details: { path: `server.auth.${field}` } });
    await failing({ server: { backend: 'imap', host, auth } });
    // The same for a host that only sends.
    await failing({ server: { backend: 'imap', host: '127.0.0.1', auth }, outgoing: { backend: 'smtp', host } });
  });

  test('R1.49 R1.50 managed connections: shared for everyone, user-specific for its user alone, and only for its hosts', async () => {
    const of = (user: string) => stand.process({ user });
    const own = { ...ANY, ...SECRET, allowTokenTo: ['127.0.0.1'] };
    const auth = stand.generic('oauth-pkce', stand.identity.clients.web, own) as never;
    const [ann, ben] = [of('ann'), of('ben')];
    await ann.setConnection('Team', { tokenType: 'shared', auth });
    await ann.setConnection('Own', { tokenType: 'user', backend: 'imap', auth });
    const managed = (connection: string, tokenType: string, host = '127.0.0.1') => ({
      ...stand.input({ mode: 'oauth-vault', connection, tokenType, username: 'demo@example.test' }, { outgoing: undefined }),
      ...(host !== '127.0.0.1' && {
        server: { backend: 'imap', host, auth: { mode: 'oauth-vault', connection, tokenType, username: 'x' } },
      }),
    });
    await expect(ben.connect(managed('Team', 'shared'))).rejects.toMatchObject({ code: 'auth.sign_in_needed' });
    await ann.signIn('Team', stand.person());
    await ann.signIn('Own', stand.person());
    await ben.connect(managed('Team', 'shared'));
    await ann.connect(managed('Own', 'user'));
    const missing: unknown = await ben.connect(managed('Own', 'user')).catch((error: unknown) => error);
    expect([EmailError.is(missing, 'auth.sign_in_needed'), String(missing)]).toEqual([
      true,
      expect.stringMatching(/connection Own, of user ben/),
    ]);
    await expect(ben.connect(managed('Own', 'shared'))).rejects.toMatchObject({ code: 'input.invalid' });
    await expect(ben.connect(managed('None', 'shared'))).rejects.toMatchObject({
      code: 'vault.key_missing',
      details: { known: ['Own', 'Team'] },
    });
    // Whoever uses it cannot send the token elsewhere, nor to another kind of server.
    await expect(ben.connect(managed('Team', 'shared', 'localhost'))).rejects.toMatchObject({
      details: { path: 'connection Team.allowTokenTo' },
    });
    const sending = {
      server: { backend: 'smtp', host: '127.0.0.1', auth: { mode: 'oauth-vault', connection: 'Own', tokenType: 'user', username: 'x' } },
    };
    await expect(ann.connect(sending)).rejects.toMatchObject({ code: 'input.invalid', details: { path: 'connection Own' } });
    const open = stand.generic('oauth-pkce', 'app') as never;
    await expect(ann.setConnection('Open', { auth: open })).rejects.toMatchObject({ details: { path: 'auth.allowTokenTo' } });
  }, 30_000);

  test('R1.51 states of connections: active, sign-in needed, consent needed, blocked, never used; never a token', async () => {
    const email = stand.process({ user: 'ann' });
    const common = { ...SECRET, allowTokenTo: ['127.0.0.1'] };
    const pkce = stand.generic('oauth-pkce', stand.identity.clients.short, { ...ANY, ...common }) as never;
    for (const name of ['Active', 'Ended', 'Consent', 'Never'])
      await email.setConnection(name, { tokenType: 'user', backend: 'imap', auth: pkce });
    await email.setConnection('Blocked', { auth: alone(stand.generic, { ...common, clientSecret: { credential: 'v/wrong' } }) as never });
    for (const name of ['Active', 'Ended', 'Consent']) await email.signIn(name, stand.person());
    const use = (connection: string, tokenType = 'user') =>
      email.connect(input({ mode: 'oauth-vault', connection, tokenType, username: 'demo@example.test' }));
    // Longer than the tokens live.
    await new Promise((resolve) => setTimeout(resolve, 4100));
    for (const [name, error, code] of [
      ['Ended', 'invalid_grant', 'auth.sign_in_needed'],
      ['Consent', 'consent_required', 'auth.consent_required'],
    ] as const) {
      stand.identity.fail({ status: 400, error, times: 9 });
      await expect(use(name)).rejects.toMatchObject({
        code,
        message: expect.stringContaining(`connection ${name}, of user ann`) as string,
      });
      const asked = stand.identity.grants.length;
      await expect(use(name)).rejects.toMatchObject({ code });
      expect(stand.identity.grants).toHaveLength(asked);
    }
    stand.identity.fail(undefined);
    await expect(use('Blocked', 'shared')).rejects.toMatchObject({ code: 'auth.client_rejected' });
    const states = await stand.process({ user: 'ann' }).connections();
    expect(Object.fromEntries(states.map(({ name, owner, state }) => [name, `${owner}: ${state}`]))).toEqual({
      Active: 'ann: active',
      Blocked: 'shared: blocked',
      Consent: 'ann: consent needed',
      Ended: 'ann: sign-in needed',
      Never: 'ann: never used',
    });
    expect(JSON.stringify(states)).not.toMatch(/canary-|oken"/);
    // Another user has signed in to none of them.
    const others = await stand.process({ user: 'ben' }).connections();
    expect(others.filter(({ tokenType }) => tokenType === 'user').map(({ state }) => state)).toEqual(Array(4).fill('never used'));
  }, 60_000);

  test('R1.63 old names of login modes are read with a warning, and saved under the present one', async () => {
    const warned: string[] = [];
    const log = { debug: () => undefined, info: () => undefined, warn: (text: string) => void warned.push(text) };
    const email = stand.process({ log });
    const { mode: _, ...rest } = stand.generic('oauth-ropc', stand.identity.clients.ropc, PASSWORD) as { mode: string };
    const saved = await email.save({ session: 'Old', ...input({ mode: 'silent', ...rest }) });
    expect(saved.server.auth?.mode).toBe('oauth-ropc');
    expect(warned.splice(0)).toEqual([expect.stringContaining('"silent" is called oauth-ropc')]);
    await email.connect(input({ mode: 'silent', ...rest }));
    expect(warned.splice(0)).toEqual([expect.stringContaining('"silent"'), expect.stringContaining('oauth-ropc is deprecated')]);
    // An old recipe, as another program left it.
    await email.store.set({ ...saved, server: { ...saved.server, auth: { ...saved.server.auth, mode: 'silent' } } });
    await email.connect({ saved: 'Old' });
    expect(warned.splice(0)).toEqual([expect.stringContaining('"silent"'), expect.stringContaining('oauth-ropc is deprecated')]);
    // What was interactive opens no browser in a run.
    const pkce = stand.generic('interactive', stand.identity.clients.native);
    expect(await refusal(pkce, email)).toEqual(['auth.sign_in_needed', 1]);
  }, 30_000);
});

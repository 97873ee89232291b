// What a provider refuses, and what is refused before it is asked: through Microsoft's library and without.
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmailError } from '@mailwright/core';
import { describeReal, type ProviderFault } from '@mailwright/testing';
import { PASSWORD, SECRET, SignInStand } from './sign-in.test.fixture.ts';

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

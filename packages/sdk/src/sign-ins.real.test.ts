// Every login mode with tokens, against npm's oidc-provider, Debian's Dovecot and Postfix.
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { tokensInMemory } from '@mailwright/auth';
import { SHARED_MAILBOX, describeReal, smtpScript, startMailWorld } from '@mailwright/testing';
import { ANY, PASSWORD, SECRET, SignInStand } from './sign-in.test.fixture.ts';

describeReal('sign-ins', ['dovecot', 'postfix', 'openssl'], () => {
  let stand: SignInStand;
  beforeAll(async () => void (stand = await SignInStand.start({ postfix: true })), 60_000);
  afterAll(() => stand.world.close());
  beforeEach(() => stand.begin());
  afterEach(() => stand.end());

  type Make = SignInStand['generic'];
  const MODES: Readonly<Record<string, (make: Make) => object>> = {
    pkce: (make) => make('oauth-pkce', stand.identity.clients.native, ANY),
    'pkce with a secret': (make) => make('oauth-pkce', stand.identity.clients.web, { ...ANY, ...SECRET }),
    'device code': (make) => make('oauth-device-code', stand.identity.clients.device),
    'client credentials': (make) => make('oauth-client-credentials', stand.identity.clients.daemon, SECRET),
    ropc: (make) => make('oauth-ropc', stand.identity.clients.ropc, PASSWORD),
  };
  const certified = () =>
    stand.microsoft('oauth-client-credentials', stand.identity.clients.certified, {
      proof: 'certificate',
      certificate: { credential: 'v/certificate' },
    });
  const cases = (['generic', 'microsoft'] as const).flatMap((make) =>
    Object.entries(MODES).map(([name, auth]) => [`${make}: ${name}`, () => auth(stand[make])] as const),
  );

  test.each([...cases, ['microsoft: client credentials with a certificate', certified] as const])(
    'R0.5 %s signs in, reads, and the next process asks for nothing',
    async (_, auth) => {
      const first = await stand.process().testConnection(stand.input(auth()), { person: stand.person() });
      expect(first.stages.filter(({ state }) => state === 'failed')).toEqual([]);
      const asked = stand.identity.grants.length;
      // Reading and sending are one sign-in.
      expect(asked).toBe(1 + stand.identity.grants.slice(1).filter((grant) => grant.endsWith('device_code')).length);
      const second = stand.process();
      await second.connect(stand.input(auth()));
      expect(await second.run('email.count', { folder: 'INBOX' })).toMatchObject({ count: expect.any(Number) as number });
      expect(stand.identity.grants.length).toBe(asked);
    },
    60_000,
  );

  test('R1.39 nobody has signed in: said at once, without a question to the provider', async () => {
    for (const mode of ['oauth-pkce', 'oauth-device-code']) {
      const failing = stand.process().connect(stand.input(stand.generic(mode, stand.identity.clients.native)));
      await expect(failing).rejects.toMatchObject({ code: 'auth.sign_in_needed' });
    }
    expect(stand.identity.grants).toEqual([]);
  });

  test.each(['oauth-pkce', 'oauth-device-code'])(
    '%s: who signs in at Microsoft as somebody else is refused, and nothing is kept',
    async (mode) => {
      const { native, device } = stand.identity.clients;
      const auth = stand.microsoft(mode, mode === 'oauth-pkce' ? native : device, mode === 'oauth-pkce' ? ANY : {});
      const person = stand.person({ login: 'deputy@example.test' });
      const report = await stand.process().testConnection(stand.input(auth), { person });
      expect(report.stages.find(({ state }) => state === 'failed')).toMatchObject({
        stage: 'sign-in',
        code: 'auth.other_user',
        text: expect.stringMatching(/^deputy@example\.test .* demo@example\.test/) as string,
      });
      await expect(stand.process().connect(stand.input(auth))).rejects.toMatchObject({ code: 'auth.sign_in_needed' });
    },
    30_000,
  );

  test('a sign-in that is declined, and a port that is taken', async () => {
    const { native } = stand.identity.clients;
    const real = stand.person({ deny: true });
    let asked = 0;
    const person = { ...real, openBrowser: (url: URL) => (asked++, real.openBrowser(url)) };
    const report = await stand.process().testConnection(stand.input(stand.generic('oauth-pkce', native, ANY)), { person });
    // The sending side has the same login: who declined is not asked again.
    expect(asked).toBe(1);
    expect(report.stages.find(({ state }) => state === 'failed')).toMatchObject({ code: 'auth.consent_required' });
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const busy = stand.generic('oauth-pkce', native, { redirectUri: `http://localhost:${port}/Callback` });
    const second = await stand.process().testConnection(stand.input(busy), { person: stand.person() });
    expect(second.stages.find(({ state }) => state === 'failed')).toMatchObject({ stage: 'sign-in', code: 'auth.redirect_busy' });
    taken.close();
  }, 30_000);

  test("tokens of four seconds in the middle of a loop are the bot's concern at no time", async () => {
    const auth = stand.generic('oauth-pkce', stand.identity.clients.short, { ...ANY, ...SECRET });
    expect((await stand.process().testConnection(stand.input(auth), { person: stand.person() })).ok).toBe(true);
    const email = stand.process();
    for (let round = 0; round < 3; round++) {
      await email.connect(stand.input(auth));
      await email.run('email.count', { folder: 'INBOX' });
      await new Promise((resolve) => setTimeout(resolve, 2500));
    }
    expect(stand.identity.grants.filter((grant) => grant === 'refresh_token').length).toBeGreaterThan(0);
  }, 30_000);

  test('a mail goes out over Postfix with a token', async () => {
    const email = stand.process();
    await email.connect(stand.input(MODES['client credentials']?.(stand.generic) ?? {}));
    expect(await email.run('email.send', { to: 'demo@example.test', subject: 'token', text: 'x' })).toMatchObject({ state: 'sent' });
  }, 30_000);

  test('R1.28 R1.64 who signs in opens a shared mailbox, if it may; mail comes from its address', async () => {
    const auth = (username: string, mailbox: string | undefined) =>
      stand.generic('oauth-pkce', stand.identity.clients.native, { ...ANY, username, ...(mailbox !== undefined && { mailbox }) });
    const person = stand.person({ login: 'deputy@example.test' });
    const email = stand.process();
    const of = (mailbox: string | undefined) => stand.input(auth('deputy@example.test', mailbox), { outgoing: undefined });
    const report = await email.testConnection(of(SHARED_MAILBOX), { person });
    expect(report.stages.filter(({ state }) => state === 'failed')).toEqual([]);
    await email.connect(of(SHARED_MAILBOX));
    // Named by the session instead: the same, and the same sign-in.
    await email.connect({ ...of(undefined), mailbox: SHARED_MAILBOX });
    expect(stand.identity.grants.filter((grant) => grant === 'authorization_code')).toHaveLength(1);
    await expect(email.connect(of('svc@example.test'))).rejects.toMatchObject({
      code: 'auth.mailbox_forbidden',
      details: { username: 'svc@example.test' },
    });
    await expect(email.connect({ ...of(SHARED_MAILBOX), mailbox: 'svc@example.test' })).rejects.toMatchObject({
      code: 'input.invalid',
      details: { path: 'mailbox' },
    });
    // Sending is another matter: the person signs in, the mail says whose it is.
    const script = await smtpScript(undefined, ['AUTH XOAUTH2']);
    const outgoing = { backend: 'smtp', host: '127.0.0.1', port: script.port, security: 'none', allowClearTextPassword: true };
    await email.connect({ ...of(SHARED_MAILBOX), outgoing });
    await email.run('email.send', { to: 'a@example.test', subject: 'x', text: 'x', saveToSent: false });
    const shown = /^AUTH XOAUTH2 (\S+)/m.exec(script.heard.join('\n'))?.[1] ?? '';
    expect(Buffer.from(shown, 'base64').toString('utf8')).toMatch(/^user=deputy@example\.test\W/);
    expect(script.heard).toContain(`MAIL FROM:<${SHARED_MAILBOX}>`);
    await script.close();
    const basic = { mode: 'basic', username: 'demo@example.test', ...PASSWORD };
    await expect(email.connect(stand.input(basic, { mailbox: SHARED_MAILBOX }))).rejects.toMatchObject({ details: { path: 'mailbox' } });
  }, 30_000);

  const who = { username: 'deputy@example.test' };
  const DELEGATED: Readonly<Record<string, () => object>> = {
    'device code': () => stand.generic('oauth-device-code', stand.identity.clients.device, who),
    "device code of Microsoft's library": () => stand.microsoft('oauth-device-code', stand.identity.clients.device, who),
    ropc: () => stand.generic('oauth-ropc', stand.identity.clients.ropc, { ...who, ...PASSWORD }),
    "ropc of Microsoft's library": () => stand.microsoft('oauth-ropc', stand.identity.clients.ropc, { ...who, ...PASSWORD }),
    'a managed connection': () => ({ mode: 'oauth-vault', connection: 'Deputy', ...who }),
  };
  test.each(Object.entries(DELEGATED))(
    'R1.28 a shared mailbox with %s: one sign-in, and no mailbox beyond the right',
    async (_, auth) => {
      const email = stand.process();
      const person = stand.person({ login: 'deputy@example.test' });
      const kept = stand.generic('oauth-pkce', stand.identity.clients.native, { ...ANY, ...who, allowTokenTo: ['127.0.0.1'] });
      await email.setConnection('Deputy', { tokenType: 'shared', backend: 'imap', auth: kept as never });
      await email.signIn('Deputy', person);
      const of = (mailbox?: string) => stand.input({ ...auth(), ...(mailbox !== undefined && { mailbox }) }, { outgoing: undefined });
      expect((await email.testConnection(of(SHARED_MAILBOX), { person })).stages.filter(({ state }) => state === 'failed')).toEqual([]);
      const asked = stand.identity.grants.length;
      await email.connect(of(SHARED_MAILBOX));
      await email.connect({ ...of(), mailbox: SHARED_MAILBOX });
      expect(stand.identity.grants).toHaveLength(asked);
      await expect(email.connect(of('svc@example.test'))).rejects.toMatchObject({ code: 'auth.mailbox_forbidden' });
      // It is `mailbox` that opens it: the token is good for nothing else.
      await expect(email.connect(of())).rejects.toMatchObject({ code: 'auth.token_expired' });
    },
    30_000,
  );

  test('R1.11 Google: the code flow with its library', async () => {
    const auth = {
      mode: 'oauth-pkce',
      provider: 'google',
      clientId: stand.identity.clients.web,
      ...SECRET,
      ...ANY,
      username: 'demo@example.test',
      allowTokenTo: ['127.0.0.1'],
    };
    const person = stand.person({ issuer: 'https://accounts.google.com' });
    const report = await stand.process().testConnection(stand.input(auth), { person });
    expect(report.stages.filter(({ state }) => state === 'failed')).toEqual([]);
    await stand.process().connect(stand.input(auth));
    expect(stand.identity.grants).toEqual(['authorization_code']);
  }, 30_000);

  test('Google: a service account acts for the mailboxes that were delegated to it', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    stand.identity.trust(publicKey.export({ type: 'spki', format: 'pem' }).toString());
    const private_key = privateKey.export({ type: 'pkcs8', format: 'pem' });
    const key = JSON.stringify({ client_email: 'bot@project.iam.gserviceaccount.com', private_key, private_key_id: '1' });
    const email = stand.process({}, { key, none: 'no key at all' });
    const auth = {
      mode: 'google-service-account',
      key: { credential: 'v/key' },
      username: 'demo@example.test',
      allowTokenTo: ['127.0.0.1'],
    };
    await email.connect(stand.input(auth));
    const connect = (more: object) => email.connect(stand.input({ ...auth, ...more }));
    await expect(connect({ username: 'undelegated@example.test' })).rejects.toMatchObject({ code: 'auth.mailbox_forbidden' });
    await expect(connect({ key: { credential: 'v/none' } })).rejects.toMatchObject({ code: 'input.invalid' });
  }, 30_000);
});

describeReal('tokens that the mail server checks by itself', ['dovecot', 'openssl'], () => {
  test('a JWT opens its mailbox, and no other; one that was tampered with opens none', async () => {
    await using world = await startMailWorld({ identity: 'jwt', users: { demo: 'canary-demo-1234' } });
    const stand = new SignInStand(world);
    stand.begin();
    const auth = (more: object = {}) => stand.generic('oauth-client-credentials', stand.identity.clients.jwt, { ...SECRET, ...more });
    const email = stand.process();
    const input = (more?: object) => stand.input(auth(more), { outgoing: undefined });
    const report = await email.testConnection(input());
    expect(report.stages.filter(({ state }) => state === 'failed')).toEqual([]);
    expect(report.stages.find(({ stage }) => stage === 'sign-in')?.text).toMatch(/for https:\/\/outlook\.office\.com\//);
    await expect(email.connect(input({ mailbox: 'demo@example.test' }))).rejects.toMatchObject({ code: 'auth.mailbox_forbidden' });
    // Another mailbox written into it: the signature does not fit any more.
    const forging = stand.process({
      tokens: tokensInMemory(),
      http: async (request) => {
        const answer = await stand.http()(request);
        return { ...answer, text: answer.text.replace(/"[\w-]+\.[\w-]+\.[\w-]+"/, (token) => forged(token, 'demo@example.test')) };
      },
    });
    await expect(forging.connect(input({ mailbox: 'demo@example.test' }))).rejects.toMatchObject({ code: 'auth.mailbox_forbidden' });
    await stand.end();
  }, 60_000);
});

function forged(token: string, mailbox: string): string {
  const [head, claims = '', signature] = token.split('.');
  const changed = { ...(JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as object), mailbox };
  return [head, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.');
}

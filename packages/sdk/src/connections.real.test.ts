// Managed connections: a sign-in that is set up once and used by many.
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EmailError } from '@mailwright/core';
import { describeReal } from '@mailwright/testing';
import { ANY, SECRET, SignInStand } from './sign-in.test.fixture.ts';

// Off on Windows, where access lists protect a shared folder, not modes.
const posix = process.platform === 'win32' ? test.skip : test;

describeReal('managed connections', ['dovecot', 'openssl'], () => {
  let stand: SignInStand;
  beforeAll(async () => void (stand = await SignInStand.start()), 60_000);
  afterAll(() => stand.world.close());
  beforeEach(() => stand.begin());
  afterEach(() => stand.end());

  const input = (auth: object) => stand.input(auth, { outgoing: undefined });

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
    await email.setConnection('Blocked', {
      auth: stand.generic('oauth-client-credentials', stand.identity.clients.daemon, {
        ...common,
        clientSecret: { credential: 'v/wrong' },
      }) as never,
    });
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

  posix(
    'R1.49 in a folder that a group shares: what is shared is there, what is of one user is not',
    async () => {
      const shared = join(stand.folder, 'shared');
      mkdirSync(shared);
      chmodSync(shared, 0o2770);
      const own = (user: string) => stand.process({ user, shared, connections: undefined as never });
      const auth = stand.generic('oauth-pkce', stand.identity.clients.web, { ...ANY, ...SECRET, allowTokenTo: ['127.0.0.1'] }) as never;
      const ann = own('ann');
      await ann.setConnection('Team', { tokenType: 'shared', auth });
      await ann.setConnection('Own', { tokenType: 'user', auth });
      const records = () => readdirSync(shared).filter((name) => name.endsWith('.db') && name !== 'sealing-key.db');
      await ann.signIn('Own', stand.person());
      expect(records()).toEqual([]);
      await ann.signIn('Team', stand.person());
      expect(records()).toHaveLength(1);
      const mode = (...path: string[]) => (statSync(join(shared, ...path)).mode & 0o7777).toString(8);
      expect([mode('connections'), mode('connections', 'Team.json'), mode('sealing.key')]).toEqual(['2750', '640', '660']);
      expect(readFileSync(join(shared, records()[0] ?? ''), 'latin1')).not.toMatch(/oken/);
      await own('ben').connect(input({ mode: 'oauth-vault', connection: 'Team', username: 'demo@example.test' }));
      expect(existsSync(join(stand.folder, 'connections'))).toBe(false);
    },
    30_000,
  );
});

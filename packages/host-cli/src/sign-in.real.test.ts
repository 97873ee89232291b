// A person signs in at the terminal once, and bots run with what was kept: real provider, real Dovecot, the real command line.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeReal, signInAsPerson, startMailWorld, type Identity, type MailWorld } from '@mailwright/testing';
import { MAIN } from './cli.test.fixture.ts';

const MODE = { mode: 'oauth-pkce', provider: 'generic', clientId: 'c', username: 'u', allowTokenTo: ['127.0.0.1'] };

describeReal('sign-in at the command line', ['dovecot', 'openssl'], () => {
  let world: MailWorld;
  let identity: Identity;
  let home: string;
  beforeAll(async () => {
    world = await startMailWorld({ identity: true });
    identity = world.identity as Identity;
    home = mkdtempSync(join(tmpdir(), 'home-'));
  }, 60_000);
  afterAll(async () => {
    await world.close();
    rmSync(home, { recursive: true, force: true });
  });

  /** Runs the command line; what it says on standard error is watched. */
  const mailwright = (args: readonly string[], input: object, watch: (text: string, child: ChildProcess) => void = () => undefined) => {
    const env = {
      PATH: process.env['PATH'],
      HOME: home,
      MAILWRIGHT_HOME: join(home, 'data'),
      MAILWRIGHT_CA: world.caFile,
      MAILWRIGHT_NO_BROWSER: '1',
    };
    const child = spawn(process.execPath, [MAIN, ...args], {
      env: { ...env, MAILWRIGHT_SECRET_APP: identity.secret },
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => (out += String(chunk)));
    child.stderr.on('data', (chunk) => watch((err += String(chunk)), child));
    child.stdin.end(JSON.stringify(input));
    return new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
      child.once('close', (code) => resolve({ code, out, err })),
    );
  };
  const auth = () => ({
    mode: 'oauth-pkce',
    provider: 'generic',
    issuer: identity.issuer,
    clientId: identity.clients.web,
    clientSecret: { credential: 'environment/app' },
    username: 'demo@example.test',
    redirectUri: 'http://localhost',
    scopes: ['https://outlook.office.com/IMAP.AccessAsUser.All', 'offline_access'],
    allowTokenTo: ['127.0.0.1'],
  });
  const managed = () => ({
    session: 'x',
    server: {
      backend: 'imap',
      host: '127.0.0.1',
      port: world.ports.imaps,
      auth: { mode: 'oauth-vault', connection: 'Team', username: 'demo@example.test' },
    },
  });

  test('R1.14 R1.51 before: sign-in needed; then a browser; after: the connection works, and nothing readable is on the disk', async () => {
    const before = await mailwright(['test-connection', '--input', '-', '--json'], managed());
    expect([before.code, before.out]).toEqual([1, expect.stringContaining('vault.key_missing')]);
    let browsed = false;
    const signedIn = await mailwright(
      ['sign-in', 'Team', '--input', '-'],
      { tokenType: 'shared', backend: 'imap', auth: auth() },
      (text) => {
        const url = /https:\S+/.exec(text)?.[0];
        if (url === undefined || browsed || !text.endsWith('\n')) return;
        browsed = true;
        void signInAsPerson(url, { login: 'demo@example.test', ca: readFileSync(world.caFile, 'utf8') });
      },
    );
    expect(signedIn).toMatchObject({ code: 0, out: 'Signed in: Team.\n' });
    const listed = JSON.parse((await mailwright(['connections', '--json'], {})).out) as { connections: object[] };
    expect(listed.connections).toEqual([
      expect.objectContaining({ name: 'Team', owner: 'shared', state: 'active', renews: true, username: 'demo@example.test' }),
    ]);
    expect((await mailwright(['connections'], {})).out).toMatch(
      /^Team {2}shared {2}imap {2}oauth-pkce, generic {2}demo@example\.test {2}active\n$/,
    );
    const after = await mailwright(['test-connection', '--input', '-', '--json'], managed());
    expect([after.code, after.out.trim().split('\n').at(-1)]).toEqual([0, '{"event":"end","ok":true}']);
    const files = readdirSync(join(home, 'data'), { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(['Team.json', 'vault.age']));
    for (const { parentPath, name } of files) {
      const content = readFileSync(join(parentPath, name), 'latin1');
      for (const word of ['accessToken', 'refresh_token', identity.secret]) expect(content).not.toContain(word);
    }
    expect(await mailwright(['connections', 'sign-out', 'Team'], {})).toMatchObject({ code: 0 });
    expect((await mailwright(['connections'], {})).out).toMatch(/never used/);
    const signedOut = await mailwright(['test-connection', '--input', '-'], managed());
    expect([signedOut.code, signedOut.out]).toEqual([1, expect.stringContaining('mailwright sign-in Team')]);
    await mailwright(['connections', 'remove', 'Team'], {});
    expect((await mailwright(['connections'], {})).out).toMatch(/no connections/);
    expect((await mailwright(['connections', 'remove', 'Team'], {})).err).toMatch(/vault.key_missing/);
  }, 90_000);

  test('a code typed on another device: by somebody else it is refused with 1, by the right person it is good for a bot', async () => {
    const { clientSecret: _, redirectUri: __, ...rest } = auth();
    const scopes = ['openid', 'email', ...rest.scopes];
    const code = { ...rest, mode: 'oauth-device-code', clientId: identity.clients.device, scopes };
    const typedBy = (login: string) => {
      let typed = false;
      return (text: string) => {
        const [, url = '', userCode = ''] = /Go to (https:\S+) on any device and enter the code (\S+)\n/.exec(text) ?? [];
        if (typed || url === '') return;
        typed = true;
        void signInAsPerson(url, { login, ca: readFileSync(world.caFile, 'utf8'), userCode });
      };
    };
    const input = { tokenType: 'shared', backend: 'imap', auth: code };
    const wrong = await mailwright(['sign-in', 'Team', '--input', '-'], input, typedBy('other@example.test'));
    expect(wrong).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/other@example\.test signed in.*auth\.other_user/s) });
    expect((await mailwright(['connections'], {})).out).toMatch(/never used/);
    expect(await mailwright(['sign-in', 'Team'], {}, typedBy('demo@example.test'))).toMatchObject({ code: 0, out: 'Signed in: Team.\n' });
    const after = await mailwright(['test-connection', '--input', '-', '--json'], managed());
    expect([after.code, after.out.trim().split('\n').at(-1)]).toEqual([0, '{"event":"end","ok":true}']);
    await mailwright(['connections', 'remove', 'Team'], {});
  }, 90_000);

  test.each([
    ['a browser', {}],
    ['a code', { mode: 'oauth-device-code', clientSecret: undefined, redirectUri: undefined }],
  ])('Ctrl+C while %s is waited for: it is said, the code is 1', async (_, other) => {
    const clientId = 'mode' in other ? identity.clients.device : identity.clients.web;
    const input = { tokenType: 'shared', backend: 'imap', auth: { ...auth(), clientId, ...other } };
    let pressed = false;
    const stopped = await mailwright(['sign-in', 'Team', '--input', '-'], input, (text, child) => {
      if (!pressed && /https:\S+[^]*\n/.test(text)) pressed = child.kill('SIGINT');
    });
    expect(stopped).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/it was stopped.*\[auth\.cancelled\]/s) });
    await mailwright(['connections', 'remove', 'Team'], {});
  });

  test.each([
    ['a name that leads out', '../x', {}, 'input.invalid'],
    ['a login mode without tokens', 'Team2', { auth: { mode: 'basic', username: 'x' } }, 'auth.flow_unsupported'],
    ['an issuer without TLS', 'Team2', { auth: { ...MODE, issuer: 'http://x.test' } }, 'input.invalid'],
    [
      'a secret in plain text',
      'Team2',
      { auth: { ...MODE, issuer: 'https://x.test', clientSecret: 'a-secret-in-plain-text' } },
      'input.invalid',
    ],
    [
      'an insecure secret',
      'Team2',
      { auth: { ...MODE, issuer: 'https://x.test', clientSecret: { insecure: 'a-secret-in-plain-text' } } },
      'session.insecure_secret',
    ],
  ])('%s is refused, and nothing is stored', async (_, name, connection, code) => {
    const { code: exit, err } = await mailwright(['sign-in', name, '--input', '-'], connection);
    expect([exit, err.includes(`[${code}]`), err.includes('plain-text')]).toEqual([2, true, false]);
    const again = await mailwright(['sign-in', 'Team2'], {});
    expect([again.code, again.err]).toEqual([2, expect.stringContaining('vault.key_missing')]);
  });
});

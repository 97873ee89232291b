import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { httpsClient } from '@mailwright/network';
import { describeReal, makeCertificates, signInAsPerson, startIdentity } from '@mailwright/testing';
import { contextFor } from './context.test.fixture.ts';
import type { Racing } from './race.test.fixture.ts';
import { oauthPkce } from './index.ts';

const USES = 16;

describeReal('many processes with one sign-in', ['openssl'], () => {
  test('six share a rotating refresh token and tokens of four seconds; one is killed while it holds the lock', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'race-'));
    const pki = join(folder, 'pki');
    mkdirSync(pki);
    makeCertificates(pki);
    const ca = readFileSync(join(pki, 'ca.pem'), 'utf8');
    await using identity = await startIdentity(pki, {});
    const auth = {
      mode: 'oauth-pkce',
      provider: 'generic',
      issuer: identity.issuer,
      clientId: identity.clients.short,
      username: 'demo@example.test',
      clientSecret: { credential: 'v/secret' },
      scopes: ['https://mail.google.com/', 'offline_access'],
      redirectUri: 'http://localhost',
    };
    const common = { folder: join(folder, 'tokens'), ca, auth, secret: identity.secret, uses: USES };
    const person = {
      openBrowser: (url: URL) => signInAsPerson(url.href, { login: 'demo@example.test', ca }).then(() => undefined),
      showCode: () => undefined,
    };
    await oauthPkce.authenticate(oauthPkce.input.parse(auth) as never, { ...contextFor(common, httpsClient({ ca: [ca] })), person });

    const children: ChildProcess[] = [];
    const start = (racing: Racing) => {
      const child = fork(join(import.meta.dirname, '..', 'dist', 'race.test.fixture.js'), { stdio: 'ignore', execArgv: [] });
      children.push(child);
      child.send(racing);
      return child;
    };
    try {
      const held = new Promise((resolve) => {
        const victim = start({ ...common, hangs: true });
        victim.once('message', () => resolve(victim.kill('SIGKILL')));
      });
      const told = Array.from({ length: 5 }, () => {
        const child = start({ ...common, hangs: false });
        return new Promise<{ failed: string[]; used: number }>((resolve) => child.once('message', (message) => resolve(message as never)));
      });
      const results = await Promise.all(told);
      await held;
      expect(results).toEqual(Array.from({ length: 5 }, () => ({ failed: [], used: USES })));
      const refreshes = identity.grants.filter((grant) => grant === 'refresh_token').length;
      // Five times sixteen connects, over some eight seconds.
      expect(refreshes).toBeGreaterThan(0);
      expect(refreshes).toBeLessThan((5 * USES) / 4);
    } finally {
      for (const child of children) child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    }
  }, 120_000);
});

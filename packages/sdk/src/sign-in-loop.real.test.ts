// Tokens of four seconds, and a server that ends the session in the middle of a loop: no concern of the bot.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tokensOnDisk } from '@mailwright/auth';
import { httpsClient } from '@mailwright/network';
import { describeReal, signInAsPerson, startMailWorld } from '@mailwright/testing';
import { createEmail, memoryStore, memoryVault } from './index.ts';

const MAILS = 500;
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined };

describeReal('a loop with tokens that end', ['dovecot', 'openssl'], () => {
  test('a loop over 500 mails: each once, and the token was renewed on the way', async () => {
    await using world = await startMailWorld({ identity: true });
    const { identity } = world;
    if (!identity) throw new Error('no provider');
    const ca = readFileSync(world.caFile, 'utf8');
    const folder = mkdtempSync(join(tmpdir(), 'tokens-'));
    const mails = Array.from({ length: MAILS }, (_, index) => ({
      raw: Buffer.from(`Subject: mail ${index}\r\nMessage-ID: <${index}@x>\r\n\r\nx\r\n`),
    }));
    world.seed('demo', 'INBOX', mails);
    const tokens = tokensOnDisk({ folder: join(folder, 'in'), key: () => Promise.resolve(Buffer.alloc(32, 7)), log: silent });
    const vaults = [memoryVault('v', { secret: identity.secret })];
    await using email = createEmail({ ca: world.caFile, http: httpsClient({ ca: [ca] }), tokens, store: memoryStore(), vaults });
    const auth = {
      mode: 'oauth-pkce',
      provider: 'generic',
      issuer: identity.issuer,
      clientId: identity.clients.short,
      clientSecret: { credential: 'v/secret' },
      username: 'demo@example.test',
      redirectUri: 'http://localhost',
      scopes: ['https://outlook.office.com/IMAP.AccessAsUser.All', 'offline_access'],
    };
    const input = { timeZone: 'UTC', server: { backend: 'imap', host: '127.0.0.1', port: world.ports.imaps, auth } };
    const person = {
      openBrowser: (url: URL) => signInAsPerson(url.href, { login: 'demo@example.test', ca }).then(() => undefined),
      showCode: () => undefined,
    };
    const report = await email.testConnection(input, { person });
    expect(report.stages.find(({ stage }) => stage === 'sign-in')?.text).toMatch(/token is good for less than a minute/);
    await email.connect(input);
    const seen: string[] = [];
    for await (const mail of email.loop({ folder: 'INBOX', load: 'summary' })) {
      seen.push(mail.subject);
      if (seen.length % 100 !== 50) continue;
      // Longer than a token lives.
      await new Promise((resolve) => setTimeout(resolve, 2200));
      world.doveadm('kick', 'demo@example.test');
      await email.run('email.mark', { messages: mail, flagged: 'yes' });
    }
    expect([seen.length, new Set(seen).size]).toEqual([MAILS, MAILS]);
    expect(identity.grants.filter((grant) => grant === 'refresh_token').length).toBeGreaterThan(1);
    expect(identity.grants.filter((grant) => grant === 'authorization_code')).toHaveLength(1);
    rmSync(folder, { recursive: true, force: true });
  }, 90_000);
});

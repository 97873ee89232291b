// Sign-ins that a group of users of one machine shares: real users, real modes, a real provider that rotates.
import { fork } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { httpsClient } from '@mailwright/network';
import { describeReal, makeCertificates, signInAsPerson, startIdentity, type Identity } from '@mailwright/testing';
import type { Member, Told } from './group.test.fixture.ts';
import { contextFor, silence } from './context.test.fixture.ts';
import { oauthPkce, tokensOnDisk } from './index.ts';

const [TEAM, OTHERS] = [61_000, 61_999];
const [ANN, BEN, EVE] = [61_001, 61_002, 61_003];

describeReal('sign-ins that a group shares', ['openssl', 'root'], () => {
  let top: string;
  let shared: string;
  let identity: Identity;
  let ca: string;
  const auth = () => ({
    mode: 'oauth-pkce',
    provider: 'generic',
    issuer: identity.issuer,
    clientId: identity.clients.short,
    username: 'demo@example.test',
    clientSecret: { credential: 'v/secret' },
    scopes: ['https://mail.google.com/', 'offline_access'],
    redirectUri: 'http://localhost',
  });
  const store = () => tokensOnDisk({ folder: shared, group: true, key: () => Promise.resolve(Buffer.alloc(32, 7)), log: silence });
  const as = (uid: number, group: number, uses: number, more: Pick<Member, 'writes' | 'reads'> = {}) =>
    new Promise<Told>((resolve, reject) => {
      const child = fork(join(import.meta.dirname, '..', 'dist', 'group.test.fixture.js'), { stdio: 'ignore', execArgv: [] });
      child.once('error', reject);
      child.once('message', (told) => {
        resolve(told as unknown as Told);
        child.disconnect();
      });
      child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
      child.send({ uid, group, folder: shared, ca, auth: auth(), secret: identity.secret, uses, ...more } satisfies Member);
    });

  beforeAll(async () => {
    top = mkdtempSync(join(tmpdir(), 'group-'));
    chmodSync(top, 0o755);
    mkdirSync(join(top, 'pki'));
    makeCertificates(join(top, 'pki'));
    ca = readFileSync(join(top, 'pki', 'ca.pem'), 'utf8');
    identity = await startIdentity(join(top, 'pki'), {});
  }, 30_000);
  afterAll(async () => {
    await identity.close();
    rmSync(top, { recursive: true, force: true });
  });
  /** As an administrator makes it: install -d -m 2770 -g TEAM FOLDER. */
  beforeEach(() => {
    shared = join(mkdtempSync(join(top, 't-')), 'shared');
    chmodSync(join(shared, '..'), 0o755);
    mkdirSync(shared);
    chownSync(shared, 0, TEAM);
    chmodSync(shared, 0o2770);
  });

  const signIn = () =>
    oauthPkce.authenticate(oauthPkce.input.parse(auth()) as never, {
      ...contextFor({ folder: shared, secret: identity.secret }, httpsClient({ ca: [ca] })),
      tokens: store(),
      person: {
        openBrowser: (url) => signInAsPerson(url.href, { login: 'demo@example.test', ca }).then(() => undefined),
        showCode: () => undefined,
      },
    });

  test('R1.49 two users renew one sign-in in turn; one who is not of the group gets nothing', async () => {
    await signIn();
    const [ann, ben, eve] = await Promise.all([as(ANN, TEAM, 16), as(BEN, TEAM, 16), as(EVE, OTHERS, 2)]);
    expect([ann, ben]).toEqual(Array(2).fill({ used: 16, failed: [] }));
    const refused = expect.stringMatching(/^vault\.unreachable: .*not let into/) as string;
    expect(eve).toEqual({ used: 0, failed: [refused, refused] });
    const refreshes = identity.grants.filter((grant) => grant === 'refresh_token').length;
    expect([refreshes > 1, refreshes < 12]).toEqual([true, true]);
    for (const name of readdirSync(shared)) {
      const { mode, gid } = lstatSync(join(shared, name));
      expect([name, (mode & 0o777).toString(8), gid]).toEqual([name, '660', TEAM]);
    }
  }, 60_000);

  test('what a member makes is for the next one too, whatever he forbids others by himself', async () => {
    await as(ANN, TEAM, 0, { writes: 'made' });
    expect(await as(BEN, TEAM, 0, { reads: 'made' })).toMatchObject({ found: `of ${ANN}` });
    const { mode, gid, uid } = lstatSync(join(shared, 'made.db'));
    expect([(mode & 0o777).toString(8), gid, uid]).toEqual(['660', TEAM, ANN]);
  }, 30_000);

  test.each([
    ['a folder that lets others in', () => chmodSync(shared, 0o2775), /mode 2775 lets others in/],
    ['a folder whose files would not belong to the group', () => chmodSync(shared, 0o770), /set-group-ID/],
    ['a file that lets others in', () => chmodSync(record(), 0o664), /mode 664 lets others in/],
    [
      'a link in the place of a file',
      () => {
        renameSync(record(), join(top, 'elsewhere.db'));
        symlinkSync(join(top, 'elsewhere.db'), record());
      },
      /a link/,
    ],
    [
      'a link in the place of the folder',
      () => {
        renameSync(shared, `${shared}-real`);
        symlinkSync(`${shared}-real`, shared);
      },
      /a link/,
    ],
  ])('%s is refused', async (_, spoil, problem) => {
    await store().change('k', () => Promise.resolve({ accessToken: 'a', issuedAt: Date.now(), expiresAt: Date.now() + 60_000 }));
    expect(await store().load('k')).toMatchObject({ accessToken: 'a' });
    spoil();
    await expect(store().load('k')).rejects.toMatchObject({
      code: 'vault.unsafe_file',
      details: { problem: expect.stringMatching(problem) as string },
    });
  });
  const record = () => join(shared, 'k.db');

  test('a folder that nobody made is not made here: its group would be anybody', async () => {
    rmSync(shared, { recursive: true });
    await expect(store().change('k', () => Promise.reject(new Error('never')))).rejects.toMatchObject({ code: 'vault.unreachable' });
  });
});

// Secrets stay secret: each login mode, with everything that can go wrong, and all that a program could show is searched.
import { fork } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { generateKeyPairSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canariesBelow, canariesIn, canary, describeReal, honest, scripted, type ProviderFault, type Scripted } from '@mailwright/testing';
import type { Attempt, Order } from './canary.test.fixture.ts';
import { ANY, SignInStand } from './sign-in.test.fixture.ts';

describeReal('secrets are shown nowhere', ['dovecot', 'openssl'], () => {
  const PASSWORD = canary();
  const WRONG = canary();
  let stand: SignInStand;
  let echo: Scripted;
  let folder: string;
  beforeAll(async () => {
    stand = await SignInStand.start({ users: { demo: PASSWORD } });
    // What was sent comes back, as it was and decoded.
    echo = await scripted('* OK ready\r\n', (line) => {
      const [tag, command = '', ...rest] = line.split(' ');
      if (!/^(AUTHENTICATE|LOGIN)$/i.test(command)) return honest(line, { capabilities: 'SASL-IR AUTH=PLAIN AUTH=XOAUTH2' });
      const decoded = rest
        .map((part) =>
          Buffer.from(part, 'base64')
            .toString('utf8')
            .replace(/\p{Cc}/gu, ' '),
        )
        .join(' ');
      return `${tag} NO [AUTHENTICATIONFAILED] ${line} ${decoded}\r\n`;
    });
  }, 60_000);
  afterAll(async () => {
    await echo[Symbol.asyncDispose]();
    await stand.world.close();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'canaries-'));
    stand.begin();
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true, force: true });
    await stand.end();
  });

  interface Ended {
    readonly out: string;
    readonly code: number | null;
  }
  /** Runs the process, and does with the provider what it asks for. */
  async function run(order: Partial<Order>, environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const { port, tenant } = stand.identity;
    for (const name of new Set(order.attempts?.map(({ tokens }) => tokens))) {
      mkdirSync(join(folder, name));
      chmodSync(join(folder, name), 0o2770);
    }
    const child = fork(join(import.meta.dirname, '..', 'dist', 'canary.test.fixture.js'), {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: ['--report-uncaught-exception', `--report-directory=${folder}`, '--disable-warning=ExperimentalWarning'],
      env: { PATH: process.env['PATH'], ...environment },
    });
    let out = '';
    for (const from of [child.stdout, child.stderr]) from?.on('data', (chunk) => (out += String(chunk)));
    child.on('message', ({ fault }: { fault: ProviderFault | null }) => {
      stand.identity.fail(fault ?? undefined);
      child.send('go');
    });
    const whole = { folder, ca: stand.ca, caFile: stand.world.caFile, provider: { port, tenant }, secrets: {}, attempts: [], ...order };
    child.send(whole satisfies Order);
    const limit = setTimeout(() => child.kill('SIGKILL'), 60_000);
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    clearTimeout(limit);
    stand.identity.fail(undefined);
    return { out, code };
  }

  const known = (more: Readonly<Record<string, string>> = {}) => ({
    password: PASSWORD,
    wrong: WRONG,
    secret: stand.identity.secret,
    ...more,
    // Of a token that says something of its user, the part that makes it one.
    ...Object.fromEntries(stand.identity.tokens.map((token, at) => [`token ${at}`, token.split('.').at(-1) ?? token])),
  });
  /** Everything is searched; what was found, never the secret itself, and how often a session was opened. */
  const found = ({ out }: Ended, secrets: Readonly<Record<string, string>>) => [
    ...canariesIn(out, secrets).map((one) => `output: ${one}`),
    ...canariesBelow([folder], secrets),
  ];
  const opened = ({ out }: Ended) => out.match(/: connected$/gm)?.length ?? 0;

  const ECHO: ProviderFault = { status: 400, error: 'invalid_grant', echo: true, times: 99 };
  const PAGE: ProviderFault = { status: 'html', echo: true, times: 99 };
  const HANG: ProviderFault = { status: 'hang', times: 99 };
  const at = (auth: object) => stand.input(auth, { outgoing: undefined });
  const echoing = (auth: object) => ({
    timeZone: 'UTC',
    server: { backend: 'imap', host: '127.0.0.1', port: echo.port, security: 'none', allowClearTextPassword: true, auth },
  });
  /** It works; the server echoes and so does the provider, at the renewal too; the provider shows a page. */
  const attempts = (auth: object, wrong: object = {}): Attempt[] => [
    { name: 'works', input: at(auth), tokens: 'one', person: true },
    { name: 'server echoes', input: echoing(auth), tokens: 'one' },
    { name: 'server and provider echo', input: echoing(auth), tokens: 'one', fault: ECHO },
    { name: 'provider echoes', input: at(auth), tokens: 'two', person: true, fault: ECHO },
    { name: 'provider shows a page', input: at(auth), tokens: 'three', person: true, fault: PAGE },
    { name: 'wrong secret', input: at({ ...auth, ...wrong }), tokens: 'five', person: true },
  ];
  const silent = (auth: object): Attempt => ({ name: 'provider says nothing', input: at(auth), tokens: 'four', person: true, fault: HANG });
  const SECRET = { clientSecret: { credential: 'v/secret' } };
  const WRONG_SECRET = { clientSecret: { credential: 'v/wrong' } };
  const app = (name: keyof SignInStand['identity']['clients']) => stand.identity.clients[name];
  const SERVICE_KEY = generateKeyPairSync('rsa', { modulusLength: 2048 });

  const MODES: readonly (readonly [string, () => Attempt[]])[] = [
    [
      'basic',
      () => {
        const auth = { mode: 'basic', username: 'demo@example.test', password: { credential: 'v/password' } };
        return [
          { name: 'works', input: at(auth), tokens: 'one' },
          { name: 'server echoes', input: echoing(auth), tokens: 'one' },
          { name: 'wrong', input: at({ ...auth, password: { credential: 'v/wrong' } }), tokens: 'one' },
          { name: 'insecure', input: echoing({ ...auth, password: { insecure: PASSWORD } }), tokens: 'one' },
        ];
      },
    ],
    ['pkce, generic', () => attempts(stand.generic('oauth-pkce', app('web'), { ...ANY, ...SECRET }), WRONG_SECRET)],
    ['pkce, microsoft', () => attempts(stand.microsoft('oauth-pkce', app('web'), { ...ANY, ...SECRET }), WRONG_SECRET)],
    ['device code, generic', () => attempts(stand.generic('oauth-device-code', app('device'))).slice(0, 3)],
    ['client credentials, generic', () => attempts(stand.generic('oauth-client-credentials', app('daemon'), SECRET), WRONG_SECRET)],
    [
      'client credentials, microsoft',
      () => {
        const auth = stand.microsoft('oauth-client-credentials', app('daemon'), SECRET);
        return [silent(auth), ...attempts(auth, WRONG_SECRET)];
      },
    ],
    [
      'certificate, microsoft',
      () =>
        attempts(
          stand.microsoft('oauth-client-credentials', app('certified'), {
            proof: 'certificate',
            certificate: { credential: 'v/certificate' },
          }),
          { certificate: { credential: 'v/broken' } },
        ),
    ],
    [
      'ropc, generic',
      () =>
        attempts(stand.generic('oauth-ropc', app('ropc'), { password: { credential: 'v/password' } }), {
          password: { credential: 'v/wrong' },
        }),
    ],
    [
      'ropc, microsoft',
      () =>
        attempts(stand.microsoft('oauth-ropc', app('ropc'), { password: { credential: 'v/password' } }), {
          password: { credential: 'v/wrong' },
        }),
    ],
    [
      'google service account',
      () =>
        attempts(
          { mode: 'google-service-account', key: { credential: 'v/key' }, username: 'demo@example.test', allowTokenTo: ['127.0.0.1'] },
          { key: { credential: 'v/broken' } },
        ),
    ],
    [
      'managed connection',
      () => {
        const connection = {
          tokenType: 'shared',
          auth: stand.generic('oauth-pkce', app('web'), { ...ANY, ...SECRET, allowTokenTo: ['127.0.0.1'] }),
        };
        const auth = { mode: 'oauth-vault', connection: 'Team', username: 'demo@example.test' };
        return [
          { name: 'works', input: { connection, ...at(auth) }, tokens: 'one' },
          { name: 'server and provider echo', input: echoing(auth), tokens: 'one', fault: ECHO },
          { name: 'provider echoes', input: { connection, ...at(auth) }, tokens: 'two', fault: ECHO },
        ];
      },
    ],
  ];

  /** Modes that are tried with both ways to end. */
  const BOTH_ENDS = ['basic', 'pkce, generic'];

  test.each(MODES)(
    'R0.8 %s',
    async (name, made) => {
      const pem = SERVICE_KEY.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      stand.identity.trust(SERVICE_KEY.publicKey.export({ type: 'spki', format: 'pem' }).toString());
      const key = JSON.stringify({ client_email: 'bot@project.iam.gserviceaccount.com', private_key: pem });
      const { certificate } = stand.identity;
      const privateKey = certificate.slice(certificate.indexOf('-----BEGIN PRIVATE KEY-----') + 28);
      const broken = `-----BEGIN CERTIFICATE-----\n${WRONG}\n-----END CERTIFICATE-----`;
      const secrets = { password: PASSWORD, wrong: WRONG, secret: stand.identity.secret, certificate, key, broken };
      const searched = () => known({ certificate: privateKey.slice(0, 400), key: pem.slice(40, 400) });
      const ended = await run({ secrets, attempts: made(), crash: 'throw' });
      expect(found(ended, searched())).toEqual([]);
      // It did work, it did fail, and it crashed.
      expect([opened(ended) > 0, /EmailError/.test(ended.out), ended.code]).toEqual([true, true, 1]);
      if (!BOTH_ENDS.includes(name)) return;
      rmSync(folder, { recursive: true });
      mkdirSync(folder);
      const rejected = await run({ secrets, attempts: made().slice(-1), crash: 'reject' });
      expect([found(rejected, searched()), rejected.code]).toEqual([[], 1]);
    },
    90_000,
  );

  test('R0.8 secrets of the environment are gone from it: no report has them', async () => {
    const auth = { mode: 'basic', username: 'demo@example.test', password: { credential: 'environment/mail' } };
    const one = [{ name: 'works', input: at(auth), tokens: 'one' }];
    const ended = await run({ attempts: one, crash: 'throw' }, { MAILWRIGHT_SECRET_MAIL: PASSWORD });
    expect([opened(ended), found(ended, known())]).toEqual([1, []]);
    // The report is there, and it does have the environment.
    expect(readFileSync(join(folder, 'report.json'), 'utf8')).toMatch(/"environmentVariables": \{[^}]*"PATH"/);
  }, 30_000);

  test('the search finds what a library alone shows, and what a report has of an environment', async () => {
    const ended = await run({ bare: { port: echo.port, password: PASSWORD } }, { OTHER: WRONG });
    const shown = found(ended, known());
    expect(shown).toContain('output: password as plain');
    expect(shown.some((one) => one.endsWith('report.json: wrong as json'))).toBe(true);
  }, 30_000);
});

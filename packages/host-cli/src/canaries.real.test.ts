// The command line shows no secret: vaults, mail that repeats a password, errors that nobody caught, diagnostic reports.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canariesBelow, canariesIn, canary, describeReal, startMailWorld, type MailWorld } from '@mailwright/testing';
import { MAIN } from './cli.test.fixture.ts';

const PASSWORD = canary();
const SECRETS = { password: PASSWORD };

describeReal('the command line shows no secret', ['dovecot', 'openssl'], () => {
  let world: MailWorld;
  let home: string;
  beforeAll(async () => {
    world = await startMailWorld({ users: { demo: PASSWORD } });
    // Somebody writes the password into mails, as it is and as a login would have it.
    const login = Buffer.from(`\0demo\0${PASSWORD}`).toString('base64');
    const subject = `=?utf-8?B?${Buffer.from(PASSWORD).toString('base64')}?=`;
    world.seed(
      'demo',
      'INBOX',
      [login, subject].map((text, at) => ({ raw: Buffer.from(`Subject: ${text}\r\nMessage-ID: <${at}@x>\r\n\r\nx\r\n`) })),
    );
  }, 60_000);
  afterAll(() => world.close());
  beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'home-'))));
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  interface Ended {
    readonly code: number | null;
    readonly all: string;
  }
  const mailwright = (args: readonly string[], stdin = '', more: NodeJS.ProcessEnv = {}, program = [MAIN, ...args]) => {
    const reports = join(home, 'reports');
    mkdirSync(reports, { recursive: true });
    const child = spawn(
      process.execPath,
      ['--report-on-signal', '--report-uncaught-exception', `--report-directory=${reports}`, ...program],
      {
        env: { PATH: process.env['PATH'], HOME: home, MAILWRIGHT_HOME: join(home, 'data'), MAILWRIGHT_CA: world.caFile, ...more },
        cwd: home,
      },
    );
    let all = '';
    for (const from of [child.stdout, child.stderr]) from.on('data', (chunk) => (all += String(chunk)));
    child.stdin.end(stdin);
    const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, all })));
    return { child, ended, shown: () => all };
  };
  const found = ({ all }: Ended) => [...canariesIn(all, SECRETS).map((one) => `output: ${one}`), ...canariesBelow([home], SECRETS)];
  const input = (password: object) => ({
    session: 'S',
    timeZone: 'UTC',
    server: {
      backend: 'imap',
      host: '127.0.0.1',
      port: world.ports.imaps,
      auth: { mode: 'basic', username: 'demo@example.test', password },
    },
  });
  /** Reads every mail, and fails at the end. */
  const bot = (password: object) =>
    JSON.stringify({
      version: 1,
      id: 'canaries',
      name: 'Canaries',
      steps: [
        { id: 'connect', action: 'email.connect', with: input(password) },
        {
          id: 'each',
          loop: 'email.loop',
          with: { session: 'S', folder: 'INBOX' },
          as: 'mail',
          do: [{ id: 'mark', action: 'email.mark', with: { session: 'S', messages: '{{ mail }}', flagged: 'yes' } }],
        },
        { id: 'lost', action: 'email.move', with: { session: 'S', messages: { folder: 'Nowhere' }, to: '{{ mail.subject }}' } },
      ],
    }).replace('"{{ mail.subject }}"', '"x"');

  /** A program that prints the secret where it belongs, or where it does not and fails. */
  const exec = (fails: boolean) => {
    const script = join(home, 'pass.js');
    // The secret comes from a file, so that it stands in none that is searched.
    writeFileSync(
      script,
      `const { password } = JSON.parse(require('node:fs').readFileSync(${JSON.stringify(join(world.folder, 'pass.json'))}, 'utf8'));
       if (${fails}) { console.error(password); console.log(password.slice(0, 20)); process.exit(3); } console.log(password);`,
    );
    writeFileSync(join(world.folder, 'pass.json'), JSON.stringify(SECRETS));
    mkdirSync(join(home, 'data'), { recursive: true });
    const vaults = [{ kind: 'exec', id: 'pass', command: [process.execPath, script, '{key}'] }];
    writeFileSync(join(home, 'data', 'vaults.json'), JSON.stringify({ vaults }), { mode: 0o600 });
  };

  const KINDS: readonly (readonly [string, object, () => Promise<NodeJS.ProcessEnv>, boolean])[] = [
    ['environment', { credential: 'environment/mail' }, () => Promise.resolve({ MAILWRIGHT_SECRET_MAIL: PASSWORD }), true],
    [
      'file',
      { credential: 'mail' },
      async () => {
        const stored = await mailwright(['vault', 'set', 'mail'], PASSWORD).ended;
        expect([stored.code, found(stored)]).toEqual([0, []]);
        return {};
      },
      true,
    ],
    ['exec', { credential: 'pass/mail' }, async () => (exec(false), {}), true],
    ['exec that fails', { credential: 'pass/mail' }, async () => (exec(true), {}), false],
  ];
  test.each(KINDS)(
    'R0.8 vault %s: tested, saved, run, listed',
    async (_, reference, prepare, works) => {
      const more = await prepare();
      const told = [
        await mailwright(['test-connection', '--input', '-'], JSON.stringify(input(reference)), more).ended,
        await mailwright(['session', 'save', '--input', '-'], JSON.stringify(input(reference)), more).ended,
        await mailwright(['vault', 'list'], '', more).ended,
      ];
      const file = join(home, 'bot.steps.yaml');
      writeFileSync(file, bot(reference));
      for (const args of [
        ['run', file],
        ['run', file, '--json'],
        ['check', file, '--json'],
      ])
        told.push(await mailwright(args, '', more).ended);
      expect(told.flatMap(found)).toEqual([]);
      expect(told[0]?.code).toBe(works ? 0 : 1);
      // The subjects were there to be shown, and the bot did fail.
      if (works) expect([told[4]?.all.match(/"subject":"[^"]*\[secret\]/g)?.length, told[4]?.code]).toEqual([2, 1]);
    },
    60_000,
  );

  /** Throws, late, what a library might: the secret in the message, in base64, and in a field. */
  const preload = (how: string) =>
    `--import=data:text/javascript,${encodeURIComponent(
      `const secret = process.env.MAILWRIGHT_SECRET_MAIL; const error = Object.assign(new TypeError('sent ' + secret), { auth: Buffer.from(secret).toString('base64') }); setTimeout(() => { ${how} }, 500);`,
    )}`;
  test.each([
    ['an error that nobody caught', 'throw error;'],
    ['a promise that nobody waits for', 'void Promise.reject(error);'],
  ])(
    '%s is told without the secret in it',
    async (_, how) => {
      const more = { MAILWRIGHT_SECRET_MAIL: PASSWORD, NODE_OPTIONS: preload(how) };
      const ended = await mailwright(['sandbox'], '', more).ended;
      expect([found(ended), ended.code, ended.all]).toEqual([[], 1, expect.stringMatching(/sent \[secret\].*\n?.*\[internal\.bug\]/s)]);
      // Without the command line around it the same error is shown as it is.
      const bare = await mailwright([], '', more, ['-e', 'setTimeout(() => undefined, 2000)']).ended;
      expect(canariesIn(bare.all, SECRETS)).toEqual(expect.arrayContaining(['password as plain', 'password as base64']));
      // The report of that bare program is the negative control of the search in files.
      expect(canariesBelow([join(home, 'reports')], SECRETS).length).toBeGreaterThan(0);
    },
    30_000,
  );

  // Off on Windows, which has no such signal.
  (process.platform === 'win32' ? test.skip : test)(
    'a diagnostic report of a run has neither the secret nor the environment',
    async () => {
      const { child, ended, shown } = mailwright(['sandbox'], '', { MAILWRIGHT_SECRET_MAIL: PASSWORD, HARMLESS: 'harmless-variable' });
      for (let tries = 0; tries < 200 && !shown().includes('Ctrl+C'); tries++) await new Promise((resolve) => setTimeout(resolve, 50));
      child.kill('SIGUSR2');
      for (let tries = 0; tries < 100 && readdirSync(join(home, 'reports')).length === 0; tries++)
        await new Promise((resolve) => setTimeout(resolve, 50));
      child.kill('SIGTERM');
      expect(found(await ended)).toEqual([]);
      const [report = ''] = readdirSync(join(home, 'reports'));
      expect(readFileSync(join(home, 'reports', report), 'utf8')).not.toContain('harmless-variable');
    },
    30_000,
  );
});

// What a script gets of Test connection: 0 only when all that was asked is good, whichever stage is not.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '@mailwright/sandbox';
import { honest, scripted, smtpScript } from '@mailwright/testing';
import { jsonLines, runProgram } from './cli.test.fixture.ts';

interface Line {
  readonly event: string;
  readonly ok?: boolean;
  readonly stage?: string;
  readonly side?: string;
  readonly state?: string;
  readonly ms?: number;
  readonly text?: string;
  readonly code?: string;
  readonly fix?: string;
}

const PLAIN = { security: 'none', allowClearTextPassword: true };
let sandbox: Sandbox;
let home: string;
beforeAll(async () => {
  sandbox = await startSandbox();
  home = mkdtempSync(join(tmpdir(), 'tc-'));
});
afterAll(async () => {
  await sandbox.close();
  rmSync(home, { recursive: true, force: true });
});

async function tested(input: unknown, more: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const ended = await runProgram(['test-connection', '--input', '-', '--json', ...more], {
    env: {
      MAILWRIGHT_HOME: home,
      MAILWRIGHT_CA: sandbox.caFile,
      MAILWRIGHT_SECRET_TOY: sandbox.user.password,
      MAILWRIGHT_SECRET_WRONG: 'canary-wrong-password',
      ...env,
    },
    stdin: typeof input === 'string' ? input : JSON.stringify(input),
  });
  const lines = jsonLines<Line>(ended);
  const failed = lines.filter(({ state }) => state === 'failed').map(({ side, stage, code }) => `${side} ${stage} ${code}`);
  return { ...ended, lines, failed };
}

const auth = (secret = 'toy') => ({
  mode: 'basic',
  username: sandbox.user.address,
  password: { credential: `environment/${secret}` },
});
const server = (more: object = {}) => ({
  backend: 'imap',
  host: '127.0.0.1',
  port: sandbox.imap.port,
  security: 'starttls',
  auth: auth(),
  ...more,
});
const outgoing = (more: object = {}) => ({ backend: 'smtp', host: '127.0.0.1', port: sandbox.smtp.port, security: 'starttls', ...more });

test('R1.66 all good: 0; each stage has its state, time and text', async () => {
  const { code, err, lines, failed } = await tested({ session: 'x', server: server(), outgoing: outgoing() }, [
    '--send-to',
    'somebody@elsewhere.example.com',
  ]);
  expect([code, err, failed, lines.at(-1)]).toEqual([0, '', [], { event: 'end', ok: true }]);
  const stages = lines.slice(0, -1);
  expect(new Set(stages.map(({ side }) => side))).toEqual(new Set(['reading', 'sending']));
  for (const stage of stages)
    expect(stage).toMatchObject({
      event: 'stage',
      state: expect.stringMatching(/^(ok|warning)$/) as string,
      ms: expect.any(Number) as number,
      text: expect.stringMatching(/\S/) as string,
    });
}, 60_000);

type Failing = (
  run: (input: object, more?: readonly string[], env?: Record<string, string>) => ReturnType<typeof tested>,
) => ReturnType<typeof tested>;
const FAILING: readonly (readonly [string, Failing])[] = [
  ['reading name connection.host_unknown', (run) => run({ server: server({ host: 'no-such-host.invalid' }) })],
  [
    'reading reach connection.refused',
    async (run) => {
      const gone = createServer();
      await new Promise<void>((resolve) => void gone.listen(0, '127.0.0.1', resolve));
      const { port } = gone.address() as AddressInfo;
      await new Promise((resolve) => gone.close(resolve));
      return run({ server: server({ port }) });
    },
  ],
  ['reading tls connection.tls_untrusted', (run) => run({ server: server() }, [], { MAILWRIGHT_CA: '' })],
  [
    'reading greeting server.unavailable',
    async (run) => {
      await using full = await scripted('* BYE [UNAVAILABLE] Down for maintenance\r\n', (line) => honest(line));
      return await run({ server: server({ port: full.port, ...PLAIN }) });
    },
  ],
  ['reading sign-in auth.rejected', (run) => run({ server: server({ auth: auth('wrong') }) })],
  ['reading sign-in vault.key_missing', (run) => run({ server: server({ auth: auth('nowhere') }) })],
  [
    'reading folders server.refused',
    async (run) => {
      const noFolders = (line: string) =>
        / (LIST|LSUB|SELECT|EXAMINE|STATUS) /i.test(line) ? `${line.split(' ')[0]} NO not today\r\n` : honest(line);
      await using shut = await scripted('* OK hello\r\n', noFolders);
      return await run({ server: server({ port: shut.port, ...PLAIN }) });
    },
  ],
  ['sending sign-in auth.rejected', (run) => run({ server: server(), outgoing: outgoing({ auth: auth('wrong') }) })],
  [
    'sending sending auth.mailbox_forbidden',
    async (run) => {
      const script = await smtpScript((command) =>
        command === 'MAIL' ? '550 5.7.60 SMTP; Client does not have permissions to send as this sender' : 'honest',
      );
      const ended = await run({ server: server(), outgoing: outgoing({ port: script.port, ...PLAIN }) });
      await script.close();
      return ended;
    },
  ],
  [
    'sending test-mail send.rejected',
    async (run) => {
      const script = await smtpScript((command, nth) => (command === 'RCPT' && nth > 1 ? '550 5.1.1 No such user' : 'honest'));
      const ended = await run({ server: server(), outgoing: outgoing({ port: script.port, ...PLAIN }) }, [
        '--send-to',
        'nobody@example.test',
      ]);
      await script.close();
      return ended;
    },
  ],
];
test.each(FAILING)(
  'R1.66 not 0, and what to do: %s',
  async (what, failing) => {
    const { code, err, lines, failed } = await failing((input, more, env) => tested({ session: 'x', ...input }, more, env));
    // What stands on a stage that failed fails with it.
    expect([code, failed[0], lines.at(-1), err]).toEqual([1, what, { event: 'end', ok: false }, '']);
    expect(lines.find(({ state }) => state === 'failed')?.fix).toMatch(/\S{3}/);
    expect(JSON.stringify(lines)).not.toMatch(/canary-wrong-password/);
  },
  60_000,
);

test('a password in the address of a proxy is told, and which login counts', async () => {
  const of = (proxy: unknown) => tested({ session: 'x', proxy, server: server() });
  const url = 'http://bot:canary-proxy-password@127.0.0.1:9';
  const [plain, both] = [await of(url), await of({ url, username: 'other' })];
  for (const { code, err, out } of [plain, both]) {
    expect([code, err]).toEqual([1, expect.stringMatching(/^warning: The password of the proxy stands in its address in plain text/)]);
    expect(err + out).not.toContain('canary-');
  }
  expect([plain.err, both.err].map((err) => /stand beside the address count/.test(err))).toEqual([false, true]);
}, 60_000);

test('a test mail that was asked for and has no way out is not good', async () => {
  expect((await tested({ session: 'x', server: server() }, ['--send-to', 'a@example.test'])).code).not.toBe(0);
}, 60_000);

test.each([
  ['no JSON', '{"session":', /no JSON object/],
  ['nothing', '', /no JSON object/],
  ['a list', '[]', /no JSON object/],
  ['null', 'null', /no JSON object/],
  ['no server', '{}', /server/],
  ['a server that is none', '{"server":"imap.example.test"}', /server/],
  ['a port that is none', '{"server":{"backend":"imap","host":"h.test","port":"x","auth":{"mode":"none"}}}', /port/],
])(
  'what cannot start ends with 2: %s',
  async (_, input, said) => {
    const { code, err, lines } = await tested(input);
    expect([code, err, lines.filter(({ event }) => event === 'stage')]).toEqual([2, expect.stringMatching(said), []]);
  },
  60_000,
);

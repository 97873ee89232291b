import { createServer, type AddressInfo } from 'node:net';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '@mailwright/sandbox';
import { jsonLines, runProgram, type Ended } from './cli.test.fixture.ts';

const SAMPLE = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'automations', 'invoices.steps.yaml');
let sandbox: Sandbox;
let folder: string;

interface Line {
  readonly event: string;
  readonly ok?: boolean;
  readonly state?: string;
  readonly stage?: string;
  readonly steps?: Readonly<Record<string, { readonly done: number; readonly failed: number }>>;
}

/** With a data folder of its own. */
function mailwright(args: readonly string[], stdin = '', stopAt?: RegExp): Promise<Ended> {
  const env = {
    MAILWRIGHT_HOME: join(folder, 'home'),
    MAILWRIGHT_CA: sandbox.caFile,
    MAILWRIGHT_SECRET_TOY: sandbox.user.password,
  };
  return runProgram(args, { env, cwd: folder, stdin, stopAt });
}
const lines = jsonLines<Line>;

/** The sample, with the password from the environment and the ports of this sandbox. */
function sample(change: (text: string) => string = (text) => text): string {
  const text = readFileSync(SAMPLE, 'utf8')
    .replaceAll('sandbox/password', 'environment/toy')
    .replace('10143', String(sandbox.imap.port))
    .replace('10587', String(sandbox.smtp.port));
  const file = join(folder, 'bot.steps.yaml');
  writeFileSync(file, change(text));
  return file;
}

beforeEach(async () => {
  sandbox = await startSandbox();
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
});
afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

test('run: JSON lines, files beside the automation, exit code 0', async () => {
  const ended = await mailwright(['run', sample(), '--json']);
  expect(ended).toMatchObject({ code: 0, err: '' });
  const all = lines(ended);
  const moved = sandbox.store.account(sandbox.user.address)?.folder('Done')?.messages.length ?? 0;
  expect(moved).toBeGreaterThan(7);
  expect([all[0]?.event, all.at(-1)]).toEqual([
    'run',
    expect.objectContaining({
      event: 'end',
      ok: true,
      steps: expect.objectContaining({ done: { done: moved, failed: 0 }, failed: { done: 0, failed: 0 } }),
    }),
  ]);
  expect(readdirSync(join(folder, 'mailwright-files', 'invoices')).length).toBeGreaterThanOrEqual(moved);
  expect(ended.out).not.toContain(sandbox.user.password);
}, 60_000);

test('sign-in: what is wrong with its input keeps it from starting, a provider that cannot be had is a failure of its work', async () => {
  const bad = await mailwright(['sign-in', 'Team', '--input', '-'], '{"backend":');
  expect([bad.code, bad.err]).toEqual([2, expect.stringMatching(/no JSON object.*"tokenType", "backend", "auth"/s)]);
  expect(await mailwright(['sign-in', 'Team'])).toMatchObject({ code: 2, err: expect.stringContaining('vault.key_missing') });
  const auth = { mode: 'oauth-pkce', provider: 'generic', issuer: 'https://127.0.0.1:9', clientId: 'c', username: 'u', scopes: ['mail'] };
  const input = JSON.stringify({ auth: { ...auth, allowTokenTo: ['imap.example.test'] } });
  const away = await mailwright(['sign-in', 'Team', '--input', '-'], input);
  expect(away).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringMatching(/^https:\/\/127\.0\.0\.1:9 .*\[auth\.provider_unavailable\]\n$/s),
  });
}, 60_000);

test('a reader that stops at the first line ends neither the run nor anything else', async () => {
  const env = { MAILWRIGHT_HOME: join(folder, 'home'), MAILWRIGHT_CA: sandbox.caFile, MAILWRIGHT_SECRET_TOY: sandbox.user.password };
  expect(await runProgram(['run', sample(), '--json'], { env, cwd: folder, readsOne: true })).toMatchObject({ code: 0, err: '' });
  expect(sandbox.store.account(sandbox.user.address)?.folder('Done')?.messages.length).toBeGreaterThan(7);
});

test('run without --json shows progress for a person; --dry-run changes nothing', async () => {
  const plan = await mailwright(['run', sample(), '--dry-run']);
  expect(plan).toMatchObject({ code: 0, out: expect.stringMatching(/plan only.*\n(.*\n)*.*\? .*Move(.*\n)*Planned/) });
  expect(plan.out).not.toContain('Done in');
  expect(sandbox.store.account(sandbox.user.address)?.folder('Done')).toBeUndefined();
  expect(readdirSync(folder)).not.toContain('mailwright-files');
  const ended = await mailwright(['run', sample()]);
  expect(ended).toMatchObject({ code: 0, out: expect.stringMatching(/1\. .*\/s\)(.*\n)*.*Done in .* s: /) });
}, 60_000);

test('a failing run ends with 1 and says what to do; what cannot start ends with 2', async () => {
  const failed = await mailwright(['run', sample((text) => text.replace('folder: INBOX', 'folder: Inboxx')), '--json']);
  expect(failed.code).toBe(1);
  expect(lines(failed).at(-1)).toMatchObject({
    event: 'end',
    ok: false,
    error: { code: 'folder.not_found', fix: expect.any(String), retry: 'never' },
  });
  for (const args of [
    ['run', 'missing.yaml'],
    ['run', sample(), '--var', 'wrod=x'],
    ['run', sample(), '--vra', 'x=y'],
    ['rnu'],
    ['run', sample((text) => text.replace('port:', 'prot:'))],
  ])
    expect(await mailwright(args)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/\S{10,}/) });
}, 60_000);

test('R1.63 check --fix writes login modes under their present names, and nothing else', async () => {
  const text = readFileSync(SAMPLE, 'utf8').replace('mode: basic', 'mode: silent, provider: microsoft, tenant: t.test, clientId: c');
  const file = join(folder, 'old.steps.yaml');
  writeFileSync(file, text);
  expect(await mailwright(['check', file])).toMatchObject({ code: 0, out: expect.stringContaining('warning: ') });
  expect(readFileSync(file, 'utf8')).toBe(text);
  const { code, out } = await mailwright(['check', file, '--fix']);
  expect([code, out]).toEqual([0, expect.not.stringContaining('silent')]);
  expect(out).toMatch(/^warning: .*auth, mode: oauth-ropc is deprecated\. .*oauth-pkce/m);
  expect(readFileSync(file, 'utf8')).toBe(text.replace('silent', 'oauth-ropc'));
});

test('check names line, column, mistake and cure', async () => {
  expect(await mailwright(['check', sample()])).toMatchObject({ code: 0, out: expect.stringContaining('no mistakes found') });
  const wrong = await mailwright([
    'check',
    sample((text) => text.replace('        port:', '        prot:').replace('email.move', 'email.mvoe')),
  ]);
  expect(wrong).toMatchObject({ code: 1, out: expect.stringMatching(/bot\.steps\.yaml:\d+:\d+ .*"prot".*Did you mean "port"\?/) });
  expect(wrong.out).toMatch(/email\.mvoe.*email\.move/);
});

test('R1.66 R2.8 test-connection on a file and on an input, as lines and as JSON', async () => {
  const ended = await mailwright(['test-connection', sample(), '--session', 'Default', '--send-to', 'x@elsewhere.example.com', '--json']);
  expect(ended.code).toBe(0);
  expect(lines(ended).map(({ event, stage, state }) => `${event} ${stage ?? ''} ${state ?? ''}`.trim())).toEqual(
    expect.arrayContaining(['stage tls ok', 'stage sign-in ok', 'stage folders ok', 'stage sending ok', 'end']),
  );
  expect(sandbox.store.outside).toHaveLength(1);
  const input = JSON.stringify({
    server: {
      backend: 'imap',
      host: '127.0.0.1',
      port: sandbox.imap.port,
      security: 'starttls',
      auth: { mode: 'basic', username: 'demo@example.test', password: { insecure: 'wrong-pass-1' } },
    },
  });
  const refused = await mailwright(['test-connection', '--input', '-'], input);
  expect(refused).toMatchObject({ code: 1, out: expect.stringMatching(/✗ reading +sign-in[^]*- reading +folders[^]*does not work yet/) });
  expect(refused.out + refused.err).not.toContain('wrong-pass-1');
}, 60_000);

test('R1.32 discover proposes what Connect takes; an address without a domain cannot start', async () => {
  const found = await mailwright(['discover', 'me@gmail.com', '--json']);
  expect(found).toMatchObject({ code: 0, err: '' });
  expect(lines(found)).toMatchObject([
    { event: 'candidate', source: 'known-domain', input: { server: { backend: 'imap', host: 'imap.gmail.com' } } },
    { event: 'end', ok: true },
  ]);
  expect((await mailwright(['discover', 'me@gmx.de'])).out).toMatch(/gmx\.de belongs to GMX\.[^]*basic: The password[^]*"imap\.gmx\.net"/);
  expect(await mailwright(['discover', 'me@nowhere'])).toMatchObject({ code: 2, out: '' });
}, 60_000);

test('R1.54 R3.1 session and vault: kept, listed, shown without secrets, used, removed', async () => {
  expect(await mailwright(['vault', 'set', 'file/toy#password'], `${sandbox.user.password}\n`)).toMatchObject({ code: 0 });
  expect((await mailwright(['vault', 'list'])).out).toContain('file/toy#password\n');
  const input = {
    session: 'Toy',
    server: {
      backend: 'imap',
      host: '127.0.0.1',
      port: sandbox.imap.port,
      security: 'starttls',
      auth: { mode: 'basic', username: 'demo@example.test', password: { credential: 'toy#password' } },
    },
  };
  expect(await mailwright(['session', 'save', '--input', '-'], JSON.stringify(input))).toMatchObject({ code: 0 });
  expect((await mailwright(['session', 'list'])).out).toBe('Toy\n');
  expect((await mailwright(['session', 'show', 'Toy'])).out).toContain('"credential": "toy#password"');
  const bot = join(folder, 'saved.steps.yaml');
  writeFileSync(
    bot,
    'version: 1\nid: saved\nname: Saved\nsteps:\n  - { id: open, action: email.connect, with: { session: Default, saved: Toy } }\n  - { id: folders, action: email.list-folders, with: { session: Default } }\n',
  );
  expect(await mailwright(['run', bot, '--json'])).toMatchObject({ code: 0 });
  expect(await mailwright(['session', 'remove', 'Toy'])).toMatchObject({ code: 0 });
  expect(await mailwright(['session', 'show', 'Toy'])).toMatchObject({ code: 2, err: expect.stringContaining('session.not_saved') });
  expect(await mailwright(['vault', 'remove', 'file/toy#password'])).toMatchObject({ code: 0 });
  expect(await mailwright(['run', bot, '--json'])).toMatchObject({ code: 1 });
}, 60_000);

test('actions lists the menu, with forms as JSON Schema', async () => {
  const listed = lines(await mailwright(['actions', '--json'])) as unknown as { id: string; input: { properties: object } }[];
  expect(listed.map(({ id }) => id)).toEqual(
    expect.arrayContaining([
      'email.connect',
      'email.loop',
      'email.read',
      'email.move',
      'email.send',
      'email.reply',
      'email.save-attachments',
      'email.list-folders',
      'email.create-folder',
      'email.disconnect',
    ]),
  );
  expect(Object.keys(listed.find(({ id }) => id === 'email.move')?.input.properties ?? {})).toEqual(
    expect.arrayContaining(['session', 'messages', 'to']),
  );
});

test('demo: says how to connect, and Ctrl+C ends it in order', async () => {
  const ended = await mailwright(['demo'], '', /Ctrl\+C ends it/);
  expect(ended.code).toBe(0);
  expect(ended.out).toMatch(/IMAP {2}127\.0\.0\.1 port \d+/);
}, 60_000);

test('Ctrl+C in a run closes its session and says so', async () => {
  const ended = await mailwright(['run', sample(), '--json'], '', /"event":"item","id":"each","index":2/);
  expect(ended.code).toBe(1);
  expect(lines(ended).at(-1)).toMatchObject({ event: 'end', ok: false, error: { code: 'automation.cancelled' } });
  for (let tries = 0; sandbox.connections() > 0 && tries < 100; tries++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(sandbox.connections()).toBe(0);
}, 60_000);

test('edit: prints one address with the token, takes the next port where the wanted one is taken, and ends in order', async () => {
  const first = createServer();
  await new Promise<void>((resolve) => void first.listen(0, '127.0.0.1', resolve));
  const { port } = first.address() as AddressInfo;
  const ended = await mailwright(['edit', '.', '--no-open', '--port', String(port)], '', /Ctrl\+C ends/);
  await new Promise((resolve) => first.close(resolve));
  expect(ended.code).toBe(0);
  expect(ended.out).toMatch(/http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{32}/);
  expect(ended.err).toContain(`Port ${String(port)} is taken`);
  expect((await mailwright(['edit', 'nowhere'])).code).toBe(2);
  expect((await mailwright(['edit', '--port', 'x'])).err).toContain('"x" is no port');
}, 60_000);

test('demo --once: the sample runs on a mail server that stays up until it has ended', async () => {
  const { code, out } = await mailwright(['demo', '--once', '--json']);
  const end = JSON.parse(out.trim().split('\n').at(-1) ?? '') as Line;
  expect([code, end.ok, end.steps?.['done']]).toEqual([0, true, { done: 9, failed: 0 }]);
});

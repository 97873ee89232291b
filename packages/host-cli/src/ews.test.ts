import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '@mailwright/sandbox';
import { jsonLines, runProgram } from './cli.test.fixture.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const SAMPLE = readFileSync(join(ROOT, 'fixtures', 'automations', 'invoices.steps.yaml'), 'utf8').replaceAll(
  'sandbox/password',
  'environment/TOY',
);
/** Connect changed, and nothing else: Exchange sends by itself. */
const OVER_EWS = SAMPLE.replace(/ {6}server:[\s\S]*?( {2}- id: work)/, (_, next: string) =>
  [
    '      server:',
    '        backend: ews',
    "        url: '{{ host }}'",
    '        auth: { mode: basic, username: { insecure: demo@example.test }, password: { credential: environment/TOY } }',
    next,
  ].join('\n'),
);

type Line = Readonly<Record<string, unknown>> & { readonly event: string };
let sandbox: Sandbox;
let folder: string;
beforeEach(async () => {
  sandbox = await startSandbox();
  folder = mkdtempSync(join(tmpdir(), 'mailwright-ews-'));
});
afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(bot: string, variables: Readonly<Record<string, string | number>>): Promise<Line[]> {
  writeFileSync(join(folder, 'bot.steps.yaml'), bot);
  const env = { MAILWRIGHT_HOME: join(folder, 'home'), MAILWRIGHT_CA: sandbox.caFile, MAILWRIGHT_SECRET_TOY: sandbox.user.password };
  const given = Object.entries(variables).flatMap(([name, value]) => ['--var', `${name}=${value}`]);
  return jsonLines<Line>(await runProgram(['run', 'bot.steps.yaml', '--yes', '--json', ...given], { env, cwd: folder }));
}

/** What the bot leaves behind: files, replies with the thread they stand in, and where the mails are. */
function left() {
  const account = sandbox.store.account(sandbox.user.address);
  const subjects = (path: string) =>
    (account?.folder(path)?.messages ?? []).map(({ raw }) => /^Message-ID: (.*)$/im.exec(raw.toString('latin1'))?.[1] ?? '');
  return {
    files: readdirSync(join(folder, 'mailwright-files', 'invoices')).toSorted(),
    replies: sandbox.store.outside
      .map(({ to, raw }) => `${to.join()} ${/^In-Reply-To: (.*)$/im.exec(raw.toString())?.[1]?.trim()}`)
      .toSorted(),
    inbox: subjects('INBOX'),
    done: subjects('Done').toSorted(),
    failed: subjects('Failed'),
    copies: account?.folder('Sent')?.messages.length,
  };
}

test('R1.64 the invoices bot over EWS saves, replies and moves as it does over IMAP: Connect alone is changed', async () => {
  const lines = await run(OVER_EWS, { host: sandbox.ews.url });
  expect(lines.at(-1)).toMatchObject({ event: 'end', ok: true });
  const { done } = (lines.at(-1)?.['steps'] ?? {}) as Record<string, { done: number; failed: number }>;
  expect(done).toMatchObject({ failed: 0 });
  expect(done?.done).toBeGreaterThan(5);
  const byEws = left();
  expect([byEws.done.length, byEws.replies.length]).toEqual([done?.done, done?.done]);
  await sandbox.close();
  rmSync(join(folder, 'mailwright-files'), { recursive: true });
  sandbox = await startSandbox();
  const { host, imap, smtp } = sandbox;
  expect((await run(SAMPLE, { host, imapPort: imap.port, smtpPort: smtp.port })).at(-1)).toMatchObject({ ok: true });
  expect(left()).toEqual(byEws);
}, 120_000);

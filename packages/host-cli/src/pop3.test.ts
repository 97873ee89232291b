import { createHash } from 'node:crypto';
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

/** The sample as far as POP3 goes: it saves and replies, asks for no marks, and moves nothing. */
const SAVE_AND_REPLY = SAMPLE.replace(/filter: \{ op: and.*/, "filter: { op: contains, field: subject, value: '{{ word }}' }")
  .replace(/^.*id: done.*\n/m, '')
  .replace(/action: email\.move, with: .*/, 'action: email.count, with: { session: Default, folder: INBOX } }');
/** Connect changed, and nothing else. */
const over = (backend: string) => SAVE_AND_REPLY.replace('backend: imap', `backend: ${backend}`);

type Line = Readonly<Record<string, unknown>> & { readonly event: string };
let sandbox: Sandbox;
let folder: string;
/** Commands as the server heard them. */
const heard: string[] = [];
beforeEach(async () => {
  heard.length = 0;
  sandbox = await startSandbox({ log: (line) => heard.push(line) });
  folder = mkdtempSync(join(tmpdir(), 'mailwright-pop3-'));
});
afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(bot: string, port: number): Promise<Line[]> {
  writeFileSync(join(folder, 'bot.steps.yaml'), bot);
  const env = { MAILWRIGHT_HOME: join(folder, 'home'), MAILWRIGHT_CA: sandbox.caFile, MAILWRIGHT_SECRET_TOY: sandbox.user.password };
  const values = { host: sandbox.host, imapPort: port, smtpPort: sandbox.smtp.port };
  const variables = Object.entries(values).flatMap(([name, value]) => ['--var', `${name}=${value}`]);
  return jsonLines<Line>(await runProgram(['run', 'bot.steps.yaml', '--yes', '--json', ...variables], { env, cwd: folder }));
}

/** Files by name, and who was answered in which thread. */
function done() {
  const files = join(folder, 'mailwright-files', 'invoices');
  const saved = readdirSync(files).map(
    (name) =>
      `${name} ${createHash('sha256')
        .update(readFileSync(join(files, name)))
        .digest('hex')}`,
  );
  const replies = sandbox.store.outside.map(({ to, raw }) => `${to.join()} ${/^In-Reply-To: (.*)$/im.exec(raw.toString())?.[1]?.trim()}`);
  return { saved: saved.toSorted(), replies: replies.toSorted() };
}

test('R1.36 the invoices bot over POP3 saves and replies as it does over IMAP: Connect alone is changed', async () => {
  const end = (await run(over('pop3'), sandbox.pop3.port)).at(-1);
  expect(end).toMatchObject({ event: 'end', ok: true });
  const { save } = (end?.['steps'] ?? {}) as Record<string, { done: number; failed: number }>;
  expect(save).toMatchObject({ failed: 0 });
  expect(save?.done).toBeGreaterThan(5);
  const byPop3 = done();
  expect(byPop3.saved.length).toBeGreaterThan(5);
  expect(byPop3.replies.length).toBeGreaterThan(5);
  await sandbox.close();
  rmSync(join(folder, 'mailwright-files'), { recursive: true });
  sandbox = await startSandbox();
  expect((await run(over('imap'), sandbox.imap.port)).at(-1)).toMatchObject({ ok: true });
  expect(done()).toEqual(byPop3);
}, 120_000);

test('what POP3 cannot do is refused before the server is asked for any mail', async () => {
  const lines = await run(SAMPLE.replace('backend: imap', 'backend: pop3'), sandbox.pop3.port);
  expect(JSON.stringify(lines)).toContain('capability.unsupported');
  expect(lines.at(-1)).toMatchObject({ event: 'end', ok: false });
  expect(heard).toContain('UIDL');
  expect(heard.filter((command) => /^(TOP|RETR|LIST|DELE)$/.test(command))).toEqual([]);
}, 60_000);

test('erased mail is gone when the session is closed, and the step says so', async () => {
  const erase =
    '- { id: erase, action: email.erase, with: { session: Default, messages: { folder: INBOX, filter: { op: contains, field: subject, value: invoice }, limit: 50 } } }';
  const bot = over('pop3').replace(
    / {2}- id: work\n[\s\S]*/,
    `  ${erase}\n  - { id: bye, action: email.disconnect, with: { session: Default } }\n`,
  );
  const inbox = () => sandbox.store.account(sandbox.user.address)?.folder('INBOX')?.messages ?? [];
  const before = inbox().length;
  const lines = await run(bot, sandbox.pop3.port);
  expect(lines.at(-1)).toMatchObject({ ok: true });
  expect(JSON.stringify(lines)).toContain('"pending":true');
  expect(inbox().length).toBeLessThan(before - 5);
  expect(inbox().filter(({ raw }) => /^Subject: .*invoice/im.test(raw.toString()))).toEqual([]);
}, 60_000);

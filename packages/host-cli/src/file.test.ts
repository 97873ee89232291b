import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { standardSeed, startSandbox, type Sandbox } from '@mailwright/sandbox';
import { jsonLines, runProgram } from './cli.test.fixture.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const SAMPLE = readFileSync(join(ROOT, 'fixtures', 'automations', 'invoices.steps.yaml'), 'utf8').replaceAll(
  'sandbox/password',
  'environment/TOY',
);
/** Connect changed, and nothing else. */
const SERVER = /server:\n( {8}.*\n)+?(?= {6}outgoing)/;
const onFiles = (path: string) => SAMPLE.replace(SERVER, `server: { backend: file, path: ${JSON.stringify(path)} }\n`);
const alone = (bot: string) => bot.replace(/ {6}outgoing:\n( {8}.*\n)+/, '');

type Line = Readonly<Record<string, unknown>> & { readonly event: string };
let sandbox: Sandbox;
let folder: string;
beforeEach(async () => {
  sandbox = await startSandbox();
  folder = mkdtempSync(join(tmpdir(), 'mailwright-files-'));
});
afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(bot: string): Promise<Line[]> {
  writeFileSync(join(folder, 'bot.steps.yaml'), bot);
  const env = { MAILWRIGHT_HOME: join(folder, 'home'), MAILWRIGHT_CA: sandbox.caFile, MAILWRIGHT_SECRET_TOY: sandbox.user.password };
  const values = { host: sandbox.host, imapPort: sandbox.imap.port, smtpPort: sandbox.smtp.port };
  const variables = Object.entries(values).flatMap(([name, value]) => ['--var', `${name}=${value}`]);
  return jsonLines<Line>(await runProgram(['run', 'bot.steps.yaml', '--yes', '--json', ...variables], { env, cwd: folder }));
}

/** The standard inbox as a Maildir. */
function maildir(): string {
  const path = join(folder, 'mail');
  for (const name of ['cur', 'new', 'tmp']) mkdirSync(join(path, name), { recursive: true });
  for (const [at, { folder: place, raw, flags = [] }] of standardSeed().messages.entries())
    if (place === 'INBOX') writeFileSync(join(path, 'cur', `17000${1000 + at}.M1P1.host:2,${flags.includes('seen') ? 'S' : ''}`), raw);
  return path;
}

/** Files by name and content, and who was answered in which thread. */
function done() {
  const files = join(folder, 'mailwright-files', 'invoices');
  const digest = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(files, name)))
      .digest('hex');
  const saved = readdirSync(files).map((name) => `${name} ${digest(name)}`);
  return { saved: saved.toSorted(), replies: sandbox.store.outside.map(({ to, raw }) => `${to.join()} ${answered(raw)}`).toSorted() };
}
const answered = (raw: Buffer) => /^In-Reply-To: (.*)$/im.exec(raw.toString())?.[1]?.trim() ?? '';
const idOf = (raw: Buffer) => /^Message-ID:\s*(.*)$/im.exec(raw.toString('latin1'))?.[1]?.trim() ?? '';
const idsIn = (path: string) =>
  readdirSync(path)
    .map((name) => idOf(readFileSync(join(path, name))))
    .toSorted();

test('the invoices bot on a Maildir does what it does over IMAP: Connect alone is changed', async () => {
  const path = maildir();
  expect(onFiles(path)).not.toContain('imapPort }}');
  expect((await run(onFiles(path))).at(-1)).toMatchObject({ event: 'end', ok: true });
  const [onDisk, moved] = [done(), idsIn(join(path, '.Done', 'cur'))];
  expect(onDisk.saved.length).toBeGreaterThan(5);
  expect(onDisk.replies.length).toBeGreaterThan(5);
  // The copy of each reply is filed, as it is by a server.
  expect(readdirSync(join(path, '.Sent', 'cur')).length).toBe(onDisk.replies.length);
  rmSync(join(folder, 'mailwright-files'), { recursive: true });
  await sandbox.close();
  sandbox = await startSandbox();
  expect((await run(SAMPLE)).at(-1)).toMatchObject({ event: 'end', ok: true });
  expect(done()).toEqual(onDisk);
  const there = sandbox.store.account(sandbox.user.address)?.folder('Done')?.messages ?? [];
  expect(there.map(({ raw }) => idOf(raw)).toSorted()).toEqual(moved);
}, 120_000);

test('without an outgoing server the replies wait in Outbox, and nothing leaves the machine', async () => {
  const path = maildir();
  const lines = await run(alone(onFiles(path)));
  expect(lines.at(-1)).toMatchObject({ event: 'end', ok: true });
  expect(sandbox.store.outside).toEqual([]);
  const waiting = readdirSync(join(path, '.Outbox', 'cur'));
  expect(waiting.length).toBe(readdirSync(join(path, '.Done', 'cur')).length);
  expect(waiting.map((name) => answered(readFileSync(join(path, '.Outbox', 'cur', name)))).toSorted()).toEqual(
    idsIn(join(path, '.Done', 'cur')),
  );
  expect(JSON.stringify(lines)).toContain('"state":"queued"');
}, 60_000);

test('on .eml files a condition on marks is refused before anything is done, and without it the bot works', async () => {
  const path = join(folder, 'eml');
  mkdirSync(path);
  for (const [at, { folder: place, raw }] of standardSeed().messages.entries())
    if (place === 'INBOX') writeFileSync(join(path, `${at}.eml`), raw);
  const before = readdirSync(path).toSorted();
  expect(JSON.stringify(await run(alone(onFiles(path))))).toContain('capability.unsupported');
  expect(readdirSync(path).toSorted()).toEqual(before);
  const bot = alone(onFiles(path)).replace(/filter: \{ op: and.*/, "filter: { op: contains, field: subject, value: '{{ word }}' }");
  expect((await run(bot)).at(-1)).toMatchObject({ event: 'end', ok: true });
  const moved = readdirSync(join(path, 'Done'));
  expect(moved.length).toBeGreaterThan(5);
  expect([...moved, ...readdirSync(path).filter((name) => name.endsWith('.eml'))].toSorted()).toEqual(before);
}, 60_000);

test('the connection test of files says what lies there, and that a path leads nowhere', async () => {
  const input = (path: string) => JSON.stringify({ session: 'Default', server: { backend: 'file', path } });
  const test = (path: string) =>
    runProgram(['test-connection', '--input', input(path), '--json'], { env: { MAILWRIGHT_HOME: join(folder, 'home') }, cwd: folder });
  const good = jsonLines<Line>(await test(maildir()));
  expect(good.find(({ stage }) => stage === 'reach')).toMatchObject({ state: 'ok', text: expect.stringContaining('A Maildir') });
  expect(good.find(({ stage }) => stage === 'folders')).toMatchObject({ state: 'ok' });
  expect(good.at(-1)).toMatchObject({ event: 'end', ok: true });
  const bad = jsonLines<Line>(await test(join(folder, 'nowhere')));
  expect(bad.find(({ stage }) => stage === 'reach')).toMatchObject({ state: 'failed', code: 'input.invalid' });
  expect(bad.at(-1)).toMatchObject({ event: 'end', ok: false });
}, 60_000);

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '@mailwright/sandbox';
import { jsonLines, runProgram } from './cli.test.fixture.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const PAGE = readFileSync(join(ROOT, 'docs', 'reference', 'events.md'), 'utf8');
const SAMPLE = readFileSync(join(ROOT, 'fixtures', 'automations', 'invoices.steps.yaml'), 'utf8');
/** By event: its fields, and whether each is always there. */
const DOCUMENTED = new Map(
  [...PAGE.matchAll(/^\| `(\w+)` +\|[^|]+\|([^|]+)\|$/gm)].map(([, event = '', fields = '']) => [
    event,
    new Map([...fields.matchAll(/`(\w+)`(\??)/g)].map(([, field = '', absent]) => [field, absent === ''])),
  ]),
);

let sandbox: Sandbox;
let folder: string;
beforeAll(async () => {
  sandbox = await startSandbox();
  folder = mkdtempSync(join(tmpdir(), 'mailwright-events-'));
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

type Line = Readonly<Record<string, unknown>> & { readonly event: string };
async function lines(args: readonly string[], stdin = ''): Promise<Line[]> {
  const env = {
    MAILWRIGHT_HOME: join(folder, 'home'),
    MAILWRIGHT_CA: sandbox.caFile,
    MAILWRIGHT_SECRET_TOY: sandbox.user.password,
  };
  return jsonLines<Line>(await runProgram([...args, '--json'], { env, cwd: folder, stdin }));
}

test('every line that comes is as the page says, and every event of a run and a test comes', async () => {
  const auth = { mode: 'basic', username: sandbox.user.address, password: { credential: 'environment/TOY' } };
  const server = { backend: 'imap', host: sandbox.host, port: sandbox.imap.port, security: 'starttls', auth };
  const bot = SAMPLE.replaceAll('sandbox/password', 'environment/TOY');
  const mail = "{ session: Default, messages: '{{ mail }}', to: 'No such folder' }";
  writeFileSync(join(folder, 'bot.steps.yaml'), bot);
  writeFileSync(
    join(folder, 'broken.steps.yaml'),
    bot.replace(/action: email.save-attachments, with: \{.*?\} \}/, `action: email.move, with: ${mail} }`),
  );
  const values = { host: sandbox.host, imapPort: sandbox.imap.port, smtpPort: sandbox.smtp.port };
  const variables = Object.entries(values).flatMap(([name, value]) => ['--var', `${name}=${value}`]);
  const came = [
    ...(await lines(['demo', '--once'])),
    ...(await lines(['run', 'bot.steps.yaml', '--dry-run', ...variables])),
    ...(await lines(['run', 'broken.steps.yaml', ...variables])),
    ...(await lines(['test-connection', '--input', '-'], JSON.stringify({ session: 'T', server }))),
    ...(await lines(['test-connection', '--input', '-'], JSON.stringify({ session: 'T', server: { ...server, port: 1 } }))),
  ];
  const wanted = [...DOCUMENTED.keys()].filter((event) => event !== 'candidate');
  expect(new Set(came.map(({ event }) => event))).toEqual(new Set(wanted));
  for (const { event, ...fields } of came) {
    const known = DOCUMENTED.get(event) ?? new Map<string, boolean>();
    expect([event, Object.keys(fields).filter((field) => !known.has(field))]).toEqual([event, []]);
    // What ends a test has less than what ends a run.
    const always = [...known].filter(([field, isAlways]) => isAlways && (event !== 'end' || field === 'ok'));
    expect([event, always.filter(([field]) => !(field in fields)).map(([field]) => field)]).toEqual([event, []]);
  }
}, 60_000);

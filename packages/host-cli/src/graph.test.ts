import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAutomation, runAutomation } from '@mailwright/automation';
import { startSandbox, type Sandbox } from '@mailwright/sandbox';
import { createEmail, memoryVault } from '@mailwright/sdk';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const SAMPLE = readFileSync(join(ROOT, 'fixtures', 'automations', 'invoices.steps.yaml'), 'utf8');
const TENANT = '11111111-2222-4333-8444-555555555555';

/** Connect changed, and nothing else: Graph reads and sends, the application signs in by itself. */
const onGraph = ({ graph, user, host }: Sandbox) =>
  SAMPLE.replace(
    / {6}server:\n(?: {8}.*\n)+ {6}outgoing:\n(?: {8}.*\n)+/,
    `      server:
        backend: graph
        url: ${graph.url}
        auth:
          mode: oauth-client-credentials
          provider: microsoft
          tenant: ${TENANT}
          clientId: 66666666-7777-4888-8999-000000000000
          clientSecret: { credential: sandbox/secret }
          mailbox: ${user.address}
          allowTokenTo: [ ${host} ]
`,
  );

let sandbox: Sandbox;
let folder: string;
beforeEach(async () => {
  sandbox = await startSandbox();
  folder = mkdtempSync(join(tmpdir(), 'mailwright-graph-'));
  process.env['MAILWRIGHT_HOME'] = join(folder, 'home');
});
afterEach(async () => {
  delete process.env['MAILWRIGHT_HOME'];
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The bot's run; `asked` holds what the identity provider was asked for. */
async function run(bot: string) {
  const asked: URLSearchParams[] = [];
  const http = ({ url, body = '' }: { url: string; body?: string }) => {
    expect(url).toMatch(new RegExp(`^https://login\\.microsoftonline\\.com/${TENANT}/`));
    asked.push(new URLSearchParams(body));
    const access_token = sandbox.graph.token({ permissions: ['Mail.ReadWrite', 'Mail.Send'], mailboxes: [sandbox.user.address] });
    return Promise.resolve({ status: 200, headers: {}, text: JSON.stringify({ token_type: 'Bearer', expires_in: 3600, access_token }) });
  };
  const vaults = [memoryVault('sandbox', { secret: 'secret-of-the-application-1', password: sandbox.user.password })];
  await using email = createEmail({ files: folder, vaults, ca: sandbox.caFile, http });
  const automation = parseAutomation(bot, 'bot.steps.yaml', email.definitions);
  const variables = { host: sandbox.host, imapPort: sandbox.imap.port, smtpPort: sandbox.smtp.port };
  return { result: await runAutomation(automation, email, { variables }), asked };
}

/** Files by name and content, who was answered in which thread, and what was filed. */
function done() {
  const files = join(folder, 'invoices');
  const digest = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(files, name)))
      .digest('hex');
  const saved = readdirSync(files).map((name) => `${name} ${digest(name)}`);
  const header = (raw: Buffer, name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'im').exec(raw.toString('latin1'))?.[1]?.trim();
  const replies = sandbox.store.outside.map(({ to, raw }) => `${to.join()} ${header(raw, 'In-Reply-To')}`);
  const moved = sandbox.store
    .account(sandbox.user.address)
    ?.folder('Done')
    ?.messages.map(({ raw }) => header(raw, 'Message-ID'));
  return { saved: saved.toSorted(), replies: replies.toSorted(), moved: moved?.toSorted() };
}

test('the invoices bot over Graph does what it does over IMAP and SMTP: Connect alone is changed', async () => {
  const { result, asked } = await run(onGraph(sandbox));
  expect(result).toMatchObject({ ok: true });
  expect(asked[0]?.get('scope')).toContain('https://graph.microsoft.com/.default');
  const byGraph = done();
  expect(byGraph.saved.length).toBeGreaterThan(5);
  expect(byGraph.moved?.length).toBeGreaterThan(5);
  // Each mail is answered once.
  expect(new Set(byGraph.replies).size).toBe(byGraph.replies.length);
  await sandbox.close();
  rmSync(join(folder, 'invoices'), { recursive: true });
  sandbox = await startSandbox();
  expect((await run(SAMPLE)).result).toMatchObject({ ok: true });
  expect(byGraph).toEqual(done());
}, 120_000);

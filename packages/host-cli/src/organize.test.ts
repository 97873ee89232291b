import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAutomation, runAutomation, type RunEvent } from '@mailwright/automation';
import { startSandbox } from '@mailwright/sandbox';
import { createEmail, memoryVault } from '@mailwright/sdk';

const MAILS = 12;

/** A bot with this loop over twelve mails, on the sandbox; what it did is counted by command. */
async function bot(loop: string) {
  const commands: string[] = [];
  // The second user has the usual folders, and no mail.
  const me = { address: 'me@example.test', password: 'organize-1234' };
  const users = [{ address: 'demo@example.test', password: 'organize-5678' }, me];
  await using sandbox = await startSandbox({ users, log: (line) => commands.push(line) });
  const folder = mkdtempSync(join(tmpdir(), 'mw-organize-'));
  const vaults = [memoryVault('sandbox', { password: me.password })];
  try {
    await using email = createEmail({ files: folder, vaults, ca: sandbox.caFile });
    const server = {
      backend: 'imap',
      host: sandbox.host,
      port: sandbox.imap.tlsPort,
      auth: { mode: 'basic', username: { insecure: me.address }, password: { credential: 'sandbox/password' } },
    };
    await email.connect({ timeZone: 'UTC', server });
    for (let index = 1; index <= MAILS; index++)
      await email.run('email.draft', { to: 'a@example.com', subject: `Mail ${index}`, text: 'x' });
    commands.length = 0;
    const connect = `  - { id: c, action: email.connect, with: ${JSON.stringify({ timeZone: 'UTC', server })} }`;
    const automation = parseAutomation(`version: 1\nid: t\nname: T\nsteps:\n${connect}\n${loop}`, 'bot.steps.yaml', email.definitions);
    const events: RunEvent[] = [];
    const result = await runAutomation(automation, email, { onEvent: (event) => events.push(event) });
    const count = async (path: string) => ((await email.run('email.count', { folder: path })) as { count: number }).count;
    const used = (name: string) => commands.filter((line) => line.includes(name)).length;
    const moves = used('MOVE');
    const stores = used('STORE');
    return { result, events, moves, stores, drafts: await count('role:drafts'), count, files: filesIn(folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function filesIn(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(names.map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')]));
}

const LOOP = (keys: string, body: string) => `
  - id: mails
    loop: email.loop
    as: mail
    with: { folder: 'role:drafts' }
    ${keys}
    do:
${body}`;
const MOVE = `      - { id: mark, action: email.mark, with: { messages: '{{ mail }}', flagged: 'yes' } }
      - { id: done, action: email.move, with: { messages: '{{ mail }}', to: Archive, createFolder: true } }`;

test('strict order: a command for each mail', async () => {
  const { result, moves, drafts } = await bot(LOOP('organize: strict', MOVE));
  expect(result).toMatchObject({ ok: true, steps: { done: { done: 12, failed: 0 } } });
  expect({ moves, drafts }).toEqual({ moves: 12, drafts: 0 });
});

test('organize: batch: the same outcome with one command for all', async () => {
  const { result, moves, stores, drafts } = await bot(LOOP('organize: batch', MOVE));
  expect(result).toMatchObject({ ok: true, steps: { done: { done: 12, failed: 0 } } });
  expect({ moves, stores, drafts }).toEqual({ moves: 1, stores: 1, drafts: 0 });
});

test('organize: batch: what the rounds before an error decided is done all the same', async () => {
  const body = `${MOVE}\n      - { id: read, action: email.read, with: { messages: { folder: '{{ mail.subject == "Mail 5" ? "Nowhere" : "INBOX" }}' } } }`;
  const { result, drafts } = await bot(LOOP('organize: batch', body));
  expect(result).toMatchObject({ ok: false, error: { code: 'folder.not_found' } });
  expect(drafts).toBe(7);
});

const FAILING = `      - { id: read, action: email.read, with: { messages: { folder: '{{ mail.subject in ["Mail 4", "Mail 8", "Mail 12"] ? "Nowhere" : "INBOX" }}' } } }
      - { id: done, action: email.move, with: { messages: '{{ mail }}', to: Archive, createFolder: true } }`;

test('quarantine: a failing message steps aside with its diagnosis, the loop goes on', async () => {
  const { result, drafts, files } = await bot(LOOP('onItemError: quarantine\n    quarantineTo: Trouble', FAILING));
  expect(result).toMatchObject({ ok: true, steps: { mails: { done: 1 }, done: { done: 9 } } });
  expect(drafts).toBe(0);
  expect(Object.keys(files).sort()).toEqual(['mails-12.json', 'mails-4.json', 'mails-8.json']);
  expect(JSON.parse(files['mails-4.json'] ?? '')).toMatchObject({
    loop: 'mails',
    index: 4,
    subject: 'Mail 4',
    movedTo: 'Trouble',
    error: { code: 'folder.not_found' },
  });
});

test('organize: batch: what comes to light later is charged to its own round, and that message steps aside', async () => {
  const body = `      - { id: done, action: email.move, with: { messages: '{{ mail }}', to: '{{ mail.subject == "Mail 3" ? "Nowhere" : "Archive" }}' } }
      - id: five
        if: '{{ mail.subject == "Mail 5" }}'
        do:
          - { id: tidy, action: email.erase, with: { messages: { folder: INBOX, filter: { op: contains, field: subject, value: nothing }, limit: 1 } } }`;
  const { result, drafts, files } = await bot(LOOP('organize: batch\n    onItemError: quarantine\n    quarantineTo: Trouble', body));
  expect(result).toMatchObject({ ok: true });
  expect(Object.keys(files)).toEqual(['mails-3.json']);
  expect(JSON.parse(files['mails-3.json'] ?? '')).toMatchObject({ index: 3, subject: 'Mail 3', error: { code: 'folder.not_found' } });
  expect(drafts).toBe(0);
});

test('organize: batch: a failure that comes after the loop has failed is told too', async () => {
  const body = `      - { id: done, action: email.move, with: { messages: '{{ mail }}', to: '{{ mail.subject == "Mail 3" ? "Nowhere" : "Archive" }}' } }
      - { id: read, action: email.read, with: { messages: { folder: '{{ mail.subject == "Mail 6" ? "Elsewhere" : "INBOX" }}' } } }`;
  const { result, events } = await bot(LOOP('organize: batch', body));
  expect(result).toMatchObject({ ok: false, error: { code: 'folder.not_found', message: expect.stringContaining('Elsewhere') } });
  expect(JSON.stringify(events)).toContain('Nowhere');
});

test('skip leaves it where it is; so many in a row end the loop', async () => {
  expect((await bot(LOOP('onItemError: skip', FAILING))).drafts).toBe(3);
  const always = FAILING.replace('mail.subject in ["Mail 4", "Mail 8", "Mail 12"]', '!(mail.subject in ["Mail 1", "Mail 2"])');
  const { result, drafts } = await bot(LOOP('onItemError: skip\n    maxFailures: 3', always));
  expect(result).toMatchObject({ ok: false, error: { code: 'automation.too_many_failures' } });
  expect(drafts).toBe(10);
});

test('what a step did before it failed is there for catch', async () => {
  const body = `      - { id: gone, action: email.erase, with: { messages: '{{ mail }}' } }
      - id: t
        try:
          - { id: moved, action: email.move, with: { messages: '{{ mail }}', to: Archive } }
        catch:
          - { id: stop, stop: run }`;
  const { result, events } = await bot(LOOP('onItemError: stop', body));
  expect(result.ok).toBe(true);
  expect(events).toContainEqual(
    expect.objectContaining({ event: 'step', id: 'moved', state: 'failed', output: expect.objectContaining({ count: 0, failed: 1 }) }),
  );
});

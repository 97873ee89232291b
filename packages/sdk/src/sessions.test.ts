import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mail } from '@mailwright/core';
import { startSandbox, type Sandbox } from '@mailwright/sandbox';
import { honest, scripted } from '@mailwright/testing';
import { createEmail, diskStore, memoryVault, type Email } from './index.ts';

let sandbox: Sandbox;
let email: Email;
let folder: string;
let drop: ((command: string) => boolean) | undefined;

beforeEach(async () => {
  drop = undefined;
  sandbox = await startSandbox({ fault: (name) => (drop?.(name) ? 'drop' : undefined) });
  folder = mkdtempSync(join(tmpdir(), 'sdk-'));
  email = createEmail({
    ca: sandbox.caFile,
    files: join(folder, 'files'),
    store: diskStore(join(folder, 'store')),
    vaults: [memoryVault('sandbox', { password: sandbox.user.password })],
  });
});
afterEach(async () => {
  await email.close();
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

const auth = () => ({ mode: 'basic', username: sandbox.user.address, password: { credential: 'sandbox/password' } });
const input = (more: object = {}) => ({
  session: 'S',
  server: { backend: 'imap', host: sandbox.host, port: sandbox.imap.port, security: 'starttls', auth: auth() },
  outgoing: { backend: 'smtp', host: sandbox.host, port: sandbox.smtp.port, security: 'starttls' },
  ...more,
});
const folderOf = (path: string) => sandbox.store.account(sandbox.user.address)?.folder(path)?.messages ?? [];
async function subjects(query: object = {}, each?: (mail: Mail) => Promise<unknown>): Promise<string[]> {
  const found: string[] = [];
  for await (const mail of email.loop({ session: 'S', ...query })) {
    found.push(mail.ref.id);
    await each?.(mail);
  }
  return found;
}

test.each([
  ['m/empty', { credential: 'm/empty' }],
  ['insecure', { insecure: '' }],
])('an empty password (%s) is refused with the name of its reference, before any traffic', async (reference, password) => {
  await using other = createEmail({ ca: sandbox.caFile, vaults: [memoryVault('m', { empty: '' })] });
  const { server } = input();
  const given = { ...server, auth: { ...auth(), password } };
  await expect(other.connect({ session: 'S', server: given })).rejects.toMatchObject({
    code: 'vault.empty_secret',
    details: { reference },
  });
  expect(sandbox.connections()).toBe(0);
});

test('R1.2 R1.7 Connect tells what the session can; a second one under the name closes the first', async () => {
  const told = (await email.connect(input())) as { can: string[]; from: string };
  expect(told).toMatchObject({
    name: 'S',
    backend: 'imap',
    from: sandbox.user.address,
    can: expect.arrayContaining(['search', 'read', 'move', 'send']),
  });
  await email.connect(input());
  expect(sandbox.connections()).toBe(1);
  expect(await email.run('email.disconnect', { session: 'S' })).toEqual({ closed: ['S'] });
  expect(await email.run('email.disconnect', { session: 'Unknown' })).toEqual({ closed: [] });
  // The socket's own end may come a moment later.
  for (let tries = 0; sandbox.connections() > 0 && tries < 100; tries++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(sandbox.connections()).toBe(0);
});

test('a connection that is lost in a loop comes back, and each mail is seen exactly once', async () => {
  await email.connect(input());
  const all = await subjects();
  let count = 0;
  const seen = await subjects({}, () => {
    if (++count === 5) sandbox.kick();
    return Promise.resolve();
  });
  expect(seen).toEqual(all);
}, 30_000);

test('R6.5 a server that restarts sends everybody away for a while: the session waits for it', async () => {
  let greeted = 0;
  const open = new Set<Socket>();
  await using server = await scripted(
    '',
    (line) => honest(line),
    (socket) => {
      open.add(socket);
      socket.write(++greeted === 2 ? '* BYE Server shutting down.\r\n' : '* OK ready\r\n');
    },
  );
  const plain = { backend: 'imap', host: '127.0.0.1', port: server.port, security: 'none', allowClearTextPassword: true, auth: auth() };
  await email.connect({ session: 'S', server: plain });
  for (const socket of open) socket.destroy();
  expect(await email.run('email.list-folders', { session: 'S' })).toMatchObject({ folders: [{ path: 'INBOX' }] });
  expect(greeted).toBe(3);
}, 30_000);

test('R6.5 a loop that moves, with connections cut at every fetch: nothing lost, nothing twice', async () => {
  await email.connect(input());
  const before = folderOf('INBOX').length;
  let fetches = 0;
  drop = (command) => command === 'UID FETCH' && ++fetches % 3 === 2;
  const seen = await subjects({}, (mail) => email.run('email.move', { session: 'S', messages: mail, to: 'Moved', createFolder: true }));
  expect(new Set(seen).size).toBe(before);
  expect([folderOf('INBOX').length, folderOf('Moved').length]).toEqual([0, before]);
}, 60_000);

test('a reference follows the moves of its own session', async () => {
  await email.connect(input());
  const [first] = await subjects({ limit: 1 });
  const ref = { folder: 'INBOX', id: first ?? '' };
  await email.run('email.move', { session: 'S', messages: ref, to: 'Archive' });
  await email.run('email.move', { session: 'S', messages: ref, to: 'Projects' });
  expect(await email.run('email.read', { session: 'S', messages: ref })).toMatchObject({
    found: true,
    message: { ref: { folder: 'Projects' } },
  });
});

test('R2.28 a mail is sent once and its copy filed, byte for byte; a reply stands in its thread', async () => {
  await email.connect(input());
  const sent = (await email.run('email.send', {
    session: 'S',
    to: `${sandbox.user.address}; Out <out@elsewhere.example.com>`,
    subject: 'Grüße',
    text: 'Hello\n',
  })) as { messageId: string };
  expect(sent).toMatchObject({ state: 'sent', savedTo: 'Sent', warnings: [] });
  expect(sandbox.store.outside.map(({ to }) => to)).toEqual([['out@elsewhere.example.com']]);
  const copy = folderOf('Sent').at(-1);
  const withoutTrace = (raw: Buffer | undefined) => raw?.toString('latin1').replace(/^(Received|Return-Path): (.|\r\n[ \t])*\r\n/gm, '');
  expect(withoutTrace(copy?.raw)).toBe(withoutTrace(folderOf('INBOX').at(-1)?.raw));
  expect(copy?.flags.has('\\Seen')).toBe(true);
  const message = (
    (await email.run('email.read', {
      session: 'S',
      messages: { folder: 'Sent', filter: { op: 'is', field: 'messageId', value: sent.messageId } },
    })) as { message: Mail }
  ).message;
  expect(message.subject).toBe('Grüße');
});

test('R1.28 readOnly: nothing is changed or sent, and that is refused before any traffic', async () => {
  await email.connect(input({ readOnly: true }));
  for (const [id, more] of [
    ['email.move', { messages: { folder: 'INBOX' }, to: 'Archive' }],
    ['email.send', { to: 'a@b.test', text: 'x' }],
    ['email.create-folder', { folder: 'X' }],
  ] as const)
    await expect(email.run(id, { session: 'S', ...more })).rejects.toMatchObject({
      code: 'capability.unsupported',
      message: expect.stringContaining('read-only'),
    });
});

test('R2.10 a session for sending only can send, and nothing else', async () => {
  await email.connect({
    session: 'Out',
    server: {
      backend: 'smtp',
      host: sandbox.host,
      port: sandbox.smtp.port,
      security: 'starttls',
      auth: auth(),
      from: 'Demo <demo@example.test>',
    },
  });
  expect(await email.run('email.send', { session: 'Out', to: 'x@elsewhere.example.com', text: 'hi' })).toMatchObject({ state: 'sent' });
  await expect(email.loop({ session: 'Out' })[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'capability.unsupported' });
});

test('a dry run changes nothing and tells how many, and the first of them', async () => {
  await email.connect(input());
  const plan = await email.run(
    'email.move',
    {
      session: 'S',
      messages: { folder: 'INBOX', filter: { op: 'contains', field: 'subject', value: 'invoice' } },
      to: 'Nowhere',
      createFolder: true,
    },
    { dryRun: true },
  );
  expect(plan).toMatchObject({
    planned: true,
    count: expect.any(Number),
    sentence: expect.objectContaining({ parts: expect.objectContaining({ to: 'Nowhere' }) }),
    first: expect.arrayContaining([expect.objectContaining({ subject: expect.stringMatching(/invoice/i) })]),
  });
  expect(folderOf('Nowhere')).toEqual([]);
});

describe('saved sessions', () => {
  test('R3.1 are opened by name, and hold no secret', async () => {
    await email.save({ ...input(), session: 'Invoices' });
    expect(await email.store.names()).toEqual(['Invoices']);
    const files = readdirSync(join(folder, 'store'));
    expect(readFileSync(join(folder, 'store', files[0] ?? ''), 'utf8')).not.toContain(sandbox.user.password);
    expect(await email.connect({ session: 'S', saved: 'Invoices' })).toMatchObject({ name: 'S', backend: 'imap' });
    expect((await subjects()).length).toBe(folderOf('INBOX').length);
    await expect(email.connect({ session: 'S', saved: 'Bills' })).rejects.toMatchObject({
      code: 'session.not_saved',
      details: { known: ['Invoices'] },
    });
  });
  test('R1.56 with a secret in plain text are refused; a plain user name is fine', async () => {
    const insecure = { ...auth(), password: { insecure: 'typed-by-hand-1' } };
    await expect(email.save({ ...input(), server: { ...input().server, auth: insecure } })).rejects.toMatchObject({
      code: 'session.insecure_secret',
      details: { field: 'server.auth.password' },
    });
    expect(await email.store.names()).toEqual([]);
  });
});

test('R1.66 the connection test tells each stage of both sides, and sends a test mail where asked', async () => {
  const { ok, stages } = await email.testConnection(input(), { sendTo: 'someone@elsewhere.example.com' });
  expect(ok).toBe(true);
  expect(stages.filter(({ side }) => side === 'reading').map(({ stage }) => stage)).toEqual(
    expect.arrayContaining(['reach', 'tls', 'greeting', 'sign-in', 'folders']),
  );
  expect(stages.filter(({ side }) => side === 'sending').map(({ stage }) => stage)).toEqual([
    'name',
    'reach',
    'tls',
    'greeting',
    'sign-in',
    'sending',
    'test-mail',
    'round-trip',
  ]);
  expect(sandbox.store.outside).toHaveLength(1);
  expect(JSON.stringify(stages)).not.toContain(sandbox.user.password);
});

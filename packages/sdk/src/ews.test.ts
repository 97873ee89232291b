// A session over EWS, with connections that break: what a step did is known, and nothing is done twice.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mail } from '@mailwright/core';
import { startSandbox, type Sandbox } from '@mailwright/sandbox';
import { createEmail, memoryStore, memoryVault, type Email } from './index.ts';

let sandbox: Sandbox;
let email: Email;
let folder: string;
let fault: (operation: string, attempt: number) => 'drop' | 'do-and-drop' | undefined;
beforeEach(async () => {
  fault = () => undefined;
  sandbox = await startSandbox({ ews: { fault: (operation, attempt) => fault(operation, attempt) } });
  folder = mkdtempSync(join(tmpdir(), 'sdk-ews-'));
  email = createEmail({
    ca: sandbox.caFile,
    files: join(folder, 'files'),
    store: memoryStore(),
    vaults: [memoryVault('sandbox', { password: sandbox.user.password })],
  });
});
afterEach(async () => {
  await email.close();
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

const auth = () => ({ mode: 'basic', username: sandbox.user.address, password: { credential: 'sandbox/password' } });
const input = (more: object = {}) => ({ session: 'S', server: { backend: 'ews', url: sandbox.ews.url, auth: auth() }, ...more });
const stored = (path: string) => sandbox.store.account(sandbox.user.address)?.folder(path)?.messages ?? [];

test('Connect tells what the session can; it sends by itself', async () => {
  expect(await email.connect(input())).toMatchObject({
    backend: 'ews',
    from: sandbox.user.address,
    can: expect.arrayContaining(['search', 'read', 'move', 'send', 'saveDraft', 'label']),
  });
});

test.each(['drop', 'do-and-drop'] as const)(
  'a loop that moves, with every third move and every third list %s: nothing lost, nothing twice',
  async (what) => {
    await email.connect(input());
    const before = stored('INBOX').length;
    fault = (operation, attempt) => (/^(MoveItem|GetItem)$/.test(operation) && attempt % 3 === 2 ? what : undefined);
    const seen: string[] = [];
    for await (const mail of email.loop({ session: 'S' })) {
      seen.push((mail as Mail).ref.id);
      await email.run('email.move', { session: 'S', messages: mail, to: 'Moved', createFolder: true });
    }
    expect(new Set(seen).size).toBe(before);
    expect([stored('INBOX').length, stored('Moved').length]).toEqual([0, before]);
  },
  60_000,
);

test('R1.66 the connection test tells each stage', async () => {
  const { ok, stages } = await email.testConnection(input());
  expect(ok).toBe(true);
  expect(stages.map(({ stage }) => stage)).toEqual(expect.arrayContaining(['name', 'reach', 'tls', 'greeting', 'sign-in', 'folders']));
  expect(JSON.stringify(stages)).not.toContain(sandbox.user.password);
});

test('R1.63 a token goes only to hosts of its provider, or to those that are named', async () => {
  const login = { mode: 'oauth-pkce', provider: 'microsoft', clientId: 'x', username: 'someone@example.test' };
  const server = { backend: 'ews', url: 'https://mail.example.test/EWS/Exchange.asmx', auth: login };
  await expect(email.connect({ session: 'S', server })).rejects.toMatchObject({
    code: 'input.invalid',
    details: { path: 'server.auth.allowTokenTo' },
  });
  const online = { backend: 'ews', cloud: 'us-gcc-high', auth: login };
  await expect(email.connect({ session: 'S', server: online })).rejects.toMatchObject({
    code: 'input.invalid',
    details: { path: 'server.auth.cloud' },
  });
});

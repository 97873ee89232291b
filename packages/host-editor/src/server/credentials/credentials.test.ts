import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret, createEmail, diskStore, type VaultProvider } from '@mailwright/sdk';
import type { Boot, ConnectionShown, Failure, SessionShown, VaultShown } from '../../api.ts';
import { startEditor, type Editor } from '../editor.ts';

const SAMPLE = new URL('../../../../../fixtures/automations/invoices.steps.yaml', import.meta.url);
let folder: string;
let editor: Editor;
let kept: Map<string, string>;
let said: string;

function vault(id: string): VaultProvider {
  return {
    id,
    read: (key) => Promise.resolve(new Secret(kept.get(key) ?? '')),
    list: () => Promise.resolve([...kept.keys()]),
    set: (key, value) => Promise.resolve(void kept.set(key, value.reveal())),
    remove: (key) => Promise.resolve(void kept.delete(key)),
  };
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailwright-editor-'));
  kept = new Map([['password', 'canary-vault-password']]);
  said = '';
  await writeFile(join(folder, 'invoices.steps.yaml'), await readFile(SAMPLE));
  editor = await startEditor({
    folder,
    data: join(folder, 'data'),
    version: 'test',
    createEmail: (given) =>
      createEmail({
        ...given,
        vaults: [vault('sandbox'), { id: 'silent', read: () => Promise.reject(new Error('never asked')) }],
        store: diskStore(join(folder, 'data', 'sessions')),
        connections: join(folder, 'data', 'connections'),
      }),
  });
});
afterEach(async () => {
  await editor.close();
  await rm(folder, { recursive: true, force: true });
});

async function ask<T = unknown>(method: string, path: string, body?: unknown): Promise<{ status: number; value: T }> {
  const { origin, hash } = new URL(editor.url);
  const answer = await fetch(`${origin}/api/${path}`, {
    method,
    headers: { origin, authorization: `Bearer ${hash.replace('#token=', '')}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  said += text;
  return { status: answer.status, value: (text === '' ? undefined : JSON.parse(text)) as T };
}
const server = (password: object) => ({
  server: { backend: 'imap', host: 'imap.example.test', auth: { mode: 'basic', username: 'me', password } },
});

test('keys of vaults with where they are used; values go in and never come out', async () => {
  expect((await ask('PUT', `vaults/sandbox/${encodeURIComponent('team/inbox#password')}`, { value: 'canary-new-password' })).status).toBe(
    204,
  );
  expect(kept.get('team/inbox#password')).toBe('canary-new-password');
  const { value } = await ask<VaultShown[]>('GET', 'vaults');
  const sandbox = value.find(({ id }) => id === 'sandbox');
  expect(sandbox).toMatchObject({ writable: true });
  expect(sandbox?.keys).toEqual([
    { key: 'password', usedIn: [{ file: 'invoices.steps.yaml', step: 'connect' }] },
    { key: 'team/inbox#password', usedIn: [] },
  ]);
  expect(value.find(({ id }) => id === 'silent')).toMatchObject({ writable: false, keys: [], error: { code: 'input.invalid' } });
  expect((await ask('DELETE', 'vaults/sandbox/password')).status).toBe(204);
  expect((await ask<Failure>('PUT', 'vaults/silent/x', { value: 'canary-x-password' })).value.error.code).toBe('input.invalid');
  expect((await ask<Failure>('PUT', 'vaults/nowhere/x', { value: 'canary-x-password' })).value.error.code).toBe('vault.unknown');
  // What seals the sign-ins is nobody's to choose, and no credential.
  kept.set('mailwright-token-key', 'canary-sealing-key');
  for (const method of ['PUT', 'DELETE'])
    expect((await ask<Failure>(method, 'vaults/sandbox/mailwright-token-key', { value: 'x' })).value.error.code).toBe('input.invalid');
  expect(kept.get('mailwright-token-key')).toBe('canary-sealing-key');
  expect(JSON.stringify((await ask('GET', 'vaults')).value)).not.toContain('mailwright-token-key');
  expect(said).not.toContain('canary-');
});

test('saved sessions: unique names, where they are used, and no secret in plain text', async () => {
  expect((await ask('PUT', 'sessions/Invoices', { connect: server({ credential: 'sandbox/password' }) })).status).toBe(204);
  const again = await ask<Failure>('PUT', 'sessions/invoices', { connect: server({ credential: 'sandbox/password' }) });
  expect(again).toMatchObject({ status: 400, value: { error: { message: expect.stringContaining('"Invoices"') as string } } });
  const plain = await ask<Failure>('PUT', 'sessions/Plain', { connect: server({ insecure: 'canary-plain-password' }) });
  expect(plain.value.error.code).toBe('session.insecure_secret');
  const text = (await readFile(join(folder, 'invoices.steps.yaml'), 'utf8')).replace(
    /with:\n {6}session: Default\n[^]*?(?= {2}- id: work)/,
    'with: { session: Default, saved: Invoices }\n',
  );
  await writeFile(join(folder, 'invoices.steps.yaml'), text);
  const { value } = await ask<SessionShown[]>('GET', 'sessions');
  expect(value).toMatchObject([
    {
      name: 'Invoices',
      server: 'imap',
      untested: true,
      usedIn: [{ file: 'invoices.steps.yaml', step: 'connect' }],
      connect: { session: 'Invoices', server: { host: 'imap.example.test' } },
    },
  ]);
  const vaults = await ask<VaultShown[]>('GET', 'vaults');
  expect(vaults.value.find(({ id }) => id === 'sandbox')?.keys[0]?.usedIn).toEqual([{ file: '', step: 'Invoices' }]);
  await ask('PUT', 'sessions/Invoices', { connect: server({ credential: 'sandbox/password' }), replace: true, tested: true });
  expect((await ask<SessionShown[]>('GET', 'sessions')).value[0]?.untested).toBeUndefined();
  expect((await ask('DELETE', 'sessions/Invoices')).status).toBe(204);
  expect((await ask('DELETE', 'sessions/Invoices')).status).toBe(400);
  expect(said).not.toContain('canary-');
});

test('managed connections are set up, listed with their state, and forgotten', async () => {
  const auth = {
    mode: 'oauth-device-code',
    provider: 'microsoft',
    tenant: 'example.test',
    clientId: '11111111-1111-1111-1111-111111111111',
    username: 'me@example.test',
  };
  expect((await ask('PUT', 'connections/Team', { tokenType: 'shared', backend: ['imap'], auth })).status).toBe(204);
  const { value } = await ask<ConnectionShown[]>('GET', 'connections');
  expect(value).toMatchObject([{ name: 'Team', provider: 'microsoft', owners: [{ owner: 'shared', state: 'never-used' }] }]);
  // What the form is filled with again.
  expect(value[0]?.input).toMatchObject({ tokenType: 'shared', backend: ['imap'], auth });
  const boot = await ask<Boot>('GET', 'boot');
  expect(boot.value.connection).toMatchObject({ properties: { auth: { discriminator: { propertyName: 'mode' } } } });
  expect((await ask('DELETE', 'connections/Team')).status).toBe(204);
  expect((await ask<ConnectionShown[]>('GET', 'connections')).value).toEqual([]);
});

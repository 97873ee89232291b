import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmailError, Secret, type Http } from '@mailwright/core';
import { testVault } from '@mailwright/testing';
import { environmentVault, exec, fileVault, hashicorp, memoryVault, type VaultContext } from './index.ts';
import { fakeHashicorp } from './hashicorp.test.fixture.ts';

const folderFor = () => {
  const folder = mkdtempSync(join(tmpdir(), 'vault-'));
  return { folder, close: () => Promise.resolve(rmSync(folder, { recursive: true, force: true })) };
};

testVault('in memory', () => Promise.resolve({ vault: memoryVault('m'), missing: 'a/b#c' }));

testVault('environment', () => {
  const store = (value: string) => Promise.resolve(void environmentVault({ MAILWRIGHT_SECRET_MAIL_TEST: value })).then(() => 'mail#test');
  return Promise.resolve({ vault: environmentVault({}), store, missing: 'mail/none' });
});

testVault('file', async () => {
  const { folder, close } = folderFor();
  const other = fileVault(join(folder, 'other'));
  await other.set?.('a', new Secret('canary a'));
  rmSync(join(folder, 'other', 'vault.key'));
  writeFileSync(join(folder, 'no-folder'), '');
  const unreachable = fileVault(join(folder, 'no-folder'));
  return { vault: fileVault(folder), missing: 'a/b#c', locked: other, unreachable, close };
});

const nobody: VaultContext = { http: () => Promise.reject(new Error('no network')), secret: () => Promise.reject(new Error('no vault')) };
const program = (...command: string[]) => exec.open(exec.config.parse({ kind: 'exec', id: 'e', seconds: 1, command }), nobody);
testVault('exec', () => {
  const { folder, close } = folderFor();
  const [file, script] = [join(folder, 'value'), join(folder, 'tool.mjs')];
  writeFileSync(
    script,
    `import fs from 'node:fs'; if (process.argv[2] === 'a b; echo') process.stdout.write(fs.readFileSync(${JSON.stringify(file)}))`,
  );
  const store = (value: string) => Promise.resolve(writeFileSync(file, `${value}\n`)).then(() => 'a b; echo');
  return Promise.resolve({
    vault: exec.open(exec.config.parse({ kind: 'exec', id: 'e', command: [process.execPath, script, '{key}'] }), nobody),
    store,
    missing: 'none',
    unreachable: program('no-such-program-here'),
    silent: program(process.execPath, '-e', 'setInterval(() => {}, 1000)'),
    close,
  });
});

const down: Http = () => Promise.reject(new EmailError('connection.refused', { host: 'vault.example.test', port: 8200 }));
const mute: Http = ({ signal }) => new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))));
const [token, secretId] = ['canary-vault-token', 'canary-secret-id'];
const LOGINS: readonly (readonly [string, object])[] = [
  ['token', { token: { credential: 'file/token' } }],
  ['AppRole', { appRole: { roleId: 'r', secretId: { credential: 'file/role' } } }],
];
describe.each(LOGINS)('with %s', (name, login) =>
  testVault(`HashiCorp, ${name}`, () => {
    const { entries, http } = fakeHashicorp({ token, roleId: 'r', secretId });
    const config = hashicorp.config.parse({
      kind: 'hashicorp',
      id: 'corp',
      address: 'https://vault.example.test',
      namespace: 'team',
      seconds: 1,
      ...login,
    });
    const secret = (ref: object) => Promise.resolve(new Secret(JSON.stringify(ref).includes('token') ? token : secretId));
    const open = (over: Http, reveal = secret) => hashicorp.open(config, { http: over, secret: reveal });
    return Promise.resolve({
      vault: open(http),
      store: (value: string) =>
        Promise.resolve(entries.set('team/my mail', { password: value, port: 993 })).then(() => 'team/my mail#password'),
      missing: 'team/none#password',
      missingField: 'team/my mail#port',
      unreachable: open(down),
      locked: open(http, () => Promise.resolve(new Secret('canary-wrong'))),
      silent: open(mute),
      secrets: [token, secretId],
    });
  }),
);

test('exec: its failure tells no output; its environment holds no secrets', async () => {
  process.env['MAILWRIGHT_SECRET_CANARY'] = 'canary-of-the-environment';
  const telling = program(process.execPath, '-e', `console.log('half-a-secret'); console.error('half-a-secret'); process.exit(3)`);
  const error: unknown = await telling.read('k').catch((thrown: unknown) => thrown);
  expect(JSON.stringify(error)).toMatch(/vault.unreachable.*code 3/);
  expect(JSON.stringify(error)).not.toContain('half-a-secret');
  const seen = await program(process.execPath, '-e', 'console.log(JSON.stringify(process.env))').read('k');
  expect(seen.reveal()).not.toContain('canary-of-the-environment');
  delete process.env['MAILWRIGHT_SECRET_CANARY'];
});

test('exec: bytes that are no text are refused, not replaced', async () => {
  const printing = (bytes: string) => program(process.execPath, '-e', `process.stdout.write(Buffer.from('${bytes}', 'hex'))`).read('k');
  await expect(printing('70617373f6')).rejects.toMatchObject({ code: 'vault.unreachable', message: expect.stringContaining('UTF-8') });
  // Begun in one piece and ended in the next.
  const halves = `process.stdout.write(Buffer.from('70c3', 'hex')); setTimeout(() => process.stdout.write(Buffer.from('b6', 'hex')), 50)`;
  expect((await program(process.execPath, '-e', halves).read('k')).reveal()).toBe('pö');
});

test('HashiCorp: one login is named, not none and not two', () => {
  const parse = (more: object) =>
    hashicorp.config.safeParse({ kind: 'hashicorp', id: 'c', address: 'https://v.example.test', ...more }).success;
  expect([parse({}), parse({ ...LOGINS[0]?.[1], ...LOGINS[1]?.[1] }), parse(LOGINS[0]?.[1] ?? {})]).toEqual([false, false, true]);
});

test.each(['a/../../../sys/policy', '../x', 'a//b', './a', '#field'])(
  'HashiCorp: %s leads out of the secrets and is not asked',
  async (key) => {
    const asked: string[] = [];
    const http: Http = ({ url }) => (asked.push(url), Promise.reject(new Error('asked')));
    const config = hashicorp.config.parse({ kind: 'hashicorp', id: 'c', address: 'https://v.example.test', ...LOGINS[0]?.[1] });
    const vault = hashicorp.open(config, { http, secret: () => Promise.resolve(new Secret(token)) });
    await expect(vault.read(key)).rejects.toMatchObject({ code: 'input.invalid' });
    expect(asked).toEqual([]);
  },
);

import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VAULTS } from './defaults.ts';
import { EmailError, createEmail, memoryVault, type VaultProvider } from './index.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vaults-'));
  process.env['MAILWRIGHT_HOME'] = folder;
});
afterAll(() => {
  delete process.env['MAILWRIGHT_HOME'];
  rmSync(folder, { recursive: true, force: true });
});

const withVaults = (...vaults: readonly object[]) => {
  writeFileSync(join(folder, 'vaults.json'), JSON.stringify({ vaults }), { mode: 0o600 });
  return createEmail({ vaults: [memoryVault('m', { token: 'canary-token' })] });
};
const print = (id: string, more: object = {}) => ({
  kind: 'exec',
  id,
  command: [process.execPath, '-e', 'console.log(process.argv[1])', '{key}'],
  ...more,
});
const corp = (login: object, id = 'corp') => ({ kind: 'hashicorp', id, address: 'https://127.0.0.1:9', ...login });
const refusal = (work: () => unknown) =>
  Promise.resolve()
    .then(work)
    .then(
      () => undefined,
      (error: unknown) => error,
    );

test('R1.54 any number of vaults is set up in vaults.json, and found by their ids', async () => {
  await using email = withVaults(print('one'), print('two'));
  for (const [credential, id, key] of [
    ['one/a/b#c', 'one', 'a/b#c'],
    ['two/x', 'two', 'x'],
    ['plain', 'file', 'plain'],
  ] as const)
    expect([email.locate(credential).vault.id, email.locate(credential).key]).toEqual([id, key]);
  expect((await email.locate('two/x').vault.read('x')).reveal()).toBe('x');
  expect(await refusal(() => email.locate('three/x'))).toMatchObject({ code: 'vault.unknown', fix: expect.stringContaining('one, two') });
  expect(await refusal(() => email.locate('one/'))).toMatchObject({ code: 'input.invalid' });
});

// Off on Windows, which has no such modes: the profile's own access rules protect the file.
const onPosix = process.platform === 'win32' ? test.skip : test;
onPosix.each([0o666, 0o620, 0o602])('settings that others could write (%d), and so the program that runs, are refused', async (mode) => {
  chmodSync(join(folder, 'vaults.json'), mode);
  const refused = { code: 'vault.unsafe_file', message: expect.stringContaining('lets others write to it') };
  expect(await refusal(() => withVaults(print('one')))).toMatchObject(refused);
  chmodSync(join(folder, 'vaults.json'), 0o644);
  await using email = withVaults(print('one'));
  expect((await email.locate('one/x').vault.read('x')).reveal()).toBe('x');
});

onPosix.each(['.', 'sessions', 'connections'])(
  'a data folder where others could put sessions of their own is refused: %s',
  async (name) => {
    const path = join(folder, name);
    mkdirSync(path, { recursive: true });
    for (const mode of [0o777, 0o770, 0o1777]) {
      chmodSync(path, mode);
      expect(await refusal(() => createEmail())).toMatchObject({ code: 'vault.unsafe_file', details: { path } });
    }
    chmodSync(path, 0o755);
    await createEmail().close();
  },
);

onPosix('a folder that a group shares may be written by the group, and by nobody else', async () => {
  const shared = join(folder, 'shared');
  mkdirSync(shared);
  chmodSync(shared, 0o2770);
  await createEmail({ shared }).close();
  chmodSync(shared, 0o2777);
  expect(await refusal(() => createEmail({ shared }))).toMatchObject({ code: 'vault.unsafe_file', details: { path: shared } });
});

test('a data folder that is a file is told as that', async () => {
  const file = join(folder, 'a-file');
  writeFileSync(file, 'x');
  process.env['MAILWRIGHT_HOME'] = file;
  try {
    expect(await refusal(() => createEmail())).toMatchObject({
      details: { path: 'MAILWRIGHT_HOME' },
      message: expect.stringContaining(file),
    });
  } finally {
    process.env['MAILWRIGHT_HOME'] = folder;
  }
});

test.each<readonly [string, readonly object[], RegExp]>([
  [
    'an unknown kind',
    [print('a', { kind: 'exek' })],
    /no kind of vault "exek".*Kinds: keyring, keepass, exec, hashicorp, cyberark, azure-key-vault, aws-secrets-manager/,
  ],
  ['an unknown setting', [print('a', { comand: [] })], /vaults\.json: a: unknown key "comand".*Did you mean "command"/],
  ['an id that is taken', [print('a'), print('a')], /two vaults have the id "a"/],
  ['an id of ours', [print('environment')], /"environment".*always there/],
  ['an id that no reference can name', [print('a/b')], /no slash/],
  ['no login', [corp({})], /set token, or appRole/],
  ['a secret in plain text', [corp({ token: { insecure: 'canary-plain' } })], /plain text/],
])('vaults.json with %s is refused, with the cure', async (_, vaults, said) => {
  const error = await refusal(() => withVaults(...vaults));
  if (!EmailError.is(error, 'input.invalid')) throw new Error(`not refused: ${String(error)}`);
  expect(`${error.message} ${error.fix}`).toMatch(said);
  expect(JSON.stringify(error)).not.toContain('canary');
});

test('a vault that is opened with a secret of itself, by whatever way, says so at once', async () => {
  await using email = withVaults(corp({ token: { credential: 'b/token' } }, 'a'), corp({ token: { credential: 'a/token' } }, 'b'));
  const { vault } = email.locate('a/x');
  expect(await refusal(() => vault.read('x'))).toMatchObject({ code: 'input.invalid', message: expect.stringContaining('a -> b -> a') });
});

test('a vault that cannot be opened is an error, and no other vault is asked', async () => {
  await using email = withVaults(corp({ token: { credential: 'm/token' } }));
  const { vault } = email.locate('corp/token');
  expect(await refusal(() => vault.read('token'))).toMatchObject({ code: 'vault.unreachable', details: { vault: 'corp' } });
});

test('what a managed connection lacks is mended with sign-in, not with vault set', async () => {
  await using email = createEmail();
  await email.setConnection('Team', {
    tokenType: 'shared',
    backend: 'imap',
    auth: { mode: 'oauth-device-code', provider: 'microsoft', username: 'a@example.test', clientId: 'c' },
  });
  const connections = email.vaults.get('connections') as VaultProvider;
  const missing = { code: 'vault.key_missing', fix: expect.stringMatching(/^Set it up with: mailwright sign-in Tema .*Team\.$/) };
  expect(await refusal(() => connections.read('Tema'))).toMatchObject(missing);
  expect(await refusal(() => connections.accessToken?.('Tema', 'shared', { backend: 'imap' }))).toMatchObject(missing);
  const person = { openBrowser: () => Promise.resolve(), showCode: () => undefined };
  expect(await refusal(() => email.signIn('Tema', person))).toMatchObject(missing);
  expect(await refusal(() => connections.read('Team'))).toMatchObject({
    code: 'input.invalid',
    fix: expect.stringContaining('oauth-vault'),
  });
});

test('what docs/how-to/vaults.md shows is taken as it stands', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'how-to', 'vaults.md'), 'utf8');
  const shown = [...page.matchAll(/```json\n([^]+?)```/g)].map(([, text = '']) => JSON.parse(text) as { vaults?: readonly object[] });
  const entries = shown.flatMap((one) => one.vaults ?? [one]);
  const kinds = new Set(entries.map((one) => (one as { kind: string }).kind));
  expect([...kinds].sort()).toEqual(VAULTS.map(({ kind }) => kind).sort());
  for (const entry of entries) withVaults(entry);
});

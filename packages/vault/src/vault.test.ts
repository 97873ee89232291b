import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret, type EmailError, type VaultProvider } from '@mailwright/core';
import { dataFolder, environmentVault, fileVault, memoryVault, within } from './index.ts';
import { keyMissing } from './kind.ts';

const VALUE = 'canary p"a\\s wörd 42';
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vault-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const VAULTS: readonly (readonly [string, () => VaultProvider])[] = [
  ['memory', () => memoryVault('memory')],
  ['file', () => fileVault(folder)],
];
describe.each(VAULTS)('the %s vault', (_, make) => {
  test('R1.54 gives what was stored, lists keys and never values, and says which keys there are', async () => {
    const vault = make();
    await vault.set?.('mail/invoices#password', new Secret(VALUE));
    await vault.set?.('other', new Secret('second value'));
    expect((await vault.read('mail/invoices#password')).reveal()).toBe(VALUE);
    expect(await vault.list?.()).toEqual(['mail/invoices#password', 'other']);
    await vault.remove?.('other');
    await expect(vault.read('other')).rejects.toMatchObject({
      code: 'vault.key_missing',
      details: { key: 'other', known: ['mail/invoices#password'] },
    });
    await expect(vault.read('constructor')).rejects.toMatchObject({ code: 'vault.key_missing' });
  });
});

describe('the file vault', () => {
  test('is encrypted, for its owner alone, and leaves nothing else behind', async () => {
    await fileVault(folder).set?.('a', new Secret(VALUE));
    expect(readdirSync(folder).sort()).toEqual(['vault.age', 'vault.key']);
    for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name), 'latin1')).not.toContain('canary');
    expect(readFileSync(join(folder, 'vault.age'), 'latin1')).toMatch(/^age-encryption\.org\/v1/);
  });
  test('many writers at once lose nothing', async () => {
    const keys = Array.from({ length: 12 }, (_, index) => `key${index}`);
    await Promise.all(keys.map(async (key) => fileVault(folder).set?.(key, new Secret(`value of ${key}`))));
    expect((await fileVault(folder).list?.())?.length).toBe(12);
  });
  test('another identity does not open it', async () => {
    await fileVault(folder).set?.('a', new Secret(VALUE));
    const other = mkdtempSync(join(tmpdir(), 'vault-'));
    await fileVault(other).set?.('b', new Secret(VALUE));
    writeFileSync(join(folder, 'vault.key'), readFileSync(join(other, 'vault.key')), { mode: 0o600 });
    rmSync(other, { recursive: true });
    await expect(fileVault(folder).read('a')).rejects.toMatchObject({
      code: 'vault.locked',
      message: expect.stringContaining('vault.key does not open'),
    });
    writeFileSync(join(folder, 'vault.key'), 'AGE-SECRET-KEY-1\n', { mode: 0o600 });
    await expect(fileVault(folder).read('a')).rejects.toMatchObject({
      code: 'vault.locked',
      message: expect.stringContaining('holds no key of age'),
    });
  });
  test.each([
    ['empty', () => Buffer.alloc(0)],
    ['cut off', (whole: Buffer) => whole.subarray(0, -5)],
    ['something else', () => Buffer.from('garbage')],
  ])('a file that is %s is told as damaged, not as another key, and is not written over', async (_, spoil) => {
    await fileVault(folder).set?.('a', new Secret(VALUE));
    const spoiled = spoil(readFileSync(join(folder, 'vault.age')));
    writeFileSync(join(folder, 'vault.age'), spoiled);
    await expect(fileVault(folder).set?.('b', new Secret(VALUE))).rejects.toMatchObject({
      code: 'vault.locked',
      message: expect.stringContaining('vault.age is damaged'),
    });
    expect(readFileSync(join(folder, 'vault.age'))).toEqual(spoiled);
  });
  // Off on Windows, which has no such modes: the profile's own access rules protect the file.
  const onPosix = process.platform === 'win32' ? test.skip : test;
  onPosix('a file that others may read, or a link, is refused', async () => {
    await fileVault(folder).set?.('a', new Secret(VALUE));
    chmodSync(join(folder, 'vault.key'), 0o644);
    await expect(fileVault(folder).read('a')).rejects.toMatchObject({ code: 'vault.unsafe_file' });
    rmSync(join(folder, 'vault.key'));
    symlinkSync('/dev/null', join(folder, 'vault.key'));
    await expect(fileVault(folder).read('a')).rejects.toMatchObject({ code: 'vault.unsafe_file' });
  });
});

test('the environment is read once and then empty of secrets', async () => {
  const environment: NodeJS.ProcessEnv = {
    MAILWRIGHT_SECRET_INVOICES_PASSWORD: VALUE,
    PATH: '/bin',
    MAILWRIGHT_SECRET_TWO__LINES: 'no key leads to it',
  };
  const vault = environmentVault(environment);
  expect(environment).toEqual({ PATH: '/bin' });
  expect((await vault.read('invoices#password')).reveal()).toBe(VALUE);
  expect((await environmentVault({}).read('invoices/password')).reveal()).toBe(VALUE);
  // What is listed is what a reference can say.
  const listed = (await vault.list?.()) ?? [];
  expect(listed).toContain('invoices_password');
  for (const key of listed) await expect(vault.read(key)).resolves.toBeInstanceOf(Secret);
  await expect(vault.read('none')).rejects.toMatchObject({
    code: 'vault.key_missing',
    fix: expect.stringContaining('MAILWRIGHT_SECRET_NONE'),
  });
});

test('the data folder can be moved', () => {
  const before = process.env['MAILWRIGHT_HOME'];
  process.env['MAILWRIGHT_HOME'] = folder;
  expect(dataFolder()).toBe(folder);
  if (before === undefined) delete process.env['MAILWRIGHT_HOME'];
  else process.env['MAILWRIGHT_HOME'] = before;
});

test('a vault of anybody that never answers is given up, and told so', async () => {
  let told: AbortSignal | undefined;
  const never = within('v', 0.05, (signal) => new Promise<Secret>(() => (told = signal)));
  await expect(never).rejects.toMatchObject({
    code: 'vault.unreachable',
    details: { vault: 'v', problem: 'no answer within 0.05 seconds.' },
  });
  expect(told?.aborted).toBe(true);
  await expect(within('v', 5, () => Promise.resolve(1))).resolves.toBe(1);
});

test('of thousands of names the nearest are told', () => {
  const known = Array.from({ length: 3_000 }, (_, number) => `group${number % 7}/entry${number}`);
  const { details } = keyMissing('v', 'group3/entry2990x', known) as EmailError<'vault.key_missing'>;
  expect(details.known).toHaveLength(10);
  expect(details.known[0]).toMatch(/^group3\/entry29/);
});

import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram, type Ended } from './cli.test.fixture.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vault-cli-'));
  const tool = { kind: 'exec', id: 'tool', command: [process.execPath, '-e', 'console.log("canary-of-a-tool")', '{key}'] };
  writeFileSync(join(folder, 'vaults.json'), JSON.stringify({ vaults: [tool] }), { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The program on a machine without a keyring. */
function vault(args: readonly string[], stdin: string | Buffer = '', more: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const env = { DBUS_SESSION_BUS_ADDRESS: undefined, MAILWRIGHT_HOME: folder, XDG_RUNTIME_DIR: folder, MAILWRIGHT_VAULT: 'file', ...more };
  return runProgram(['vault', ...args], { env, stdin });
}
// Off on Windows and macOS, whose keyring is always there: a machine without one cannot be had.
const onLinux = process.platform === 'linux' ? test : test.skip;

test('R1.54 set takes the value from standard input, list names keys and never values, remove takes one away', async () => {
  expect(await vault(['set', 'mail#password'], 'canary of many\nlines\n')).toEqual({
    code: 0,
    out: 'Stored file/mail#password.\n',
    err: '',
  });
  expect(await vault(['set', 'file/other'], 'canary other')).toMatchObject({ code: 0 });
  expect(await vault(['list', 'file'])).toEqual({ code: 0, out: 'file/mail#password\nfile/other\n', err: '' });
  expect(await vault(['remove', 'file/other'])).toEqual({ code: 0, out: 'Removed file/other.\n', err: '' });
  expect(await vault(['remove', 'file/other'])).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringMatching(/no entry "other".*vault\.key_missing/s),
  });
  const all = await vault(['list']);
  expect(all).toMatchObject({
    code: 0,
    out: expect.stringContaining('file/mail#password\n'),
    err: expect.stringContaining('"tool" gives secrets by their keys'),
  });
  expect(all.out + all.err).not.toContain('canary');
});

onLinux(
  'a keyring that nobody asked for is told and no failure; asked for, or as the default, it is one, and nothing takes its place',
  async () => {
    expect(await vault(['list'])).toMatchObject({ code: 0, err: expect.stringMatching(/"keyring".*session bus.*vault\.unreachable/) });
    expect(await vault(['list', 'keyring'])).toMatchObject({ code: 1, out: '' });
    expect(await vault(['list'], '', { MAILWRIGHT_VAULT: 'keyring' })).toMatchObject({ code: 1 });
    const set = await vault(['set', 'mail'], 'canary kept nowhere', { MAILWRIGHT_VAULT: 'keyring' });
    expect(set).toMatchObject({ code: 2, out: '', err: expect.stringContaining('vault.unreachable') });
    expect(readdirSync(folder)).toEqual(['vaults.json']);
  },
);

test('--json has every vault, what can be written, and errors whole', async () => {
  await vault(['set', 'a'], 'canary a');
  const { out, code } = await vault(['list', '--json']);
  const said = JSON.parse(out) as { ok: boolean; default: string; vaults: readonly { id: string }[] };
  expect([code, said.ok, said.default, said.vaults.map(({ id }) => id)]).toEqual([
    0,
    true,
    'file',
    ['environment', 'file', 'keyring', 'tool'],
  ]);
  expect(said.vaults).toContainEqual({ id: 'file', writable: true, keys: ['a'] });
  expect(said.vaults).toContainEqual({ id: 'tool', writable: false });
});

test.each<readonly [string, readonly string[], string | Buffer, RegExp]>([
  ['a value among the arguments', ['set', 'mail', 'canary-in-the-open'], '', /no argument.*choose a new one/],
  ['no value', ['set', 'mail'], '\n', /empty.*Type it, or pipe it in/s],
  ['bytes that are no text', ['set', 'mail'], Buffer.from('canary \xe4', 'latin1'), /no text in UTF-8.*iconv/s],
  ['a value without end', ['set', 'mail'], 'canary'.repeat(200_000), /more than 1,000,000 bytes/],
  ['the key that seals sign-ins', ['set', 'file/mailwright-token-key'], 'canary', /mailwright-token-key.*Choose another key/s],
  ['the same, to remove', ['remove', 'mailwright-token-key'], '', /mailwright-token-key.*Choose another key/s],
  ['a vault that is only read', ['set', 'tool/mail'], 'canary', /only read from it.*file, keyring/s],
  ['a vault that is only read, to remove', ['remove', 'environment/mail'], '', /only read from it/],
  ['a vault that is not there', ['set', 'nowhere/mail'], 'canary', /no vault named "nowhere".*file.*tool/s],
  ['no key', ['set', 'file/'], 'canary', /names no entry/],
  ['no key at all', ['remove'], '', /Usage: mailwright vault list/],
  ['another verb', ['show', 'file/mail'], '', /Usage: mailwright vault list/],
])('%s: what is wrong is said, and nothing is stored', async (_, args, stdin, said) => {
  const { code, out, err } = await vault(args, stdin);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(said);
  expect(err).not.toContain('canary');
  expect(readdirSync(folder)).toEqual(['vaults.json']);
});

test('a vault that is locked is told, and stays as it is', async () => {
  await vault(['set', 'a'], 'canary a');
  const sealed = readFileSync(join(folder, 'vault.age'));
  rmSync(join(folder, 'vault.key'));
  expect(await vault(['set', 'b'], 'canary b')).toMatchObject({ code: 2, err: expect.stringContaining('vault.locked') });
  expect(await vault(['list'])).toMatchObject({ code: 1, err: expect.stringContaining('vault.locked') });
  expect(readFileSync(join(folder, 'vault.age')).equals(sealed)).toBe(true);
});

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '@mailwright/core';
import { describeReal } from '@mailwright/testing';
import { fileVault } from './age-file.ts';

const VALUE = 'canary "age" ü \\ 🔑';

describeReal("Debian's age and the file vault", ['age'], () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'age-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const at = (name: string) => join(folder, name);
  const run = (program: string, args: readonly string[], input = '') =>
    execFileSync(program, args, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] });
  const opened = () => JSON.parse(run('age', ['--decrypt', '--identity', at('vault.key'), at('vault.age')])) as Record<string, string>;
  /** A key of age-keygen, whose file has comments; two lines are two keys. */
  const keygen = () => {
    run('age-keygen', ['--output', at('other.key')]);
    const text = readFileSync(at('other.key'), 'utf8');
    rmSync(at('other.key'));
    return { text, recipient: /public key: (\S+)/.exec(text)?.[1] ?? '' };
  };

  test('age opens what we wrote', async () => {
    await fileVault(folder).set?.('mail/invoices#password', new Secret(VALUE));
    expect(opened()['mail/invoices#password'] === VALUE).toBe(true);
  });

  test.each([
    ['binary', []],
    ['armored', ['--armor']],
  ])('we read what age wrote, %s, and age what we changed in it', async (_, options) => {
    const [first, second] = [keygen(), keygen()];
    writeFileSync(at('vault.key'), `${second.text}\n${first.text}`, { mode: 0o600 });
    const content = JSON.stringify({ theirs: VALUE, long: 'canary'.repeat(4_000) });
    // Bytes: a string would break the binary form.
    const sealed = execFileSync('age', ['--encrypt', ...options, '--recipient', first.recipient], { input: content });
    writeFileSync(at('vault.age'), sealed, { mode: 0o600 });
    const vault = fileVault(folder);
    expect((await vault.read('theirs')).reveal() === VALUE).toBe(true);
    expect((await vault.read('long')).reveal().length).toBe(24_000);
    await vault.set?.('ours', new Secret('canary ours'));
    expect(Object.keys(opened()).sort()).toEqual(['long', 'ours', 'theirs']);
    writeFileSync(at('vault.key'), second.text, { mode: 0o600 });
    expect(Object.keys(opened()).sort()).toEqual(['long', 'ours', 'theirs']);
  });

  test("a file that is for somebody else's key is locked", async () => {
    writeFileSync(at('vault.key'), keygen().text, { mode: 0o600 });
    const sealed = run('age', ['--encrypt', '--armor', '--recipient', keygen().recipient], '{"a":"canary"}');
    writeFileSync(at('vault.age'), sealed, { mode: 0o600 });
    await expect(fileVault(folder).read('a')).rejects.toMatchObject({ code: 'vault.locked' });
    await expect(fileVault(folder).set?.('b', new Secret('canary'))).rejects.toMatchObject({ code: 'vault.locked' });
    expect(readFileSync(at('vault.age'), 'utf8') === sealed).toBe(true);
  });
});

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '@mailwright/core';
import { describeReal, testVault } from '@mailwright/testing';
import kdbxweb from 'kdbxweb';
import { argon2, nativeArgon2, portableArgon2 } from './argon2.ts';
import { keepass } from './keepass.ts';

const MASTER = 'canary-master "ü"';
const never = () => new Promise<never>(() => undefined);
const open = (file: string, more: object = { password: { credential: 'v/master' } }, secret = () => Promise.resolve(new Secret(MASTER))) =>
  keepass.open(keepass.config.parse({ kind: 'keepass', id: 'kp', file, ...more }), { http: never, secret });

type Fields = Readonly<Record<string, string>>;
const escaped = (text: string) => text.replace(/[&<>]/g, (letter) => `&#${letter.charCodeAt(0)};`);
const idOf = (hex = randomBytes(16).toString('hex')) => `<UUID>${Buffer.from(hex, 'hex').toString('base64')}</UUID>`;
const entry = (fields: Fields, hex?: string) =>
  `<Entry>${idOf(hex)}${Object.entries(fields)
    .map(([name, value]) => `<String><Key>${escaped(name)}</Key><Value ProtectInMemory="True">${escaped(value)}</Value></String>`)
    .join('')}</Entry>`;
const group = (name: string, ...inside: readonly string[]) => `<Group>${idOf()}<Name>${escaped(name)}</Name>${inside.join('')}</Group>`;
const document = (...inside: readonly string[]) =>
  `<?xml version="1.0" encoding="UTF-8"?><KeePassFile><Meta/><Root>${group('Root', ...inside)}</Root></KeePassFile>`;

describeReal('files of KeePassXC', ['keepassxc-cli'], () => {
  const folder = mkdtempSync(join(tmpdir(), 'keepass-'));
  const at = (name: string) => join(folder, name);
  const cli = (args: readonly string[], input = `${MASTER}\n${MASTER}\n`) =>
    execFileSync('keepassxc-cli', args, {
      input,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, QT_QPA_PLATFORM: 'offscreen', HOME: folder },
    });
  /** A file that KeePassXC makes of these entries. */
  const made = (xml: string, ...options: readonly string[]) => {
    const name = at(`${randomBytes(6).toString('hex')}`);
    writeFileSync(`${name}.xml`, xml);
    cli(['import', '-q', ...options, `${name}.xml`, `${name}.kdbx`]);
    return `${name}.kdbx`;
  };
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** A file whose key is derived with Argon2, which the command line of KeePassXC cannot choose: it keeps what it finds. */
  const withArgon2 = async (kdf: string, memory = 1, passes = 2) => {
    kdbxweb.CryptoEngine.setArgon2Impl(argon2);
    const db = kdbxweb.Kdbx.create(new kdbxweb.Credentials(kdbxweb.ProtectedValue.fromString(MASTER)), 'Root');
    db.setKdf(kdf);
    db.header.kdfParameters?.set('M', kdbxweb.VarDictionary.ValueType.UInt64, kdbxweb.Int64.from(memory * 1024 * 1024));
    db.header.kdfParameters?.set('I', kdbxweb.VarDictionary.ValueType.UInt64, kdbxweb.Int64.from(passes));
    const file = at(`${randomBytes(6).toString('hex')}.kdbx`);
    writeFileSync(file, Buffer.from(await db.save()));
    return file;
  };
  const { Argon2d, Argon2id } = kdbxweb.Consts.KdfId;

  let argon: string;
  beforeAll(async () => (argon = await withArgon2(Argon2d)));
  testVault('KeePass', async () => {
    const file = at(`${randomBytes(6).toString('hex')}.kdbx`);
    copyFileSync(argon, file);
    const store = async (value: string) => {
      const source = made(
        document(group('Mail & more', entry({ Title: 'Invoices', UserName: 'me', Password: value, 'API key': value }))),
        '-p',
      );
      cli(['merge', '-q', '-s', file, source]);
      return 'Mail & more/Invoices#API key';
    };
    return {
      vault: open(file),
      store,
      missing: 'Mail & more/Nothing',
      missingField: 'Mail & more/Invoices#Pin',
      locked: open(file, undefined, () => Promise.resolve(new Secret('canary-wrong'))),
      unreachable: open(at('nothing.kdbx')),
      silent: open(file, { password: { credential: 'v/master' }, seconds: 1 }, never),
      secrets: [MASTER],
    };
  });

  test.each([
    ['Argon2d', Argon2d],
    ['Argon2id', Argon2id],
  ])('with %s as strong as KeePassXC sets it up: written by KeePassXC, read here, by Node itself or by WebAssembly', async (name, kdf) => {
    const file = await withArgon2(kdf, 64, 10);
    cli(['add', '-q', '-p', '-u', 'me', file, 'Invoices'], `${MASTER}\ncanary "of" KeePassXC ü\n`);
    expect(cli(['db-info', '-q', file])).toMatch(new RegExp(`KDF: ${name} \\(10 rounds, 65536 KB\\)`));
    expect((await open(file).read('Invoices')).reveal() === 'canary "of" KeePassXC ü').toBe(true);
    const [message, salt] = [randomBytes(32), randomBytes(32)].map((bytes) => Uint8Array.from(bytes).buffer);
    const derived = [nativeArgon2, portableArgon2].map((by) =>
      by(message ?? new ArrayBuffer(), salt ?? new ArrayBuffer(), 4096, 3, 32, 2, kdf === Argon2d ? 0 : 2, 0x13),
    );
    const [native = new ArrayBuffer(), portable = new ArrayBuffer(1)] = await Promise.all(derived);
    expect(Buffer.from(native)).toEqual(Buffer.from(portable));
  });

  test('the older format with AES, a password and a key file; each alone does not open it', async () => {
    const keyFile = at('made.keyx');
    const file = made(document(entry({ Title: 'One', Password: 'canary both' })), '-p', '--set-key-file', keyFile);
    expect(cli(['db-info', '-q', '-k', keyFile, file], `${MASTER}\n`)).toContain('KDF: AES');
    const password = { credential: 'v/master' };
    expect((await open(file, { password, keyFile }).read('One')).reveal() === 'canary both').toBe(true);
    for (const part of [{ password }, { keyFile }])
      await expect(open(file, part).read('One')).rejects.toMatchObject({ code: 'vault.locked' });
  });

  test('a key file alone, by its path or as a secret of another vault', async () => {
    const keyFile = at('alone.keyx');
    const file = made(document(entry({ Title: 'One', Password: 'canary key' })), '--set-key-file', keyFile);
    const text = () => Promise.resolve(new Secret(readFileSync(keyFile, 'utf8')));
    for (const vault of [open(file, { keyFile }), open(file, { keyFile: { credential: 'v/key' } }, text)])
      expect((await vault.read('One')).reveal() === 'canary key').toBe(true);
  });

  test('fields, references to other entries, the recycle bin, and paths that are there twice', async () => {
    const hex = randomBytes(16).toString('hex');
    const file = made(
      document(
        entry({ Title: 'Web', UserName: 'me@example.test', Password: 'canary web', URL: 'https://example.test' }, hex),
        entry({ Title: 'Copy', Password: `{REF:P@I:${hex.toUpperCase()}}` }),
        entry({ Title: 'Dangling', Password: `{REF:P@I:${'0'.repeat(32)}}` }),
        entry({ Title: 'Thrown', Password: 'canary thrown away' }),
        group(
          'Group',
          entry({ Title: 'with / slash', Password: 'canary slash' }),
          entry({ Title: 'Twice', Password: '1' }),
          entry({ Title: 'Twice', Password: '2' }),
        ),
      ),
      '-p',
    );
    cli(['rm', '-q', file, 'Thrown']);
    const vault = open(file);
    expect((await vault.read('Web#UserName')).reveal()).toBe('me@example.test');
    expect((await vault.read('Copy')).reveal() === 'canary web').toBe(true);
    expect((await vault.read('Group/with / slash')).reveal() === 'canary slash').toBe(true);
    for (const key of ['Dangling', 'Thrown', 'Recycle Bin/Thrown', 'Group', 'Web#password'])
      await expect(vault.read(key)).rejects.toMatchObject({ code: 'vault.key_missing', details: { key } });
    await expect(vault.read('Group/Twice')).rejects.toMatchObject({
      code: 'input.invalid',
      message: expect.stringContaining('two entries'),
    });
    expect(await vault.list?.()).toEqual(expect.arrayContaining(['Copy#Password', 'Web#Password', 'Web#URL', 'Web#UserName']));
    expect(await vault.list?.()).not.toContain('Thrown#Password');
  });

  test('what is no KeePass file is told as such', async () => {
    writeFileSync(at('text.kdbx'), 'not a database at all');
    await expect(open(at('text.kdbx')).read('a')).rejects.toMatchObject({
      code: 'vault.unreachable',
      message: expect.stringContaining('no KeePass 2 file'),
    });
    const cut = at('cut.kdbx');
    writeFileSync(cut, readFileSync(argon).subarray(0, 300));
    await expect(open(cut).read('a')).rejects.toMatchObject({ code: expect.stringMatching(/^vault\./) });
  });
});

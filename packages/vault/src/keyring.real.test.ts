import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret, type VaultProvider } from '@mailwright/core';
import { describeReal, startKeyring, startSilentBus, testVault, type KeyringWorld } from '@mailwright/testing';
import { keyring } from './keyring.ts';

const PASSWORD = 'canary-of-the-login';
const nobody = { http: () => Promise.reject(new Error('no network')), secret: () => Promise.reject(new Error('no vault')) };
const open = (more: object = {}) => keyring.open(keyring.config.parse({ kind: 'keyring', id: 'keyring', ...more }), nobody);
const NAMES = ['DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR', 'HOME', 'XDG_DATA_HOME'] as const;

describeReal('the keyring of the system', ['gnome-keyring-daemon', 'dbus-send', 'secret-tool'], () => {
  const folder = mkdtempSync(join(tmpdir(), 'keyring-'));
  const before = NAMES.map((name) => [name, process.env[name]] as const);
  const enter = (environment: Readonly<Record<string, string | undefined>>) => {
    for (const name of NAMES) {
      const value = environment[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
  let [opened, shut, silent]: (KeyringWorld | undefined)[] = [];
  beforeAll(async () => {
    opened = await startKeyring(join(folder, 'login'), PASSWORD);
    enter(opened.environment);
    await open().set?.('first', new Secret('canary first'));
    // The same files behind another bus, where nobody has logged in.
    cpSync(join(folder, 'login', 'data'), join(folder, 'shut', 'data'), { recursive: true });
    shut = await startKeyring(join(folder, 'shut'));
    silent = await startSilentBus(folder);
  });
  afterAll(async () => {
    enter(Object.fromEntries(before));
    for (const world of [opened, shut, silent]) await world?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The vault of a world, whatever world the one before was in. */
  const inWorld = (environment: Readonly<Record<string, string | undefined>> = {}, more: object = {}): VaultProvider => {
    const vault = open(more);
    const there = <T>(work: () => Promise<T>) => (enter(environment), work());
    return {
      ...vault,
      read: (key) => there(() => vault.read(key)),
      list: () => there(async () => (await vault.list?.()) ?? []),
      set: (key, value) => there(async () => vault.set?.(key, value)),
      remove: (key) => there(async () => vault.remove?.(key)),
    };
  };
  const nowhere = { XDG_RUNTIME_DIR: join(folder, 'nowhere'), HOME: folder };
  testVault('keyring', () =>
    Promise.resolve({
      vault: inWorld(opened?.environment),
      missing: 'none',
      locked: inWorld(shut?.environment),
      unreachable: inWorld(nowhere),
      silent: inWorld(silent?.environment, { seconds: 1 }),
      secrets: [PASSWORD],
    }),
  );

  const secretTool = (...args: string[]) =>
    execFileSync('secret-tool', args, { encoding: 'utf8', env: { ...process.env, ...opened?.environment } });
  test('what it keeps is read with secret-tool, and the other way round', async () => {
    const vault = inWorld(opened?.environment);
    await vault.set?.('mail/inväces#password', new Secret('canary "from" us ü'));
    expect(secretTool('lookup', 'service', 'mailwright', 'username', 'mail/inväces#password') === 'canary "from" us ü').toBe(true);
    const stored = { input: 'canary from\nsecret-tool', encoding: 'utf8', env: { ...process.env, ...opened?.environment } } as const;
    execFileSync('secret-tool', ['store', '--label=theirs', 'service', 'other-app', 'username', 'theirs'], stored);
    const other = open({ service: 'other-app' });
    expect((await other.read('theirs')).reveal() === 'canary from\nsecret-tool').toBe(true);
    expect(await other.list?.()).toEqual(['theirs']);
  });

  test('without a session bus it says within two seconds what is missing, and nothing is kept anywhere', async () => {
    const vault = inWorld(nowhere);
    for (const work of [() => vault.read('a'), () => vault.set?.('a', new Secret('canary lost')), () => vault.list?.()]) {
      const before = Date.now();
      await expect(work()).rejects.toMatchObject({ code: 'vault.unreachable', message: expect.stringContaining('session bus') });
      expect(Date.now() - before).toBeLessThan(2_000);
    }
    await expect(inWorld(opened?.environment).read('a')).rejects.toMatchObject({ code: 'vault.key_missing' });
  });

  test('what is locked is not written either, and the error says who unlocks it', async () => {
    const write = Promise.resolve(inWorld(shut?.environment).set?.('a', new Secret('canary locked')));
    await expect(write).rejects.toMatchObject({ code: 'vault.locked', message: expect.stringContaining('nobody unlocked it') });
  });
});

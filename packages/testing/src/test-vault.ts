import { EmailError, type VaultProvider } from '@mailwright/core';

export interface VaultUnderTest {
  readonly vault: VaultProvider;
  /** A key that is there, and its value. */
  readonly key: string;
  readonly value: string;
  /** A key that is not there. */
  readonly missing: string;
  /** The same vault where nothing answers, and where it does not let us in; left out where that cannot be. */
  readonly unreachable?: VaultProvider;
  readonly locked?: VaultProvider;
}

/** What every vault promises. */
export function testVault(name: string, start: () => Promise<VaultUnderTest>): void {
  describe(`vault ${name}`, () => {
    const refusal = async (read: Promise<unknown>) => {
      const error: unknown = await read.catch((thrown: unknown) => thrown);
      if (!EmailError.is(error)) throw new Error(`no error of ours: ${String(error)}`);
      return error;
    };
    test('a key gives its value, which cannot be printed', async () => {
      const { vault, key, value } = await start();
      const secret = await vault.read(key);
      expect([secret.reveal() === value, String(secret), JSON.stringify(secret)]).toEqual([true, '[secret]', '"[secret]"']);
    });
    test('a missing key is named, without a value of others', async () => {
      const { vault, missing, value } = await start();
      const error = await refusal(vault.read(missing));
      expect([error.code, error.message.includes(missing), JSON.stringify(error).includes(value)]).toEqual([
        'vault.key_missing',
        true,
        false,
      ]);
    });
    test('one that does not answer, or lets nobody in, is an error and nothing else is used', async () => {
      const { unreachable, locked, key, vault } = await start();
      if (unreachable) expect((await refusal(unreachable.read(key))).code).toBe('vault.unreachable');
      if (locked) expect((await refusal(locked.read(key))).code).toBe('vault.locked');
      expect((await vault.read(key)).reveal()).not.toBe('');
    });
    test('keys are listed, never values', async () => {
      const { vault, value } = await start();
      expect(JSON.stringify((await vault.list?.()) ?? [])).not.toContain(value);
    });
  });
}

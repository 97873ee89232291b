import { randomBytes } from 'node:crypto';
import { EmailError, Secret, type VaultProvider } from '@mailwright/core';

const KEY = 'mailwright-token-key';

/** The key that sealed sign-ins are opened with: an entry of the first of these vaults that can be written, made at its first use. */
export function sealingKey(vaults: readonly VaultProvider[]): () => Promise<Buffer> {
  return async () => {
    const vault = vaults.find((one) => one.set !== undefined);
    if (!vault?.set) throw new EmailError('vault.unreachable', { vault: 'any', problem: 'no vault can keep the key that seals sign-ins.' });
    const stored = await vault.read(KEY).catch((error: unknown) => {
      if (!EmailError.is(error, 'vault.key_missing')) throw error;
      return undefined;
    });
    if (!stored) await vault.set(KEY, new Secret(randomBytes(32).toString('base64')));
    return Buffer.from((stored ?? (await vault.read(KEY))).reveal(), 'base64');
  };
}

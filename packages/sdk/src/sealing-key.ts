import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { safeFile } from '@mailwright/auth';
import { EmailError, Secret, type VaultProvider } from '@mailwright/core';

/** Ours alone: whoever stores something else under it loses every sign-in. */
export const KEY = 'mailwright-token-key';

/** The key of a folder that a group shares: a file in it, for the group alone, made at its first use. The caller sees to it that one makes it. */
export async function sharedSealingKey(folder: string): Promise<Buffer> {
  const file = await safeFile(folder, 'sealing.key', true);
  if ((await readFile(file, 'utf8')) === '') await writeFile(file, randomBytes(32).toString('base64'));
  return sized(await readFile(file, 'utf8'), file);
}

function sized(text: string, where: string): Buffer {
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length === 32) return key;
  throw new EmailError('vault.locked', { vault: 'tokens', problem: `${where} holds no key of 32 bytes.` });
}

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
    return sized((stored ?? (await vault.read(KEY))).reveal(), `${vault.id}/${KEY}`);
  };
}

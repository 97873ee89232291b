import { EmailError, Secret, say, type VaultProvider } from '@mailwright/sdk';
import type { VaultShown } from '../../api.ts';
import { refusal, shownError } from '../errors.ts';
import type { Parts } from '../parts.ts';
import { usesIn, usesOf } from './uses.ts';

/** Keys of vaults, and where each is used. Values go in, and never come back. */
export function vaultRoutes(parts: Parts): void {
  const { router, email } = parts;
  router.on('GET', 'vaults', async ({ language }): Promise<readonly VaultShown[]> => {
    const uses = await usesIn(parts);
    const known = uses.flatMap((one) => {
      const place = one.kind === 'credential' ? located(one.name) : undefined;
      return place ? [{ ...place, found: one }] : [];
    });
    const shown = async (vault: VaultProvider): Promise<VaultShown> => {
      const used = known.filter((one) => one.vault === vault);
      const listed = await keysOf(vault, located).catch((error: unknown) => shownError(error, language));
      const keys = Array.isArray(listed) ? (listed as string[]) : [...new Set(used.map(({ key }) => key))].toSorted();
      return {
        id: vault.id,
        isDefault: located('x')?.vault === vault,
        writable: vault.set !== undefined,
        keys: keys.map((key) => ({
          key,
          usedIn: usesOf(
            used.filter((one) => one.key === key).map(({ found }) => found),
            () => true,
          ),
        })),
        ...(!Array.isArray(listed) && { error: listed as NonNullable<VaultShown['error']> }),
      };
    };
    return Promise.all([...email.vaults.values()].filter(({ id }) => id !== 'connections').map(shown));
  });

  router.on('PUT', 'vaults/:vault/:key', async ({ params: { vault = '', key = '' }, body }) => {
    const { value } = (body ?? {}) as { readonly value?: unknown };
    if (typeof value !== 'string' || value === '') throw refusal('value', say`there is no value`, say`Type the secret.`);
    await writable(vault).set(key, new Secret(value));
  });
  router.on('DELETE', 'vaults/:vault/:key', ({ params: { vault = '', key = '' } }) => writable(vault).remove(key));

  function located(credential: string): { vault: VaultProvider; key: string } | undefined {
    try {
      return email.locate(credential);
    } catch {
      return undefined;
    }
  }

  function writable(id: string): { set(key: string, value: Secret): Promise<void>; remove(key: string): Promise<void> } {
    const vault = email.vaults.get(id);
    if (!vault)
      throw new EmailError('vault.unknown', { vault: id, known: [...email.vaults.keys()].filter((one) => one !== 'connections') });
    const cannot = () =>
      refusal('vault', say`the vault "${{ vault: id }}" cannot be changed from here`, say`Change it with its own tools.`);
    return {
      async set(key, value) {
        email.locate(`${id}/${key}`);
        if (!vault.set) throw cannot();
        await vault.set(key, value);
      },
      async remove(key) {
        email.locate(`${id}/${key}`);
        if (!vault.remove) throw cannot();
        await vault.remove(key);
      },
    };
  }
}

/** Keys that are references: the one that seals sign-ins is none. */
async function keysOf(vault: VaultProvider, located: (credential: string) => object | undefined): Promise<readonly string[]> {
  if (vault.list) return [...(await vault.list())].filter((key) => located(`${vault.id}/${key}`) !== undefined).toSorted();
  throw refusal(
    vault.id,
    say`this vault does not tell its keys`,
    say`Write the key as it is named there; those that are used here are shown.`,
  );
}

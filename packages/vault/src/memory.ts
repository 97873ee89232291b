import { EmailError, Secret, type VaultProvider } from '@mailwright/core';

/** A vault given in code, for the life of the process: tests, the demo's sandbox. */
export function memoryVault(id: string, entries: Readonly<Record<string, string>> = {}): VaultProvider {
  const values = new Map(Object.entries(entries).map(([key, value]) => [key, new Secret(value)]));
  const list = () => Promise.resolve([...values.keys()].sort());
  return {
    id,
    async read(key) {
      const found = values.get(key);
      if (!found) throw new EmailError('vault.key_missing', { vault: id, key, known: await list() });
      return found;
    },
    list,
    set: (key, value) => Promise.resolve(void values.set(key, value)),
    remove: (key) => Promise.resolve(void values.delete(key)),
  };
}

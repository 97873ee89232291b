import { Secret, type VaultProvider } from '@mailwright/core';
import { keyMissing } from './kind.ts';

/** A vault given in code, for the life of the process: tests, the demo's sandbox. */
export function memoryVault(id: string, entries: Readonly<Record<string, string>> = {}): VaultProvider {
  const values = new Map(Object.entries(entries).map(([key, value]) => [key, new Secret(value)]));
  const list = () => Promise.resolve([...values.keys()].sort());
  const missing = (key: string) => keyMissing(id, key, [...values.keys()], `mailwright vault set ${id}/${key}`);
  return {
    id,
    read(key) {
      const found = values.get(key);
      return found ? Promise.resolve(found) : Promise.reject(missing(key));
    },
    list,
    set: (key, value) => Promise.resolve(void values.set(key, value)),
    remove: (key) => (values.delete(key) ? Promise.resolve() : Promise.reject(missing(key))),
  };
}

import { Secret, type VaultProvider } from '@mailwright/core';
import { keyMissing } from './kind.ts';

const PREFIX = 'MAILWRIGHT_SECRET_';
/** Taken once for the whole process: what was read is gone from the environment, so that no child process and no report has it. */
const taken = new Map<string, Secret>();

/** Secrets of the environment: the key `invoices/password` is the variable MAILWRIGHT_SECRET_INVOICES_PASSWORD. */
export function environmentVault(environment: NodeJS.ProcessEnv = process.env): VaultProvider {
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith(PREFIX) || value === undefined || value === '') continue;
    taken.set(name, new Secret(value));
    delete environment[name];
  }
  return {
    id: 'environment',
    read(key) {
      const found = taken.get(variableOf(key));
      if (found) return Promise.resolve(found);
      return Promise.reject(keyMissing('environment', key, keys(), `the variable ${variableOf(key)}`));
    },
    list: () => Promise.resolve(keys()),
  };
}

const variableOf = (key: string) => PREFIX + key.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
/** Keys as a reference may spell them; a variable that no key leads to is none. */
const keys = () =>
  [...taken.keys()]
    .map((name) => [name, name.slice(PREFIX.length).toLowerCase()] as const)
    .filter(([name, key]) => variableOf(key) === name)
    .map(([, key]) => key)
    .sort();

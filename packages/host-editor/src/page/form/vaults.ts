import { useSyncExternalStore } from 'react';
import type { ErrorShown, VaultShown } from '../../api.ts';
import { call, failureOf } from '../client.ts';

interface Vaults {
  readonly vaults: readonly VaultShown[];
  readonly asked: boolean;
  readonly error?: ErrorShown;
}
let state: Vaults = { vaults: [], asked: false };
const listeners = new Set<() => void>();
function put(next: Vaults): void {
  state = next;
  for (const listener of listeners) listener();
}

/** Asks for the keys of all vaults; values never come. */
export async function loadVaults(): Promise<void> {
  put({ ...state, asked: true });
  try {
    put({ vaults: await call<readonly VaultShown[]>('GET', 'vaults'), asked: true });
  } catch (thrown) {
    put({ vaults: [], asked: true, error: failureOf(thrown) });
  }
}

/** Sets a value. It goes to the server, and nothing of the page keeps it. Throws CallError. */
export async function setCredential(vault: string, key: string, value: string): Promise<void> {
  await call('PUT', `vaults/${encodeURIComponent(vault)}/${encodeURIComponent(key)}`, { value });
  await loadVaults();
}

export const useVaults = (): Vaults =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );

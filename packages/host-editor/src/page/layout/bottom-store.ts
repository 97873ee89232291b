import { useSyncExternalStore } from 'react';

let tab = 'run';
const listeners = new Set<() => void>();
/** Shows a tab of the lower panel: run, mailbox, variables, problems. */
export function showBottom(id: string): void {
  tab = id;
  for (const listener of listeners) listener();
}
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
export const useBottom = (): [string, (id: string) => void] => [useSyncExternalStore(subscribe, () => tab), showBottom];
export const bottomTab = (): string => tab;

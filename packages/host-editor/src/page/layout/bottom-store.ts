import { useSyncExternalStore } from 'react';

export interface Bottom {
  /** run, mailbox, variables, problems. */
  readonly tab: string;
  readonly isOpen: boolean;
}

let bottom: Bottom = { tab: 'run', isOpen: true };
const listeners = new Set<() => void>();
function set(next: Bottom): void {
  bottom = next;
  for (const listener of listeners) listener();
}
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Shows a tab of the lower panel, which opens where it was closed: it holds what a person has to see. */
export const showBottom = (tab: string): void => set({ tab, isOpen: true });
/** Shows a tab, if the panel is open: a person who closed it has the room for the steps. */
export const chooseBottom = (tab: string): void => set({ ...bottom, tab });
export const toggleBottom = (): void => set({ ...bottom, isOpen: !bottom.isOpen });
export const bottomTab = (): string => bottom.tab;
export const useBottom = (): Bottom => useSyncExternalStore(subscribe, () => bottom);

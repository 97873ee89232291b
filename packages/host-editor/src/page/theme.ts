import { useSyncExternalStore } from 'react';

export type Theme = 'system' | 'light' | 'dark';
const KEY = 'mailwright-theme';
const DARK = '(prefers-color-scheme: dark)';
const listeners = new Set<() => void>();
let theme: Theme = known(localStorage.getItem(KEY));
show();

function known(text: string | null | undefined): Theme {
  return text === 'light' || text === 'dark' ? text : 'system';
}
function show(): void {
  document.documentElement.style.colorScheme = theme === 'system' ? 'light dark' : theme;
  document.documentElement.dataset['theme'] = theme;
}
export function setTheme(next: Theme): void {
  theme = next;
  localStorage.setItem(KEY, next);
  show();
  for (const listener of listeners) listener();
}
function subscribe(listener: () => void): () => void {
  const system = matchMedia(DARK);
  listeners.add(listener);
  system.addEventListener('change', listener);
  return () => {
    listeners.delete(listener);
    system.removeEventListener('change', listener);
  };
}
export const useTheme = (): Theme => useSyncExternalStore(subscribe, () => theme);
/** Whether dark colors are shown now: those of the system until one is chosen. */
export const useIsDark = (): boolean =>
  useSyncExternalStore(subscribe, () => (theme === 'system' ? matchMedia(DARK).matches : theme === 'dark'));

import { useSyncExternalStore } from 'react';

export type Theme = 'system' | 'light' | 'dark';
const KEY = 'mailwright-theme';
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
export const useTheme = (): Theme =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => theme,
  );
/** What is really shown, where the system decides. */
export const isDark = (chosen: Theme): boolean =>
  chosen === 'system' ? matchMedia('(prefers-color-scheme: dark)').matches : chosen === 'dark';

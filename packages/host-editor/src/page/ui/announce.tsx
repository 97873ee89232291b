import { useSyncExternalStore } from 'react';
import { Icon } from './icon.tsx';
import './announce.css';

interface Said {
  readonly id: number;
  readonly text: string;
  readonly tone: 'good' | 'bad' | 'silent';
}
let said: readonly Said[] = [];
let next = 0;
const listeners = new Set<() => void>();
const SHOWN_MS = 6000;

function change(to: readonly Said[]): void {
  said = to;
  for (const listener of listeners) listener();
}
function say(text: string, tone: Said['tone']): void {
  const id = ++next;
  change([...said.slice(-3), { id, text, tone }]);
  setTimeout(() => change(said.filter((one) => one.id !== id)), SHOWN_MS);
}
/** Told to screen readers only, when they have time for it. */
export const announce = (text: string): void => say(text, 'silent');
/** Shown in a corner for a few seconds, and told to screen readers. */
export const toast = (text: string, tone: 'good' | 'bad' = 'good'): void => say(text, tone);

/** The one polite live region of the page. */
export function Announcements() {
  const all = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => said,
  );
  return (
    <div className="announcements" role="status" aria-live="polite" aria-relevant="additions">
      {all.map(({ id, text, tone }) => (
        <div key={id} className={tone === 'silent' ? 'visually-hidden' : `toast toast-${tone}`}>
          {tone !== 'silent' && <Icon name={tone === 'good' ? 'done' : 'error'} />}
          {text}
        </div>
      ))}
    </div>
  );
}

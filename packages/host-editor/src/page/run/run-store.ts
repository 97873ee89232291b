import { useSyncExternalStore } from 'react';
import type { RunListed } from '../../api.ts';
import { save } from '../automation/commands.ts';
import { editor, isDirty } from '../automation/editor-store.ts';
import { call } from '../client.ts';
import { showBottom } from '../layout/bottom-store.ts';

/** How a step stands in the run that is shown. */
export interface StepRun {
  readonly state: 'running' | 'done' | 'failed' | 'skipped' | 'planned' | 'paused';
  readonly ms?: number;
  /** Of a loop: rounds. */
  readonly done?: number;
  readonly failed?: number;
}

let breakpoints: ReadonlySet<string> = new Set();
const listeners = new Set<() => void>();
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
export const useStepRun = (_id: string): StepRun | undefined => undefined;
export const useHasBreakpoint = (id: string): boolean => useSyncExternalStore(subscribe, () => breakpoints.has(id));
export function toggleBreakpoint(id: string): void {
  const next = new Set(breakpoints);
  if (!next.delete(id)) next.add(id);
  breakpoints = next;
  for (const listener of listeners) listener();
}
/** Saves, then runs: all of it, from a step on, or one step alone. */
export async function startRun(
  part: { readonly from?: string; readonly only?: string; readonly mode?: 'run' | 'dry-run' } = {},
): Promise<void> {
  if (isDirty(editor.get()) && !(await save())) return;
  const file = editor.get()?.file;
  if (file === undefined) return;
  showBottom('run');
  await call<RunListed>('POST', 'runs', { file, mode: 'run', variables: {}, breakpoints: [...breakpoints], ...part });
}

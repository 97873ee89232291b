import type { AutomationContent } from '../../api.ts';
import { applied, mergeKey, type Operation } from './operations.ts';

export interface Moment {
  readonly content: AutomationContent;
  readonly selected: string | null;
}
/** What is now, what was, and what was undone. Nothing in it ever changes: an edit makes a new one. */
export interface History {
  readonly now: Moment;
  readonly past: readonly { readonly before: Moment; readonly operation: Operation }[];
  readonly future: readonly { readonly after: Moment; readonly operation: Operation }[];
  /** Of the last change, as long as the next may still be merged into it. */
  readonly merging?: string;
}
export const begin = (content: AutomationContent, selected: string | null = null): History => ({
  now: { content, selected },
  past: [],
  future: [],
});

/** `selected`: what is selected afterwards. The same history where the operation changed nothing. */
export function done(history: History, operation: Operation, selected: string | null): History {
  const content = applied(history.now.content, operation);
  if (content === history.now.content) return history;
  const key = mergeKey(operation);
  const merges = key !== undefined && key === history.merging;
  return {
    now: { content, selected },
    past: merges ? history.past : [...history.past, { before: history.now, operation }],
    future: [],
    ...(key !== undefined && { merging: key }),
  };
}
export function undone({ now, past, future }: History): History | undefined {
  const last = past.at(-1);
  if (!last) return undefined;
  return { now: last.before, past: past.slice(0, -1), future: [...future, { after: now, operation: last.operation }] };
}
export function redone({ now, past, future }: History): History | undefined {
  const next = future.at(-1);
  if (!next) return undefined;
  return { now: next.after, past: [...past, { before: now, operation: next.operation }], future: future.slice(0, -1) };
}

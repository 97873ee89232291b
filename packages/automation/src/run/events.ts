import { excerpt, type ErrorReport, type Phrase } from '@mailwright/core';

export interface Counts {
  readonly done: number;
  readonly failed: number;
}

/** What a run tells while it goes on; the JSON lines of the command line. No secret is in any of it. */
export type RunEvent =
  | { readonly event: 'run'; readonly id: string; readonly name: string; readonly dryRun: boolean }
  | StepEvent
  /** `index` counts from 1. */
  | { readonly event: 'item'; readonly id: string; readonly index: number; readonly subject?: string }
  | { readonly event: 'caught'; readonly id: string; readonly error: ErrorReport }
  | {
      readonly event: 'end';
      readonly ok: boolean;
      readonly steps: Readonly<Record<string, Counts>>;
      readonly outputs: Readonly<Record<string, unknown>>;
      readonly error?: ErrorReport;
      readonly ms: number;
    };

export interface StepEvent {
  readonly event: 'step';
  readonly id: string;
  readonly number: string;
  readonly title: Phrase;
  readonly state: 'started' | 'done' | 'failed' | 'skipped' | 'planned';
  readonly ms?: number;
  readonly error?: ErrorReport;
  /** Numbers, short texts and lengths of lists of the step's output; in a dry run the whole plan. */
  readonly output?: Readonly<Record<string, unknown>>;
}

const LONGEST = 200;

/** An output small enough for a log: lists as their length, objects left out. */
export function summary(output: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof output !== 'object' || output === null) return undefined;
  const entries = Object.entries(output).flatMap(([key, value]: [string, unknown]): [string, unknown][] => {
    if (Array.isArray(value)) return [[key, value.length]];
    if (typeof value === 'string') return [[key, excerpt(value, LONGEST)]];
    return typeof value === 'number' || typeof value === 'boolean' ? [[key, value]] : [];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** A step's input for people: references to secrets show only their kind. */
export function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [key, inner] = entries[0] ?? [];
  if (entries.length === 1 && typeof inner === 'string' && ['credential', 'variable', 'insecure'].includes(String(key))) return `[${key}]`;
  return Object.fromEntries(entries.map(([name, one]) => [name, withoutSecrets(one)]));
}

// The runs of the editor, as the page and its server speak of them; a part of api.ts.
import type { ErrorShown, Fields, Json } from './api.ts';

/** POST runs. Answers RunListed. */
export interface RunAsked {
  readonly file: string;
  readonly mode: 'run' | 'dry-run';
  readonly variables: Fields;
  /** Begin at this step: those before it are left out, except Connect and set. Not inside a loop or an error branch. */
  readonly from?: string;
  /** Only this step (and what is inside it), with the Connect and set steps before it; inside a loop with its first item. */
  readonly only?: string;
  readonly breakpoints?: readonly string[];
  /** Stop before the first step. */
  readonly paused?: boolean;
  /** The author agreed that this run erases for good. */
  readonly allowDestroy?: boolean;
}
export type RunState = 'running' | 'paused' | 'stopping' | 'done' | 'failed' | 'stopped' | 'interrupted';
/** GET runs?file=FILE, newest first. */
export interface RunListed {
  readonly run: string;
  readonly file: string;
  readonly name: string;
  readonly mode: 'run' | 'dry-run';
  readonly state: RunState;
  readonly startedAt: string;
  readonly ms?: number;
  readonly handledErrors: number;
  readonly error?: ErrorShown;
}
/** GET runs/RUN/events?after=SEQ: a stream that follows the run to its end. POST runs/RUN/stop | pause | step | continue; PUT runs/RUN/breakpoints: ids. */
export type RunLine = { readonly seq: number; readonly at: string } & (
  | { readonly event: 'run'; readonly id: string; readonly name: string; readonly dryRun: boolean }
  | {
      readonly event: 'step';
      readonly id: string;
      readonly number: string;
      readonly title: string;
      readonly state: 'started' | 'done' | 'failed' | 'skipped' | 'planned';
      readonly ms?: number;
      readonly error?: ErrorShown;
      readonly output?: Fields;
    }
  | { readonly event: 'item'; readonly id: string; readonly index: number; readonly subject?: string }
  | { readonly event: 'caught'; readonly id: string; readonly error: ErrorShown }
  | {
      readonly event: 'paused';
      readonly id: string;
      readonly why: 'breakpoint' | 'step' | 'start';
      readonly number?: string;
      readonly title?: string;
    }
  | { readonly event: 'resumed' }
  /** Of the library, such as an unencrypted connection; each once. */
  | { readonly event: 'warning'; readonly text: string }
  | { readonly event: 'state'; readonly state: RunState }
  | {
      readonly event: 'end';
      readonly ok: boolean;
      readonly steps: Readonly<Record<string, { readonly done: number; readonly failed: number }>>;
      readonly outputs: Fields;
      readonly error?: ErrorShown;
      readonly ms: number;
    }
);
/**
 * GET runs/RUN/names answers Fields: what expressions can name where the run is held (variables, items of loops, results of steps
 * above), without secrets; nothing while it goes on.
 */
/** GET runs/RUN/values/STEP: the last values of a step, newest first; secrets show as [secret]. */
export interface StepValues {
  readonly values: readonly { readonly at: string; readonly round?: number; readonly input?: Json; readonly output?: Json }[];
  /** False where they were never kept or are gone. */
  readonly kept: boolean;
}

import { redactDeep, type EmailError, Phrase } from '@mailwright/core';
import type { Step } from '../automation.ts';
import { summary, type Counts, type RunEvent, type StepEvent } from './events.ts';

/** Tells what happens in a run, and counts it. */
export class Trace {
  readonly counts: Record<string, { done: number; failed: number }> = {};
  readonly #tell: (event: RunEvent) => void;

  constructor(tell: (event: RunEvent) => void) {
    this.#tell = tell;
  }

  /** What mail or a server says is in it: no known secret leaves a run. */
  tell(event: RunEvent): void {
    this.#tell(redactDeep(event));
  }

  /** So that a step that never ran is in the counts too. */
  expect(id: string): void {
    this.counts[id] ??= { done: 0, failed: 0 };
  }

  count(id: string, what: keyof Counts): void {
    this.expect(id);
    (this.counts[id] as Record<keyof Counts, number>)[what]++;
  }
}

/** One run of one step. */
export class StepTrace {
  readonly id: string;
  readonly #trace: Trace;
  readonly #number: string;
  readonly #began = performance.now();
  #title: Phrase | undefined;

  /** `prefix` is that of a called automation: its steps are told as parts of the call. */
  constructor(trace: Trace, { id, number }: Step, prefix: { readonly id: string; readonly number: string }) {
    this.#trace = trace;
    this.id = `${prefix.id}${id}`;
    this.#number = `${prefix.number}${number}`;
  }

  start(title: Phrase): void {
    this.#title = title;
    this.#tell({ state: 'started' }, title);
  }

  done(state: 'done' | 'planned', output: unknown): void {
    this.#trace.count(this.id, 'done');
    const told = state === 'planned' && typeof output === 'object' && output !== null ? { ...output } : summary(output);
    this.#tell({ state, ms: this.#ms(), ...(told && { output: told }) });
  }

  skipped(title: Phrase): void {
    this.#tell({ state: 'skipped' }, title);
  }

  failed(error: EmailError, title: Phrase): void {
    if (this.#title === undefined) this.start(title);
    this.#trace.count(this.id, 'failed');
    const done = summary(error.result);
    this.#tell({ state: 'failed', ms: this.#ms(), error: error.toJSON(), ...(done && { output: done }) });
  }

  item(index: number, item: unknown): void {
    const { subject } = (item ?? {}) as { subject?: unknown };
    this.#trace.tell({ event: 'item', id: this.id, index, ...(typeof subject === 'string' && { subject }) });
  }

  caught(error: EmailError): void {
    this.#trace.tell({ event: 'caught', id: this.id, error: error.toJSON() });
  }

  #ms(): number {
    return Math.round(performance.now() - this.#began);
  }

  #tell(rest: Pick<StepEvent, 'state' | 'ms' | 'error' | 'output'>, title = this.#title ?? new Phrase('')): void {
    this.#trace.tell({ event: 'step', id: this.id, number: this.#number, title, ...rest });
  }
}

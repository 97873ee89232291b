import type { ErrorShown, Fields, RunLine, RunListed, RunState } from '../../api.ts';

/** How a step stands in the run that is shown. `handled`: it failed at least once, and an error branch or the loop took that. */
export interface StepRun {
  readonly state: 'running' | 'done' | 'failed' | 'handled' | 'skipped' | 'planned' | 'paused' | 'stopped';
  /** Of its last time. */
  readonly ms?: number;
  /** How often it was done, of a loop its good rounds; how often it failed. */
  readonly done: number;
  readonly failed: number;
  /** Of a loop: the mail or thing of its round, from 1. */
  readonly item?: { readonly index: number; readonly subject?: string };
  readonly error?: ErrorShown;
  readonly output?: Fields;
}

/** The number of a step, and the title it has in the list of steps. */
export interface StepName {
  readonly number: string;
  readonly title: string;
}

/** Rows of the log that the page holds; the journal has the rest. */
const MOST_ROWS = 100_000;
const QUIET = new Set(['resumed', 'state']);

/** What the page knows of one run; lines only ever add to it. */
export class RunView {
  listed: RunListed;
  readonly steps = new Map<string, StepRun>();
  rows: RunLine[] = [];
  /** What the steps of the log are called. */
  readonly names = new Map<string, StepName>();
  /** The number of the last line. */
  seq = 0;
  /** The step that the run is held before. */
  heldAt: string | undefined;
  /** Counts how often it was held. */
  holds = 0;
  error: { readonly step?: string; readonly error: ErrorShown } | undefined;
  outputs: Fields = {};
  /** Failed steps whose error nothing has taken yet. */
  readonly #open = new Set<string>();

  constructor(listed: RunListed) {
    this.listed = listed;
  }

  get isGoing(): boolean {
    return isGoing(this.listed.state);
  }

  /** Answers the id of the step that it changed, if one. */
  take(line: RunLine): string | undefined {
    if (line.seq <= this.seq) return undefined;
    this.seq = line.seq;
    if ((line.event === 'step' || line.event === 'paused') && line.number !== undefined)
      this.names.set(line.id, { number: line.number, title: line.title ?? '' });
    if (!QUIET.has(line.event) && !(line.event === 'step' && line.state === 'started')) this.#row(line);
    switch (line.event) {
      case 'step':
        return this.#step(line);
      case 'item':
        return this.#item(line);
      case 'caught':
        return this.#caught(line.id);
      case 'paused':
        this.heldAt = line.id;
        this.holds++;
        this.#set(line.id, { state: 'paused' });
        return line.id;
      case 'resumed':
        this.heldAt = undefined;
        return undefined;
      case 'state':
        this.#state(line.state);
        return undefined;
      case 'end':
        this.outputs = line.outputs;
        this.listed = { ...this.listed, ms: line.ms };
        if (line.error) this.error = { ...(this.#first && { step: this.#first }), error: line.error };
        return undefined;
      default:
        return undefined;
    }
  }
  #first: string | undefined;

  #row(line: RunLine): void {
    this.rows.push(line);
    if (this.rows.length > MOST_ROWS * 1.1) this.rows = this.rows.slice(-MOST_ROWS);
  }

  #step(line: Extract<RunLine, { event: 'step' }>): string {
    const before = this.steps.get(line.id);
    const { done = 0, failed = 0 } = before ?? {};
    const { ms, error, output } = line;
    const told = { ...(ms !== undefined && { ms }), ...(error && { error }), ...(output && { output }) };
    if (line.state === 'started') {
      this.#open.delete(line.id);
      this.#set(line.id, { state: 'running' });
    } else if (line.state === 'failed') {
      if (this.#open.size === 0) this.#first = line.id;
      this.#open.add(line.id);
      this.#set(line.id, { ...told, state: 'failed', failed: failed + 1 });
    } else if (line.state === 'done' && before?.item) {
      this.#set(line.id, { ...told, state: failed > 0 ? 'handled' : 'done', done: before.item.index - failed });
    } else {
      const state = line.state === 'done' && failed > 0 ? 'handled' : line.state;
      this.#set(line.id, { ...told, state, done: done + (line.state === 'skipped' ? 0 : 1) });
    }
    return line.id;
  }

  #item({ id, index, subject }: Extract<RunLine, { event: 'item' }>): string {
    const { failed = 0 } = this.steps.get(id) ?? {};
    this.#set(id, { item: { index, ...(subject !== undefined && { subject }) }, done: index - 1 - failed });
    return id;
  }

  /** The error of the steps that failed last went no further than this step. */
  #caught(id: string): string {
    for (const one of this.#open) this.#set(one, { state: 'handled' });
    this.#open.clear();
    this.#first = undefined;
    this.listed = { ...this.listed, handledErrors: this.listed.handledErrors + 1 };
    const step = this.steps.get(id);
    if (step?.item) this.#set(id, { failed: step.failed + 1, done: Math.max(0, step.done - 1) });
    return id;
  }

  #state(state: RunState): void {
    this.listed = { ...this.listed, state };
    if (isGoing(state)) return;
    this.heldAt = undefined;
    for (const [id, step] of this.steps) if (step.state === 'running' || step.state === 'paused') this.#set(id, { state: 'stopped' });
  }

  #set(id: string, change: Partial<StepRun>): void {
    this.steps.set(id, { ...(this.steps.get(id) ?? { state: 'running', done: 0, failed: 0 }), ...change });
  }
}

export const isGoing = (state: RunState): boolean => state === 'running' || state === 'paused' || state === 'stopping';

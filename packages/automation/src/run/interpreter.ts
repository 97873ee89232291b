import { EmailError, redactDeep, type Phrase } from '@mailwright/core';
import type { Automation, Step } from '../automation.ts';
import { expressionsOf, type Template } from '../expression/template.ts';
import type { Runner } from '../runner.ts';
import { performAction } from './action.ts';
import { performCall } from './call.ts';
import { performIf, performSet, performTry } from './blocks.ts';
import { obey, within } from './deadline.ts';
import { performLoop } from './loop.ts';
import type { Organizer } from './organizer.ts';
import type { Scope } from './scope.ts';
import { titleOf } from './title.ts';
import { StepTrace, type Trace } from './trace.ts';
import { shown, type StepValue } from './values.ts';
import type { Variables } from './variables.ts';

/** Where the run goes after a step: on, out of the loop, or to its end. */
export type Flow = 'next' | 'loop' | 'run';

/** A step that is about to run. */
export interface StepAhead {
  readonly id: string;
  readonly number: string;
  readonly title: Phrase;
  /** What its expressions can name now, as JSON: variables, the items of loops, results of steps above. No secret is in it. */
  readonly names: () => Readonly<Record<string, unknown>>;
}

/** What the interpreters of an automation and of those that it calls share. */
export interface Run {
  readonly runner: Runner;
  readonly dryRun: boolean;
  readonly trace: Trace;
  /** Called automations by their path relative to the folder of the first. */
  readonly called: ReadonlyMap<string, Automation>;
  readonly beforeStep?: ((step: StepAhead) => Promise<void>) | undefined;
  readonly onValue?: ((value: StepValue) => void) | undefined;
}

/** The part of a call that an interpreter works in; all empty for the automation that was started. */
export interface Frame {
  readonly id: string;
  readonly number: string;
  readonly path: string;
  readonly depth: number;
}

/** What a step came to. `planned`: in a dry run it would have changed something, or needs what such a step gives. */
export interface Outcome {
  readonly flow?: Flow;
  readonly planned?: boolean;
  readonly output?: unknown;
}

/** Where a step runs: what it sees, what ends it, and where it tells of itself. */
export interface Place {
  readonly scope: Scope;
  readonly signal: AbortSignal;
  readonly trace: StepTrace;
}

/** Runs the steps of one automation; what each kind of step does is in the file of that kind. */
export class Interpreter {
  readonly run: Run;
  readonly variables: Variables;
  readonly frame: Frame;
  /** Of the loops that run now and organize in batches, the innermost last. */
  readonly organizers: Organizer[] = [];
  /** The round of the innermost loop that runs now, from 1. */
  round: number | undefined;

  constructor(run: Run, variables: Variables, frame: Frame) {
    this.run = run;
    this.variables = variables;
    this.frame = frame;
  }

  async steps(steps: readonly Step[], scope: Scope, signal: AbortSignal): Promise<Flow> {
    for (const step of steps) {
      if (signal.aborted) throw new EmailError('automation.cancelled', {});
      const flow = await this.#step(step, scope, signal);
      if (flow !== 'next') return flow;
    }
    return 'next';
  }

  /** For the steps of an automation that this one calls. */
  enter(variables: Variables, frame: Frame): Interpreter {
    return new Interpreter(this.run, variables, frame);
  }

  /** Values for `{ variable: name }` are those of the automation that runs now. */
  expose(): void {
    this.run.runner.setVariables?.(this.variables.references());
  }

  /** Tells what a step was given, gave, or took up. */
  value({ id }: StepTrace, what: StepValue['what'], value: unknown): void {
    const { onValue } = this.run;
    if (onValue && value !== undefined)
      onValue({ id, what, value: redactDeep(shown(value)), ...(this.round !== undefined && { round: this.round }) });
  }

  /** In a dry run: the names that a step needs and that only a real run would bring. */
  awaited(scope: Scope, ...templates: readonly Template[]): string[] {
    if (!this.run.dryRun) return [];
    return [...new Set(templates.flatMap(expressionsOf).flatMap((expression) => expression.uses((name) => scope.isPlanned(name))))];
  }

  planned(step: Step, as: string, needs: readonly string[], { scope, trace }: Place): Outcome {
    const output = { planned: true, needs };
    trace.start(titleOf(step));
    scope.declarePlanned(as, output);
    return { planned: true, output };
  }

  async #step(step: Step, scope: Scope, signal: AbortSignal): Promise<Flow> {
    if (!step.off) await this.#gate(step, scope, signal);
    const trace = new StepTrace(this.run.trace, step, this.frame);
    if (step.off) {
      trace.skipped(titleOf(step));
      return 'next';
    }
    try {
      const {
        flow = 'next',
        planned = false,
        output,
      } = await within(step.timeout, signal, trace.id, (inner) => this.#perform(step, { scope, signal: inner, trace }));
      this.value(trace, 'output', output);
      trace.done(planned ? 'planned' : 'done', output);
      return flow;
    } catch (error) {
      const known = EmailError.from(error, trace.id);
      this.value(trace, 'output', known.result);
      trace.failed(known, titleOf(step));
      throw known;
    }
  }

  /** Whoever watches may hold the run here; the step's own time has not begun. */
  async #gate(step: Step, scope: Scope, signal: AbortSignal): Promise<void> {
    const { beforeStep } = this.run;
    const ahead = {
      id: `${this.frame.id}${step.id}`,
      number: `${this.frame.number}${step.number}`,
      title: titleOf(step),
      names: () => redactDeep(shown(scope.all())) as Record<string, unknown>,
    };
    if (beforeStep) await obey(signal, () => beforeStep(ahead));
    if (beforeStep && signal.aborted) throw new EmailError('automation.cancelled', {});
  }

  async #perform(step: Step, place: Place): Promise<Outcome> {
    switch (step.kind) {
      case 'action':
        return performAction(this, step, place);
      case 'loop':
        return performLoop(this, step, place);
      case 'call':
        return performCall(this, step, place);
      case 'if':
        return performIf(this, step, place);
      case 'try':
        place.trace.start(titleOf(step));
        return { flow: await performTry(this, step, place) };
      case 'set':
        place.trace.start(titleOf(step));
        return performSet(this, step, place);
      case 'stop':
        place.trace.start(titleOf(step));
        return { flow: step.what };
    }
  }
}

import { EmailError } from '@mailwright/core';
import type { ActionStep, Automation, CallStep, IfStep, LoopStep, SetStep, Step, TryStep } from '../automation.ts';
import { joinCallPath } from '../call-path.ts';
import { fill } from '../expression/fill.ts';
import { expressionsOf, type Template } from '../expression/template.ts';
import type { Runner } from '../runner.ts';
import { lingering, obey, within } from './deadline.ts';
import { itemsOf } from './items.ts';
import { Organizer, type Unsuccessful } from './organizer.ts';
import { quarantine } from './quarantine.ts';
import { Rounds, type Aside } from './rounds.ts';
import type { Scope } from './scope.ts';
import { titleOf, titleWith } from './title.ts';
import { StepTrace, type Trace } from './trace.ts';
import { Variables } from './variables.ts';

const DEEPEST_CALL = 10;
/** Milliseconds that `finally` has once the run was cancelled. */
const LAST_WORDS = 10_000;

/** Where the run goes after a step: on, out of the loop, or to its end. */
export type Flow = 'next' | 'loop' | 'run';

/** What the interpreters of an automation and of those that it calls share. */
export interface Run {
  readonly runner: Runner;
  readonly dryRun: boolean;
  readonly trace: Trace;
  /** Called automations by their path relative to the folder of the first. */
  readonly called: ReadonlyMap<string, Automation>;
}

/** The part of a call that an interpreter works in; all empty for the automation that was started. */
export interface Frame {
  readonly id: string;
  readonly number: string;
  readonly path: string;
  readonly depth: number;
}

/** What a step came to. `planned`: in a dry run it would have changed something, or needs what such a step gives. */
interface Outcome {
  readonly flow?: Flow;
  readonly planned?: boolean;
  readonly output?: unknown;
}

/** Runs the steps of one automation. */
export class Interpreter {
  readonly #run: Run;
  readonly #variables: Variables;
  readonly #frame: Frame;
  /** Of the loops that run now and organize in batches, the innermost last. */
  readonly #organizers: Organizer[] = [];

  constructor(run: Run, variables: Variables, frame: Frame) {
    this.#run = run;
    this.#variables = variables;
    this.#frame = frame;
  }

  async steps(steps: readonly Step[], scope: Scope, signal: AbortSignal): Promise<Flow> {
    for (const step of steps) {
      if (signal.aborted) throw new EmailError('automation.cancelled', {});
      const flow = await this.#step(step, scope, signal);
      if (flow !== 'next') return flow;
    }
    return 'next';
  }

  /** Values for `{ variable: name }` are those of the automation that runs now. */
  expose(): void {
    this.#run.runner.setVariables?.(this.#variables.references());
  }

  async #step(step: Step, scope: Scope, signal: AbortSignal): Promise<Flow> {
    const trace = new StepTrace(this.#run.trace, step, this.#frame);
    if (step.off) {
      trace.skipped(titleOf(step));
      return 'next';
    }
    try {
      const {
        flow = 'next',
        planned = false,
        output,
      } = await within(step.timeout, signal, trace.id, (inner) => this.#perform(step, scope, inner, trace));
      trace.done(planned ? 'planned' : 'done', output);
      return flow;
    } catch (error) {
      const known = EmailError.from(error, trace.id);
      trace.failed(known, titleOf(step));
      throw known;
    }
  }

  async #perform(step: Step, scope: Scope, signal: AbortSignal, trace: StepTrace): Promise<Outcome> {
    switch (step.kind) {
      case 'action':
        return this.#action(step, scope, signal, trace);
      case 'loop':
        return this.#loop(step, scope, signal, trace);
      case 'call':
        return this.#call(step, scope, signal, trace);
      case 'if':
        return this.#if(step, scope, signal, trace);
      case 'try':
        trace.start(titleOf(step));
        return { flow: await this.#try(step, scope, signal, trace) };
      case 'set':
        trace.start(titleOf(step));
        return this.#set(step, scope, trace);
      case 'stop':
        trace.start(titleOf(step));
        return { flow: step.what };
    }
  }

  /** In a dry run: the names that a step needs and that only a real run would bring. */
  #awaited(scope: Scope, ...templates: readonly Template[]): string[] {
    if (!this.#run.dryRun) return [];
    return [...new Set(templates.flatMap(expressionsOf).flatMap((expression) => expression.uses((name) => scope.isPlanned(name))))];
  }

  async #action(step: ActionStep, scope: Scope, signal: AbortSignal, trace: StepTrace): Promise<Outcome> {
    const { definition, as } = step;
    const { runner, dryRun } = this.#run;
    const needs = this.#awaited(scope, step.input);
    if (needs.length > 0) return this.#planned(step, needs, scope, as, trace);
    const input = fill(step.input, scope, trace.id);
    trace.start(titleWith(definition, input));
    const kept = dryRun ? undefined : await this.#keepBack(definition, input, signal);
    if (kept) {
      scope.declare(as, kept);
      return { output: kept };
    }
    const output = await obey(signal, () => runner.run(definition.id, input, { signal, dryRun })).catch((error: unknown) => {
      // What was done before it failed is there for `catch`.
      if (EmailError.is(error) && error.result !== undefined) scope.declare(as, error.result);
      throw error;
    });
    const planned = dryRun && definition.effect !== 'read';
    if (planned) scope.declarePlanned(as, output);
    else scope.declare(as, output);
    return { planned, output };
  }

  #planned(step: Step, needs: readonly string[], scope: Scope, as: string, trace: StepTrace): Outcome {
    const output = { planned: true, needs };
    trace.start(titleOf(step));
    scope.declarePlanned(as, output);
    return { planned: true, output };
  }

  async #loop(step: LoopStep, scope: Scope, signal: AbortSignal, trace: StepTrace): Promise<Outcome> {
    const needs = this.#awaited(scope, 'list' in step.over ? { kind: 'expression', expression: step.over.list } : step.over.input);
    if (needs.length > 0) return this.#planned(step, needs, scope, step.id, trace);
    const rounds = new Rounds(step, trace);
    const organizer = step.organize === 'batch' ? new Organizer() : undefined;
    if (organizer) this.#organizers.push(organizer);
    const { runner, dryRun } = this.#run;
    const aside: Aside = async ({ index, item }, error) => {
      if (step.onItemError !== 'quarantine' || dryRun) return;
      await quarantine(step, { loop: trace.id, index, item, error: EmailError.from(error, trace.id) }, scope, runner, signal);
    };
    let flow: Flow = 'next';
    try {
      for await (const item of itemsOf(step, scope, signal, this.#run, trace)) {
        rounds.begin(item);
        if (organizer) organizer.round = { index: rounds.result.count, item };
        flow = await this.#round(step, item, scope, signal, rounds, aside);
        if (organizer?.full) organizer.late.push(...(await this.#flush(organizer, signal)));
        if (organizer) await rounds.late(organizer.late, aside, signal);
        if (flow !== 'next') break;
      }
      if (organizer) organizer.late.push(...(await this.#flush(organizer, signal)));
      if (organizer) await rounds.late(organizer.late, aside, signal);
    } finally {
      // On an error too: what the rounds before it decided is done. The error says why the loop ended; what fails now is told.
      const last = organizer ? [...organizer.late, ...(await this.#flush(this.#organizers.pop() ?? organizer, signal))] : [];
      for (const { error } of last) trace.caught(error);
      scope.declare(step.id, rounds.result);
    }
    return { flow: flow === 'run' ? 'run' : 'next', output: rounds.result };
  }

  async #round(step: LoopStep, item: unknown, scope: Scope, signal: AbortSignal, rounds: Rounds, aside: Aside): Promise<Flow> {
    const round = scope.child();
    round.declare(step.as, item);
    try {
      const flow = await this.steps(step.do, round, signal);
      rounds.good();
      return flow;
    } catch (error) {
      rounds.bad(error, signal);
      await aside({ index: rounds.result.count, item }, error);
      return 'next';
    }
  }

  /** What a step gives whose work goes out later with that of other rounds; undefined if it has to be done now. */
  async #keepBack(definition: ActionStep['definition'], input: unknown, signal: AbortSignal): Promise<object | undefined> {
    const organizer = this.#organizers.at(-1);
    if (!organizer) return undefined;
    const kept = organizer.take({ definition, input });
    if (kept || !organizer.mustWait(definition)) return kept;
    const mine = organizer.sort(await this.#flush(organizer, signal));
    if (mine) throw mine;
    return organizer.take({ definition, input });
  }

  async #flush(organizer: Organizer, signal: AbortSignal): Promise<readonly Unsuccessful[]> {
    const last = lingering(signal, LAST_WORDS);
    try {
      return await organizer.flush((id, input) => obey(last.signal, () => this.#run.runner.run(id, input, { signal: last.signal })));
    } finally {
      last.end();
    }
  }

  async #if(step: IfStep, scope: Scope, signal: AbortSignal, trace: StepTrace): Promise<Outcome> {
    trace.start(titleOf(step));
    const needs = this.#awaited(scope, { kind: 'expression', expression: step.condition });
    if (needs.length > 0) return { planned: true, output: { planned: true, needs } };
    const holds = step.condition.evaluate(scope, trace.id);
    if (typeof holds !== 'boolean')
      throw new EmailError('automation.failed', { step: trace.id, problem: `{{ ${step.condition.source} }} is neither true nor false.` });
    return { flow: await this.steps(holds ? step.do : step.else, scope, signal), output: { holds } };
  }

  async #try(step: TryStep, scope: Scope, signal: AbortSignal, trace: StepTrace): Promise<Flow> {
    const body = async () => {
      try {
        return await this.steps(step.do, scope, signal);
      } catch (error) {
        if (!step.catch || signal.aborted) throw error;
        const { code, message, fix } = EmailError.from(error, trace.id);
        trace.caught(EmailError.from(error, trace.id));
        const inside = scope.child();
        inside.declare('error', { code, message, fix });
        return this.steps(step.catch, inside, signal);
      }
    };
    const [result] = await Promise.allSettled([body()]);
    const last = lingering(signal, LAST_WORDS);
    try {
      await this.steps(step.finally, scope.child(), last.signal);
    } catch (error) {
      // The first error says why the bot failed; a failing clean-up has been told as its step.
      if (result.status === 'fulfilled') throw error;
    } finally {
      last.end();
    }
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  }

  #set(step: SetStep, scope: Scope, trace: StepTrace): Outcome {
    let planned = false;
    for (const { variable, value } of step.values) {
      if (this.#awaited(scope, value).length > 0) {
        this.#variables.setPlanned(variable);
        planned = true;
      } else this.#variables.set(variable, fill(value, scope, trace.id), trace.id);
    }
    this.expose();
    return { planned };
  }

  async #call(step: CallStep, scope: Scope, signal: AbortSignal, trace: StepTrace): Promise<Outcome> {
    const needs = this.#awaited(scope, ...step.input.map(({ value }) => value));
    if (needs.length > 0) return this.#planned(step, needs, scope, step.as, trace);
    trace.start(titleOf(step));
    const path = joinCallPath(this.#frame.path, step.path);
    const automation = this.#run.called.get(path);
    if (!automation) throw new EmailError('automation.failed', { step: trace.id, problem: `${path} was not loaded.` });
    if (this.#frame.depth >= DEEPEST_CALL)
      throw new EmailError('automation.failed', { step: trace.id, problem: `automations call each other more than ${DEEPEST_CALL} deep.` });
    const given = Object.fromEntries(step.input.map(({ name, value }) => [name, this.#passed(fill(value, scope, trace.id))]));
    const variables = new Variables(automation.variables, given);
    const frame = { id: `${trace.id}.`, number: `${this.#frame.number}${step.number}.`, path, depth: this.#frame.depth + 1 };
    const called = new Interpreter(this.#run, variables, frame);
    called.expose();
    try {
      const flow = await called.steps(automation.steps, variables.scope, signal);
      const output = variables.outputs();
      scope.declare(step.as, output);
      return { flow: flow === 'run' ? 'run' : 'next', output };
    } finally {
      this.expose();
    }
  }

  /** A reference to a variable means the caller's; the called automation does not know its name. */
  #passed(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || !('variable' in value) || Object.keys(value).length !== 1) return value;
    return this.#variables.value(String(value.variable)) ?? value;
  }
}

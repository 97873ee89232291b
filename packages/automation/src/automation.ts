import type { Definition, LoopDefinition } from '@mailwright/core';
import type { Expression } from './expression/expression.ts';
import type { Template } from './expression/template.ts';
import type { VariableType } from './variable-types.ts';

/** A variable of an automation. A date is an ISO text in the file and a Date in a run; a secret holds a reference only. */
export interface Variable {
  readonly name: string;
  readonly type: VariableType;
  readonly description?: string;
  readonly default?: Template;
  /** May be given by a calling automation. */
  readonly input: boolean;
  /** Is given back to a calling automation, and in the result of a run. */
  readonly output: boolean;
}

/** A bot as it was read from its file, checked: every name in it is known and every expression compiled. */
export interface Automation {
  readonly file: string;
  readonly id: string;
  readonly name: string;
  readonly variables: readonly Variable[];
  readonly steps: readonly Step[];
}

interface StepBase {
  readonly id: string;
  /** `2.1`: the first step inside the second; `2.1e.1` in its error branch, `2.1f.1` in its finally. */
  readonly number: string;
  readonly off: boolean;
  /** Seconds. */
  readonly timeout?: number;
  /** Offset in the file's text, for messages. */
  readonly line: number;
  readonly column: number;
}

export interface ActionStep extends StepBase {
  readonly kind: 'action';
  readonly definition: Exclude<Definition, LoopDefinition>;
  readonly input: Template;
  readonly as: string;
}
export interface LoopStep extends StepBase {
  readonly kind: 'loop';
  /** A loop definition with its input, or a list. */
  readonly over: { readonly definition: LoopDefinition; readonly input: Template } | { readonly list: Expression };
  readonly as: string;
  readonly do: readonly Step[];
  readonly onItemError: 'stop' | 'skip' | 'quarantine';
  /** The folder for messages whose round failed. */
  readonly quarantineTo: string;
  /** `batch`: moves, marks and the like go out many in one command, at the latest at the loop's end. */
  readonly organize: 'strict' | 'batch';
  /** So many failed items in a row end the loop although they would be skipped. */
  readonly maxFailures: number;
  /** The loop ends after so many rounds; only where a part of an automation is run. */
  readonly atMost?: number;
}
export interface IfStep extends StepBase {
  readonly kind: 'if';
  readonly condition: Expression;
  readonly do: readonly Step[];
  readonly else: readonly Step[];
}
export interface TryStep extends StepBase {
  readonly kind: 'try';
  readonly do: readonly Step[];
  /** Absent: errors go on upwards. */
  readonly catch?: readonly Step[];
  readonly finally: readonly Step[];
}
export interface SetStep extends StepBase {
  readonly kind: 'set';
  readonly values: readonly { readonly variable: Variable; readonly value: Template }[];
}
export interface CallStep extends StepBase {
  readonly kind: 'call';
  /** Relative to the folder of the file that calls, with `/`. */
  readonly path: string;
  readonly input: readonly { readonly name: string; readonly value: Template; readonly line: number; readonly column: number }[];
  readonly as: string;
}
export interface StopStep extends StepBase {
  readonly kind: 'stop';
  readonly what: 'loop' | 'run';
}
export type Step = ActionStep | LoopStep | IfStep | TryStep | SetStep | CallStep | StopStep;

/** Every step of a list, those inside others too, in file order. */
export function* allSteps(steps: readonly Step[]): Generator<Step> {
  for (const step of steps) {
    yield step;
    yield* allSteps(insideOf(step));
  }
}

/** Every step that can be run, in file order: none that is off, and none inside one. */
export function* activeSteps(steps: readonly Step[]): Generator<Step> {
  for (const step of steps) {
    if (step.off) continue;
    yield step;
    yield* activeSteps(insideOf(step));
  }
}

/** The steps directly inside a step, in file order. */
export function insideOf(step: Step): readonly Step[] {
  switch (step.kind) {
    case 'loop':
      return step.do;
    case 'if':
      return [...step.do, ...step.else];
    case 'try':
      return [...step.do, ...(step.catch ?? []), ...step.finally];
    case 'action':
    case 'set':
    case 'call':
    case 'stop':
      return [];
  }
}

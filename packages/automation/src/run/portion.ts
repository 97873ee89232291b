import { EmailError, say, type Phrase } from '@mailwright/core';
import { insideOf, type Automation, type IfStep, type LoopStep, type Step, type TryStep } from '../automation.ts';
import { opens } from '../read/sessions.ts';

/** Which part of an automation is run. Neither: the whole. */
export interface Portion {
  /**
   * Begin at this step. Of those before it only Connect and set run, where they stand in the list or in a `try`. Inside an `if` its
   * branch is entered without asking; a `try` around it still catches and cleans up. Not inside a loop or an error branch.
   */
  readonly from?: string;
  /**
   * Only this step and what is inside it, after the same Connect and set steps. Inside a loop: with the loop's first item. Errors are
   * not caught. Not inside an error branch.
   */
  readonly only?: string;
}

/** The automation with only the steps of a portion. Errors: `input.invalid` where it cannot be run alone. */
export function portionOf(automation: Automation, { from, only }: Portion): Automation {
  const id = only ?? from;
  if (id === undefined) return automation;
  if (from !== undefined && only !== undefined) throw refused('only', say`it is given together with from`, say`Give one of the two.`);
  const path = pathTo(automation.steps, id);
  const name = only === undefined ? 'from' : 'only';
  if (!path)
    throw refused(
      name,
      say`there is no step "${{ id }}" in this automation`,
      say`Name a step by its id; steps of called automations have none here.`,
    );
  const off = path.find((step) => step.off);
  if (off) throw refused(name, say`step ${{ step: off.number }} "${{ id: off.id }}" is switched off`, say`Switch it on first.`);
  const steps = only === undefined ? beginning(automation.steps, path) : alone(automation.steps, path);
  return { ...automation, steps };
}

/** The step and those around it, the outermost first. */
function pathTo(steps: readonly Step[], id: string): readonly Step[] | undefined {
  for (const step of steps) {
    if (step.id === id) return [step];
    const inside = pathTo(insideOf(step), id);
    if (inside) return [step, ...inside];
  }
  return undefined;
}

/** Connect and set of the steps before the one that the run begins at. What depends on a loop, a condition or an error is left out. */
function preparing(steps: readonly Step[]): readonly Step[] {
  return steps.flatMap((step): readonly Step[] => {
    if (step.kind === 'set' || (step.kind === 'action' && opens(step.definition))) return [step];
    return step.kind === 'try' && !step.off ? preparing(step.do) : [];
  });
}

type Path = readonly Step[];

function beginning(steps: readonly Step[], [at, ...rest]: Path): readonly Step[] {
  const index = steps.indexOf(at as Step);
  const before = preparing(steps.slice(0, index));
  const after = steps.slice(index + 1);
  const [next] = rest;
  if (!at || !next) return [...before, ...steps.slice(index)];
  switch (at.kind) {
    case 'if':
      return [...before, ...beginning(branchOf(at, next), rest), ...after];
    case 'try':
      return [...before, beginningOfTry(at, rest), ...after];
    default:
      throw refused(
        'from',
        say`step ${{ step: next.number }} "${{ id: next.id }}" is inside the loop ${{ outer: at.number }} "${{ name: at.id }}", and its item is known only in a round`,
        say`Begin at the loop, or run only this step: it then takes the first item of the loop.`,
      );
  }
}

function beginningOfTry(step: TryStep, path: Path): TryStep {
  const [next] = path as readonly [Step];
  refuseCatch('from', step, next);
  if (step.do.includes(next)) return { ...step, do: beginning(step.do, path) };
  return { ...step, do: preparing(step.do), finally: beginning(step.finally, path) };
}

function alone(steps: readonly Step[], [at, ...rest]: Path): readonly Step[] {
  const before = preparing(steps.slice(0, steps.indexOf(at as Step)));
  const [next] = rest;
  if (!at || !next) return at ? [...before, at] : before;
  switch (at.kind) {
    case 'if':
      return [...before, ...alone(branchOf(at, next), rest)];
    case 'try':
      refuseCatch('only', at, next);
      return [...before, ...(at.do.includes(next) ? alone(at.do, rest) : [...preparing(at.do), ...alone(at.finally, rest)])];
    default:
      return [...before, { ...(at as LoopStep), do: alone(insideOf(at), rest), atMost: 1, onItemError: 'stop', organize: 'strict' }];
  }
}

const branchOf = (step: IfStep, next: Step) => (step.do.includes(next) ? step.do : step.else);

function refuseCatch(name: string, step: TryStep, next: Step): void {
  if (step.catch?.includes(next))
    throw refused(
      name,
      say`step ${{ step: next.number }} "${{ id: next.id }}" is in the error branch of ${{ outer: step.number }} "${{ name: step.id }}", which runs only after an error`,
      say`Begin at a step outside it; a breakpoint there stops the run when an error comes.`,
    );
}

const refused = (path: string, problem: Phrase, cure: Phrase) => new EmailError('input.invalid', { path, problem, cure });

import { EmailError, say } from '@mailwright/core';
import type { CallStep } from '../automation.ts';
import { joinCallPath } from '../call-path.ts';
import { fill } from '../expression/fill.ts';
import type { Interpreter, Outcome, Place } from './interpreter.ts';
import { titleOf } from './title.ts';
import { Variables } from './variables.ts';

const DEEPEST = 10;

/** Another automation, with variables of its own. Errors: those of its steps. */
export async function performCall(interpreter: Interpreter, step: CallStep, place: Place): Promise<Outcome> {
  const { scope, signal, trace } = place;
  const { run, frame, variables } = interpreter;
  const needs = interpreter.awaited(scope, ...step.input.map(({ value }) => value));
  if (needs.length > 0) return interpreter.planned(step, step.as, needs, place);
  trace.start(titleOf(step));
  const path = joinCallPath(frame.path, step.path);
  const automation = run.called.get(path);
  if (!automation) throw new EmailError('automation.failed', { step: trace.id, problem: say`${{ file: path }} was not loaded.` });
  if (frame.depth >= DEEPEST)
    throw new EmailError('automation.failed', {
      step: trace.id,
      problem: say`automations call each other more than ${{ most: DEEPEST }} deep.`,
    });
  const given = Object.fromEntries(step.input.map(({ name, value }) => [name, passed(variables, fill(value, scope, trace.id))]));
  interpreter.value(trace, 'input', given);
  const own = new Variables(automation.variables, given);
  const inside = { id: `${trace.id}.`, number: `${frame.number}${step.number}.`, path, depth: frame.depth + 1 };
  const called = interpreter.enter(own, inside);
  called.expose();
  try {
    const flow = await called.steps(automation.steps, own.scope, signal);
    const output = own.outputs();
    scope.declare(step.as, output);
    return { flow: flow === 'run' ? 'run' : 'next', output };
  } finally {
    interpreter.expose();
  }
}

/** A reference to a variable means the caller's; the called automation does not know its name. */
function passed(variables: Variables, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('variable' in value) || Object.keys(value).length !== 1) return value;
  return variables.value(String(value.variable)) ?? value;
}

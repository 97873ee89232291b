import { EmailError, say } from '@mailwright/core';
import type { IfStep, SetStep, TryStep } from '../automation.ts';
import { fill } from '../expression/fill.ts';
import { LAST_WORDS, lingering } from './deadline.ts';
import type { Flow, Interpreter, Outcome, Place } from './interpreter.ts';
import { titleOf } from './title.ts';

/** One of two lists of steps. Errors: `automation.failed` where the condition is neither true nor false. */
export async function performIf(interpreter: Interpreter, step: IfStep, { scope, signal, trace }: Place): Promise<Outcome> {
  trace.start(titleOf(step));
  const needs = interpreter.awaited(scope, { kind: 'expression', expression: step.condition });
  if (needs.length > 0) return { planned: true, output: { planned: true, needs } };
  const holds = step.condition.evaluate(scope, trace.id);
  if (typeof holds !== 'boolean')
    throw new EmailError('automation.failed', {
      step: trace.id,
      problem: say`${{ expression: `{{ ${step.condition.source} }}` }} is neither true nor false.`,
    });
  return { flow: await interpreter.steps(holds ? step.do : step.else, scope, signal), output: { holds } };
}

/** Steps, others where one of them fails, and those that run in any case. Errors: those of the steps that nothing caught. */
export async function performTry(interpreter: Interpreter, step: TryStep, place: Place): Promise<Flow> {
  const [result] = await Promise.allSettled([attempt(interpreter, step, place)]);
  const last = lingering(place.signal, LAST_WORDS);
  try {
    await interpreter.steps(step.finally, place.scope.child(), last.signal);
  } catch (error) {
    // The first error says why the bot failed; a failing clean-up has been told as its step.
    if (result.status === 'fulfilled') throw error;
  } finally {
    last.end();
  }
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

async function attempt(interpreter: Interpreter, step: TryStep, { scope, signal, trace }: Place): Promise<Flow> {
  try {
    return await interpreter.steps(step.do, scope, signal);
  } catch (error) {
    if (!step.catch || signal.aborted) throw error;
    const { code, message, fix } = EmailError.from(error, trace.id);
    trace.caught(EmailError.from(error, trace.id));
    const inside = scope.child();
    inside.declare('error', { code, message, fix });
    return interpreter.steps(step.catch, inside, signal);
  }
}

/** New values of variables. Errors: `automation.failed` for one of another type. */
export function performSet(interpreter: Interpreter, step: SetStep, { scope, trace }: Place): Outcome {
  let planned = false;
  const output: Record<string, unknown> = {};
  for (const { variable, value } of step.values) {
    if (interpreter.awaited(scope, value).length > 0) {
      interpreter.variables.setPlanned(variable);
      planned = true;
    } else {
      output[variable.name] = fill(value, scope, trace.id);
      interpreter.variables.set(variable, output[variable.name], trace.id);
    }
  }
  interpreter.value(trace, 'input', output);
  interpreter.expose();
  return { planned };
}

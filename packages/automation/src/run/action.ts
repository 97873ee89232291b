import { EmailError } from '@mailwright/core';
import type { ActionStep } from '../automation.ts';
import { fill } from '../expression/fill.ts';
import { obey } from './deadline.ts';
import type { Interpreter, Outcome, Place } from './interpreter.ts';
import { flush } from './loop.ts';
import { titleWith } from './title.ts';

/** One action or session step. Errors: those of the action. */
export async function performAction(interpreter: Interpreter, step: ActionStep, place: Place): Promise<Outcome> {
  const { definition, as } = step;
  const { scope, signal, trace } = place;
  const { runner, dryRun } = interpreter.run;
  const needs = interpreter.awaited(scope, step.input);
  if (needs.length > 0) return interpreter.planned(step, as, needs, place);
  const input = fill(step.input, scope, trace.id);
  interpreter.value(trace, 'input', input);
  trace.start(titleWith(definition, input));
  const kept = dryRun ? undefined : await keepBack(interpreter, definition, input, signal);
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

/** What a step gives whose work goes out later with that of other rounds; undefined if it has to be done now. */
async function keepBack(
  interpreter: Interpreter,
  definition: ActionStep['definition'],
  input: unknown,
  signal: AbortSignal,
): Promise<object | undefined> {
  const organizer = interpreter.organizers.at(-1);
  if (!organizer) return undefined;
  const kept = organizer.take({ definition, input });
  if (kept || !organizer.mustWait(definition)) return kept;
  const mine = organizer.sort(await flush(interpreter, organizer, signal));
  if (mine) throw mine;
  return organizer.take({ definition, input });
}

import { EmailError } from '@mailwright/core';
import type { LoopStep } from '../automation.ts';
import { LAST_WORDS, lingering, obey } from './deadline.ts';
import type { Flow, Interpreter, Outcome, Place } from './interpreter.ts';
import { itemsOf } from './items.ts';
import { Organizer, type Unsuccessful } from './organizer.ts';
import { quarantine } from './quarantine.ts';
import { Rounds, type Aside } from './rounds.ts';

/** A loop: its body once for each item. Errors: those of the source, and of a round where they end the loop. */
export async function performLoop(interpreter: Interpreter, step: LoopStep, place: Place): Promise<Outcome> {
  const { scope, trace } = place;
  const needs = interpreter.awaited(scope, 'list' in step.over ? { kind: 'expression', expression: step.over.list } : step.over.input);
  if (needs.length > 0) return interpreter.planned(step, step.id, needs, place);
  const rounds = new Rounds(step, trace);
  const outer = interpreter.round;
  try {
    const flow = await roundsOf(interpreter, step, place, rounds);
    return { flow: flow === 'run' ? 'run' : 'next', output: rounds.result };
  } finally {
    interpreter.round = outer;
    scope.declare(step.id, rounds.result);
  }
}

async function roundsOf(interpreter: Interpreter, step: LoopStep, place: Place, rounds: Rounds): Promise<Flow> {
  const { signal, trace } = place;
  const organizer = step.organize === 'batch' ? new Organizer() : undefined;
  if (organizer) interpreter.organizers.push(organizer);
  const aside = stepAside(interpreter, step, place);
  let flow: Flow = 'next';
  try {
    for await (const item of itemsOf(interpreter, step, place)) {
      rounds.begin(item);
      interpreter.round = rounds.result.count;
      interpreter.value(trace, 'item', item);
      if (organizer) organizer.round = { index: rounds.result.count, item };
      flow = await round(interpreter, step, item, place, rounds, aside);
      if (organizer?.full) organizer.late.push(...(await flush(interpreter, organizer, signal)));
      if (organizer) await rounds.late(organizer.late, aside, signal);
      if (flow !== 'next' || rounds.result.count === step.atMost) break;
    }
    if (organizer) organizer.late.push(...(await flush(interpreter, organizer, signal)));
    if (organizer) await rounds.late(organizer.late, aside, signal);
  } finally {
    // On an error too: what the rounds before it decided is done. The error says why the loop ended; what fails now is told.
    const last = organizer ? [...organizer.late, ...(await flush(interpreter, interpreter.organizers.pop() ?? organizer, signal))] : [];
    for (const { error } of last) trace.caught(error);
  }
  return flow;
}

function stepAside({ run }: Interpreter, step: LoopStep, { scope, signal, trace }: Place): Aside {
  return async ({ index, item }, error) => {
    if (step.onItemError !== 'quarantine' || run.dryRun) return;
    await quarantine(step, { loop: trace.id, index, item, error: EmailError.from(error, trace.id) }, scope, run.runner, signal);
  };
}

async function round(
  interpreter: Interpreter,
  step: LoopStep,
  item: unknown,
  { scope, signal }: Place,
  rounds: Rounds,
  aside: Aside,
): Promise<Flow> {
  const inside = scope.child();
  inside.declare(step.as, item);
  try {
    const flow = await interpreter.steps(step.do, inside, signal);
    rounds.good();
    return flow;
  } catch (error) {
    rounds.bad(error, signal);
    await aside({ index: rounds.result.count, item }, error);
    return 'next';
  }
}

/** What was kept back goes out, also shortly after the run was cancelled. */
export async function flush({ run }: Interpreter, organizer: Organizer, signal: AbortSignal): Promise<readonly Unsuccessful[]> {
  const last = lingering(signal, LAST_WORDS);
  try {
    return await organizer.flush((id, input) => obey(last.signal, () => run.runner.run(id, input, { signal: last.signal })));
  } finally {
    last.end();
  }
}

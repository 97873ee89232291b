import { EmailError, say } from '@mailwright/core';
import type { LoopStep } from '../automation.ts';
import { fill } from '../expression/fill.ts';
import { obey } from './deadline.ts';
import type { Interpreter, Place } from './interpreter.ts';
import { titleOf, titleWith } from './title.ts';

/** Milliseconds that a source of items has to close. */
const CLOSING = 5_000;

/** The items of a loop, pulled one at a time: the next one is asked for when the body is done. Errors: those of the source. */
export async function* itemsOf(interpreter: Interpreter, step: LoopStep, { scope, signal, trace }: Place): AsyncGenerator<unknown> {
  const { runner, dryRun } = interpreter.run;
  if ('list' in step.over) {
    const list = step.over.list.evaluate(scope, trace.id);
    interpreter.value(trace, 'input', list);
    trace.start(titleOf(step));
    if (!Array.isArray(list))
      throw new EmailError('automation.failed', {
        step: trace.id,
        problem: say`${{ expression: `{{ ${step.over.list.source} }}` }} gives no list.`,
      });
    yield* list as unknown[];
    return;
  }
  const { definition } = step.over;
  const input = fill(step.over.input, scope, trace.id);
  interpreter.value(trace, 'input', input);
  trace.start(titleWith(definition, input));
  yield* pulled(runner.each(definition.id, input, { signal, dryRun }), signal);
}

async function* pulled(source: AsyncIterable<unknown>, signal: AbortSignal): AsyncGenerator<unknown> {
  const iterator = source[Symbol.asyncIterator]();
  let open = true;
  try {
    for (;;) {
      const next = await obey(signal, () => iterator.next());
      open = next.done !== true;
      if (!open) return;
      yield next.value;
    }
  } finally {
    // A source that cannot even close must not hide why the loop ended.
    if (open) await obey(AbortSignal.timeout(CLOSING), async () => iterator.return?.()).catch(() => undefined);
  }
}

import { Readable } from 'node:stream';
import { EmailError, Ref } from '@mailwright/core';
import type { LoopStep } from '../automation.ts';
import { fill } from '../expression/fill.ts';
import type { Runner } from '../runner.ts';
import type { Scope } from './scope.ts';

/** What failed, where, and why: the file beside a message that was put aside. No secret is in it. */
export interface Diagnosis {
  readonly loop: string;
  readonly index: number;
  readonly item: unknown;
  readonly error: EmailError;
}

/** Puts a message aside whose round failed: moved to the folder for these, with a diagnosis in the run's folder. */
export async function quarantine(
  step: LoopStep,
  { loop, index, item, error }: Diagnosis,
  scope: Scope,
  runner: Runner,
  signal: AbortSignal,
): Promise<void> {
  const { data: ref } = Ref.safeParse((item as { ref?: unknown } | null)?.ref);
  if (!ref || 'list' in step.over) return;
  const { session } = fill(step.over.input, scope, loop) as { session?: unknown };
  const { subject } = item as { subject?: unknown };
  const report = { loop, index, ref, subject, movedTo: step.quarantineTo, at: new Date().toISOString(), error: error.toJSON() };
  await runner.files?.save(`quarantine/${loop}-${index}.json`, Readable.from([`${JSON.stringify(report, null, 2)}\n`]));
  try {
    const input = { ...(session !== undefined && { session }), messages: ref, to: step.quarantineTo, createFolder: true };
    await runner.run('email.move', input, { signal });
  } catch (failure) {
    // What another program, or the round itself, took away needs no place aside.
    if (!EmailError.is(failure, 'message.not_found')) throw failure;
  }
}

import { z } from 'zod';
import type { EmailError } from './errors.ts';
import { more } from './form.ts';
import { Ref } from './mail.ts';
import type { MessageRef } from './message.ts';

/** One message of many that a step could not do. */
export const Failed = z.object({
  ref: Ref,
  code: z.string(),
  message: z.string(),
  fix: z.string(),
  retry: z.enum(['never', 'now', 'later']),
});
export const MovedData = z.object({ from: Ref, to: Ref.optional() });
/** What one failure among many does: `fail` the step after all were tried, or `accept` it. */
export const Partial = z
  .enum(['fail', 'accept'])
  .default('fail')
  .meta(more({ title: 'When some fail', description: 'fail: the step fails after all were tried; accept: it goes on' }));

export interface Failure {
  readonly ref: MessageRef;
  readonly error: EmailError;
}

export function failedData({ ref, error }: Failure): z.output<typeof Failed> {
  const { code, message, fix, retry } = error;
  return { ref: { folder: ref.folder, id: ref.id }, code, message, fix, retry };
}

/**
 * The result of a step over many messages: as it is, or, where failures are not accepted, thrown as the error of the first one
 * with the whole result in `result`.
 */
export function conclude<T extends object>(
  result: T,
  failures: readonly Failure[],
  partial: 'fail' | 'accept',
): T & { failed: z.output<typeof Failed>[] } {
  const whole = { ...result, failed: failures.map(failedData) };
  const first = failures[0];
  if (!first || partial === 'accept') return whole;
  throw first.error.with(whole);
}

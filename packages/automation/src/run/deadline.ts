import { EmailError } from '@mailwright/core';

/** Milliseconds that a step has to end by itself after it was told to; then it is left behind. */
const GRACE = 5_000;
/** Milliseconds that `finally` and what was kept back have once the run was cancelled. */
export const LAST_WORDS = 10_000;

const cancelled = () => new EmailError('automation.cancelled', {});

/** Work that is told to end by a signal, and left behind if it does not. Errors: `automation.cancelled`. */
export async function obey<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  if (signal.aborted) throw cancelled();
  const { promise: late, reject } = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    timer = setTimeout(() => reject(cancelled()), GRACE);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work(), late]);
  } catch (error) {
    throw signal.aborted && !EmailError.is(error) ? cancelled() : error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

/** Work with a limit of its own, in seconds. Errors: `automation.failed` when it is reached. */
export async function within<T>(
  seconds: number | undefined,
  signal: AbortSignal,
  step: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (seconds === undefined) return work(signal);
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), seconds * 1000);
  try {
    return await work(AbortSignal.any([signal, limit.signal]));
  } catch (error) {
    if (!limit.signal.aborted || signal.aborted) throw error;
    throw new EmailError('automation.failed', { step, problem: `it was not done within ${seconds} s, its timeout.` }, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** A signal that follows another one so many milliseconds later. `end` frees its timer. */
export function lingering(signal: AbortSignal, ms: number): { readonly signal: AbortSignal; end(): void } {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    timer = setTimeout(() => late.abort(), ms);
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  const end = () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  };
  return { signal: late.signal, end };
}

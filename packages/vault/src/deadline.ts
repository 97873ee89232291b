import { EmailError } from '@mailwright/core';

/** The work, or `vault.unreachable` when it takes longer; the signal tells the work to stop. */
export async function within<T>(
  vault: string,
  seconds: number,
  work: (signal: AbortSignal) => Promise<T>,
  stopped?: AbortSignal,
): Promise<T> {
  const controller = new AbortController();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  ended.catch(() => undefined);
  const end = (error: EmailError) => {
    reject(error);
    controller.abort();
  };
  const late = () => end(new EmailError('vault.unreachable', { vault, problem: `no answer within ${seconds} seconds.` }));
  const timer = setTimeout(late, seconds * 1000);
  const stop = () => end(new EmailError('automation.cancelled', {}));
  if (stopped?.aborted) stop();
  stopped?.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([ended, work(controller.signal)]);
  } finally {
    clearTimeout(timer);
    stopped?.removeEventListener('abort', stop);
  }
}

import { EmailError } from '@mailwright/core';

/** The work, or `vault.unreachable` when it takes longer; the signal tells the work to stop. */
export async function within<T>(vault: string, seconds: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new EmailError('vault.unreachable', { vault, problem: `no answer within ${seconds} seconds.` }));
      controller.abort();
    }, seconds * 1000);
  });
  try {
    return await Promise.race([work(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

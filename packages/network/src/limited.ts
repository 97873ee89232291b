import { EmailError, type Phrase, type ServerAddress } from '@mailwright/core';

/** How long a conversation with a server may take. */
export interface Limit {
  readonly address: ServerAddress;
  /** What is being done, for the text of a time-out. */
  readonly what: Phrase;
  /** Milliseconds in all. */
  readonly ms: number;
  readonly signal: AbortSignal;
  /** Ends the connection: nothing less ends a command that is under way. */
  close(this: void): void;
}

/** Work on a connection within its time and the session's. Errors: `connection.timeout`, `automation.cancelled`, those of the work. */
export async function limited<T>(work: () => Promise<T>, { address: { host, port }, what, ms, signal, close }: Limit): Promise<T> {
  const { promise: passed, reject } = Promise.withResolvers<never>();
  passed.catch(() => undefined);
  const end = (error: EmailError) => {
    reject(error);
    close();
  };
  const timer = setTimeout(() => end(new EmailError('connection.timeout', { host, port, what, seconds: Math.ceil(ms / 1000) })), ms);
  const stop = () => end(new EmailError('automation.cancelled', {}));
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work(), passed]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

import { LIMITS, Secret, type Credential, type Mailbox, type OpenContext, type Stage } from '@mailwright/core';
import { dialer } from '@mailwright/network';
import type { Sandbox } from '@mailwright/sandbox';
import { imap } from './index.ts';

export { honest, scripted, type Scripted } from '@mailwright/testing';

/** One piece of work at a time, as a session does it. */
export function turns(): OpenContext['turn'] {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

export interface Trial {
  readonly config?: object;
  readonly context?: Partial<OpenContext>;
  readonly credential?: Credential;
  readonly stages?: Stage[];
}

export function context({ context: over = {}, stages }: Trial = {}): OpenContext {
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined };
  return {
    signal: new AbortController().signal,
    tls: { ca: [] },
    dial: dialer(),
    timeZone: 'Europe/Berlin',
    limits: LIMITS,
    log,
    readOnly: false,
    stage: ({ text, fix, ...rest }) => void stages?.push({ ...rest, text: String(text), ...(fix && { fix: String(fix) }) }),
    turn: turns(),
    ...over,
  };
}

export const password = (username: string, value: string): Credential => ({ kind: 'password', username, password: new Secret(value) });

export function openAt(port: number, trial: Trial = {}): Promise<Mailbox> {
  const config = imap.config.parse({ host: '127.0.0.1', port, ...trial.config });
  return imap.open(config, trial.credential ?? password('someone@example.test', 'canary-of-the-trial'), context(trial));
}

/** Opens the sandbox as its user does, over TLS. */
export function openSandbox({ imap: { tlsPort }, user, caPem }: Sandbox, trial: Trial = {}): Promise<Mailbox> {
  return openAt(tlsPort, {
    credential: password(user.address, user.password),
    ...trial,
    context: { tls: { ca: [caPem] }, ...trial.context },
  });
}

/** Waits until something is so. */
export async function until(condition: () => boolean, limit = 5000): Promise<void> {
  for (const end = Date.now() + limit; !condition();) {
    if (Date.now() > end) throw new Error(`not within ${limit} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

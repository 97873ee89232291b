import { LIMITS, type OpenContext, type Stage } from '@mailwright/core';
import { dialer } from '@mailwright/network';

/** What a backend is opened with in a test: a queue of turns, no log, and the stages noted. */
export function openContext(overrides: Partial<OpenContext> = {}): OpenContext & { readonly stages: Stage[] } {
  const stages: Stage[] = [];
  let last: Promise<unknown> = Promise.resolve();
  return {
    signal: new AbortController().signal,
    tls: { ca: [] },
    dial: dialer(),
    timeZone: 'Europe/Berlin',
    limits: LIMITS,
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined },
    readOnly: false,
    stage: ({ text, fix, ...rest }) => stages.push({ ...rest, text: String(text), ...(fix && { fix: String(fix) }) }),
    turn(work) {
      const mine = last.then(work, work);
      last = mine.catch(() => undefined);
      return mine;
    },
    ...overrides,
    stages,
  };
}

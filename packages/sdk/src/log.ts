import { redact, redactDeep, type Log, type Logger } from '@mailwright/core';

export const silent: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined };

/** A log that no known secret passes. */
export function redactingLog(log: Logger): Log {
  const pass = (write: Logger['info']) => (text: string, data?: object) => write(redact(text), data && redactDeep(data));
  return {
    debug: pass(log.debug.bind(log)),
    info: pass(log.info.bind(log)),
    warn(phrase, data) {
      const safe = phrase.map(redact);
      log.warn(String(safe), { ...(data && redactDeep(data)), phrase: safe.data });
    },
  };
}

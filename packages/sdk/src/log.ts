import { redact, redactDeep, type Logger } from '@mailwright/core';

export const silent: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined };

/** A log that no known secret passes. */
export function redactingLog(log: Logger): Logger {
  const pass = (write: Logger['info']) => (text: string, data?: object) => write(redact(text), data && redactDeep(data));
  return { debug: pass(log.debug.bind(log)), info: pass(log.info.bind(log)), warn: pass(log.warn.bind(log)) };
}

/**
 * Ctrl+C, an end asked for by the system and a terminal that goes away, as a signal; a second one ends the program at once. Without a
 * terminal a hang-up is nobody's wish: `nohup` has it ignored, and listening would undo that.
 */
export function stopping(atTerminal = [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY)): Disposable & {
  readonly signal: AbortSignal;
} {
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  const signals = atTerminal ? (['SIGINT', 'SIGTERM', 'SIGHUP'] as const) : (['SIGINT', 'SIGTERM'] as const);
  for (const signal of signals) process.once(signal, onSignal);
  return {
    signal: stop.signal,
    [Symbol.dispose]() {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}

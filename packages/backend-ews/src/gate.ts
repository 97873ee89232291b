import { EmailError } from '@mailwright/core';

/** Questions at a time that one mailbox of one server is asked, by all sessions of this process together (Exchange allows 10 to 27). */
const MOST = 4;

interface Gate {
  inside: number;
  readonly waiting: (() => void)[];
}
const gates = new Map<string, Gate>();

/** Waits for a place, and gives it back. Errors: those of the work; `automation.cancelled` where the signal ends the waiting. */
export async function throughGate<T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const gate = gates.get(key) ?? { inside: 0, waiting: [] };
  gates.set(key, gate);
  if (gate.inside < MOST) gate.inside++;
  else await turn(gate, signal);
  try {
    return await work();
  } finally {
    const next = gate.waiting.shift();
    if (next) next();
    else if (--gate.inside === 0) gates.delete(key);
  }
}

/** A place is handed over: nobody who comes later takes it. */
function turn(gate: Gate, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const go = () => {
      signal.removeEventListener('abort', stop);
      resolve();
    };
    const stop = () => {
      gate.waiting.splice(gate.waiting.indexOf(go), 1);
      reject(signal.reason instanceof Error && EmailError.is(signal.reason) ? signal.reason : new EmailError('automation.cancelled', {}));
    };
    gate.waiting.push(go);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
}

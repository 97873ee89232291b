/** Questions at a time that one mailbox of Microsoft's servers is asked (learn.microsoft.com, throttling: four over Graph; EWS 10 to 27). */
const AT_ONCE = 4;

interface Gate {
  inside: number;
  readonly waiting: (() => void)[];
}
const gates = new Map<string, Gate>();

/**
 * Does the work when its mailbox has a place free, over all sessions of this process together; whoever waits longest comes first. Errors:
 * those of the work; the signal's reason where it ends the waiting.
 */
export async function throughGate<T>(mailbox: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const gate = gates.get(mailbox) ?? { inside: 0, waiting: [] };
  gates.set(mailbox, gate);
  if (gate.inside < AT_ONCE) gate.inside++;
  else await turn(gate, signal);
  try {
    return await work();
  } finally {
    const next = gate.waiting.shift();
    if (next) next();
    else if (--gate.inside === 0) gates.delete(mailbox);
  }
}

/** A place is handed over: nobody who comes later takes it. */
function turn({ waiting }: Gate, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const go = () => {
      signal.removeEventListener('abort', stop);
      resolve();
    };
    const stop = () => {
      waiting.splice(waiting.indexOf(go), 1);
      reject(signal.reason as Error);
    };
    waiting.push(go);
    signal.addEventListener('abort', stop, { once: true });
  });
}

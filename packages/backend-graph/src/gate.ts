/** Questions about one mailbox at a time (learn.microsoft.com, throttling limits of the Outlook service). */
const AT_ONCE = 4;

interface Lane {
  busy: number;
  readonly waiting: (() => void)[];
}
const lanes = new Map<string, Lane>();

/** Waits until the mailbox has a place free, over all sessions of this process; what is answered gives the place back. */
export async function enter(mailbox: string, signal: AbortSignal): Promise<() => void> {
  signal.throwIfAborted();
  let lane = lanes.get(mailbox);
  if (!lane) lanes.set(mailbox, (lane = { busy: 0, waiting: [] }));
  const mine = lane;
  if (mine.busy < AT_ONCE) mine.busy++;
  else await queued(mine, signal);
  let left = false;
  return () => {
    if (left) return;
    left = true;
    const next = mine.waiting.shift();
    if (next) return next();
    if (--mine.busy === 0) lanes.delete(mailbox);
  };
}

/** The place of whoever leaves goes to the one who waits longest. */
function queued({ waiting }: Lane, signal: AbortSignal): Promise<void> {
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

/** Milliseconds: one stage; all automatic stages of one side; what a backend gets to end by itself after that. */
const STAGE = 10_000;
const TOTAL = 15_000;
const GRACE = 400;

/** The time of one side's test, and its end when somebody stops it. */
export class Pace implements Disposable {
  readonly #stopped: AbortSignal | undefined;
  readonly #stage = new AbortController();
  readonly #total = new AbortController();
  #stageTimer: NodeJS.Timeout | undefined;
  #totalTimer: NodeJS.Timeout | undefined;
  #began = performance.now();

  constructor(stopped: AbortSignal | undefined) {
    this.#stopped = stopped;
  }

  /** Ends what goes on in the connection. */
  get connection(): AbortSignal {
    return AbortSignal.any([this.beside, this.#stage.signal]);
  }

  /** Ends what goes on beside the connection, which one slow stage does not. */
  get beside(): AbortSignal {
    return this.#stopped ? AbortSignal.any([this.#stopped, this.#total.signal]) : this.#total.signal;
  }

  get stopped(): boolean {
    return this.#stopped?.aborted ?? false;
  }

  /** Seconds that the stage in hand had, where its time or that of all is up. */
  get late(): number | undefined {
    if (this.stopped || !(this.#stage.signal.aborted || this.#total.signal.aborted)) return undefined;
    return Math.max(1, Math.round((performance.now() - this.#began) / 1000));
  }

  get over(): boolean {
    return this.stopped || this.#total.signal.aborted;
  }

  /** A person's sign-in is over, or there is none: from here on only machines are waited for. */
  start(): void {
    this.#totalTimer ??= setTimeout(() => this.#total.abort(timeUp()), TOTAL);
    this.next();
  }

  /** Another stage begins. */
  next(): void {
    this.#began = performance.now();
    if (this.#totalTimer === undefined) return;
    clearTimeout(this.#stageTimer);
    this.#stageTimer = setTimeout(() => this.#stage.abort(timeUp()), STAGE);
  }

  /** Milliseconds of the stage in hand. */
  since(): number {
    return Math.round(performance.now() - this.#began);
  }

  /** Waits for work, but not for longer than `signal` and a moment: a backend that hangs must not hold the test. */
  async within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
    const { promise: ended, reject } = Promise.withResolvers<never>();
    ended.catch(() => undefined);
    work.catch(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    const stop = () => (timer = setTimeout(() => reject(signal.reason), GRACE));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    try {
      return await Promise.race([work, ended]);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#stageTimer);
    clearTimeout(this.#totalTimer);
  }
}

const timeUp = () => new DOMException('', 'TimeoutError');

import { runAutomation, type Automation, type LoadFile, type RunEvent, type StepAhead } from '@mailwright/automation';
import { EmailError, redactDeep, type Email, type PhraseData } from '@mailwright/sdk';
import type { ErrorShown, Fields, RunAsked, RunLine, RunListed, RunState } from '../../api.ts';
import type { History, Journal } from './history.ts';
import { kept } from './told.ts';
import { Values, shortened } from './values.ts';

/** Events of a run that are kept in memory; older ones are read from its journal. */
const RING = 100_000;
/** Milliseconds for a stopped run to end by itself; then its sessions are closed under it. */
const PATIENCE = 1_500;

/** What can be told: all that a line has but its number and its moment. */
type Told<Line = RunLine> = Line extends RunLine ? Omit<Line, 'seq' | 'at'> : never;

export interface LiveParts {
  readonly automation: Automation;
  readonly email: Email;
  readonly loadFile: LoadFile;
  readonly history: History;
  readonly journal: Journal;
}

const keptError = (thrown: unknown): ErrorShown => kept(EmailError.from(thrown, 'run').toJSON()) as ErrorShown;

/** A run of this process, and after its end what is still known of it. */
export class LiveRun {
  readonly values = new Values();
  /** Settled when it is over, however it ended. */
  readonly over: Promise<void>;
  /** Settled when its first step is near. Errors: what kept it from starting. */
  readonly started: Promise<void>;
  readonly #parts: LiveParts;
  readonly #stop = new AbortController();
  readonly #began = performance.now();
  readonly #waiting = new Set<() => void>();
  #listed: RunListed;
  #ring: RunLine[] = [];
  #last = 0;
  #breakpoints: ReadonlySet<string>;
  #halt: 'start' | 'step' | undefined;
  #resume: (() => void) | undefined;
  #names: StepAhead['names'] | undefined;
  #ended = false;
  readonly #start = Promise.withResolvers<void>();

  constructor(listed: RunListed, asked: RunAsked, parts: LiveParts) {
    this.#listed = listed;
    this.#parts = parts;
    this.#breakpoints = new Set(asked.breakpoints);
    if (asked.paused) this.#halt = 'start';
    this.started = this.#start.promise;
    this.over = this.#run(asked);
  }

  get listed(): RunListed {
    return this.#ended ? this.#listed : { ...this.#listed, ms: Math.round(performance.now() - this.#began) };
  }

  /** What expressions can name where it is held; nothing while it goes on. */
  get names(): Fields {
    return shortened(this.#names?.() ?? {}, 0) as Fields;
  }

  /** The lines after a number, those to come too, until the run is over. */
  async *events(after: number, signal: AbortSignal): AsyncGenerator<RunLine> {
    let next = after + 1;
    while (!signal.aborted) {
      const first = this.#ring[0]?.seq ?? this.#last + 1;
      if (next < first)
        for await (const line of this.#parts.history.lines(this.#listed.run, next - 1, first)) {
          yield line;
          if (signal.aborted) return;
        }
      next = Math.max(next, first);
      const line = this.#ring[next - (this.#ring[0]?.seq ?? next)];
      if (line) {
        yield line;
        next = line.seq + 1;
      } else if (this.#ended) return;
      else await this.#news(signal);
    }
  }

  /** Ends it in order, within two seconds. */
  async stop(): Promise<void> {
    if (!this.#ended && !this.#stop.signal.aborted) {
      this.#state('stopping');
      this.#stop.abort();
      this.#resume?.();
    }
    await this.over;
  }

  pause(): void {
    this.#halt = 'step';
  }

  /** On from where it is held: to the next step, or to the next breakpoint. */
  go(how: 'step' | 'continue'): void {
    this.#halt = how === 'step' ? 'step' : undefined;
    this.#resume?.();
  }

  setBreakpoints(ids: readonly string[]): void {
    this.#breakpoints = new Set(ids);
  }

  /** A warning of the library, once each. */
  warn(text: string, { phrase = text }: { readonly phrase?: PhraseData | string } = {}): void {
    if (!this.#warned.has(text)) this.#tell({ event: 'warning', text: phrase as string });
    this.#warned.add(text);
  }
  readonly #warned = new Set<string>();

  async #run(asked: RunAsked): Promise<void> {
    const { automation, email, loadFile } = this.#parts;
    const stopped = new Promise<undefined>((resolve) => {
      this.#stop.signal.addEventListener('abort', () => setTimeout(() => resolve(undefined), PATIENCE).unref());
    });
    const running = runAutomation(automation, email, {
      variables: asked.variables,
      dryRun: asked.mode === 'dry-run',
      signal: this.#stop.signal,
      loadFile,
      ...(asked.from !== undefined && { from: asked.from }),
      ...(asked.only !== undefined && { only: asked.only }),
      beforeStep: (step) => this.#hold(step),
      onEvent: (event) => this.#take(event),
      onValue: (value) => this.values.add(value),
    }).then(
      ({ ok, error }) => ({ ok, error: error && keptError(error) }),
      (error: unknown) => {
        this.#start.reject(error);
        return { ok: false, error: keptError(error) };
      },
    );
    const result = await Promise.race([running, stopped]);
    await this.#finish(result);
  }

  async #finish(result: { readonly ok: boolean; readonly error?: ErrorShown | undefined } | undefined): Promise<void> {
    const ms = Math.round(performance.now() - this.#began);
    const closing = this.#parts.email.close().catch(() => undefined);
    await Promise.race([closing, new Promise((resolve) => setTimeout(resolve, 300).unref())]);
    const isStopped = this.#stop.signal.aborted && result?.ok !== true;
    const state = result?.ok ? 'done' : isStopped ? 'stopped' : 'failed';
    this.#listed = { ...this.#listed, ms, ...(state === 'failed' && result?.error && { error: result.error }) };
    this.#state(state);
    this.#ended = true;
    await this.#parts.journal.end(this.#listed);
    this.#wake();
  }

  async #hold({ id, number, title, names }: StepAhead): Promise<void> {
    const why = this.#halt === 'start' ? 'start' : this.#breakpoints.has(id) ? 'breakpoint' : this.#halt;
    if (why === undefined || this.#stop.signal.aborted) return;
    this.#names = names;
    this.#tell({ event: 'paused', id, why, number, title: title as unknown as string });
    this.#state('paused');
    await new Promise<void>((resolve) => {
      this.#resume = resolve;
    });
    this.#resume = undefined;
    this.#names = undefined;
    if (this.#stop.signal.aborted) return;
    this.#tell({ event: 'resumed' });
    this.#state('running');
  }

  #take(event: RunEvent): void {
    // What a run that was left behind still says came too late.
    if (this.#ended) return;
    this.#start.resolve();
    if (event.event === 'caught') this.#listed = { ...this.#listed, handledErrors: this.#listed.handledErrors + 1 };
    this.#tell(event as unknown as Told);
  }

  #state(state: RunState): void {
    this.#listed = { ...this.#listed, state };
    this.#tell({ event: 'state', state });
    if (!this.#ended) void this.#parts.journal.note(this.listed);
  }

  #tell(told: Told): void {
    const line = { seq: ++this.#last, at: new Date().toISOString(), ...(kept(redactDeep(told)) as Told) } as RunLine;
    this.#ring.push(line);
    // A tenth at once: shifting an array of this size for every line would be slow.
    if (this.#ring.length > RING * 1.1) this.#ring = this.#ring.slice(-RING);
    this.#parts.journal.add(line);
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  #news(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}

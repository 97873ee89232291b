import { createHash, randomUUID } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { allSteps, loadCalls, parseAutomation, type Automation, type LoadFile } from '@mailwright/automation';
import { EmailError, say, type Email, type Logger, type Phrase } from '@mailwright/sdk';
import type { Fields, RunAsked, RunLine, RunListed, StepValues } from '../../api.ts';
import { runFolder } from '../automations/folder.ts';
import { History } from './history.ts';
import { LiveRun } from './live-run.ts';

/** Runs whose lines and values stay in memory after their end. */
const REMEMBERED = 3;
const MOST_AT_ONCE = 4;

export interface RunsOptions {
  /** The folder of automations. */
  readonly folder: string;
  /** Where journals are kept. */
  readonly data: string;
  readonly createEmail: (options: { readonly files: string; readonly log?: Logger }) => Email;
  /** Days for which values are kept on disk. */
  readonly keepValues: () => Promise<number>;
}

/** The runs of the editor: those that go on, and those that were. */
export class Runs {
  readonly #options: RunsOptions;
  readonly #history: History;
  /** Oldest first. */
  readonly #live = new Map<string, LiveRun>();
  #closed = false;

  constructor(options: RunsOptions) {
    this.#options = options;
    const place = createHash('sha256').update(resolve(options.folder)).digest('hex').slice(0, 16);
    this.#history = new History(join(options.data, 'editor', 'runs', place));
  }

  /** Errors: `automation.invalid`, `input.invalid`. */
  async start(asked: RunAsked): Promise<RunListed> {
    const running = [...this.#live.values()].filter(({ listed }) => isGoing(listed));
    if (this.#closed || running.length >= MOST_AT_ONCE)
      throw refused('runs', say`${{ count: MOST_AT_ONCE }} runs go on already`, say`Wait for one of them, or stop it.`);
    const path = await this.#path(asked.file);
    let live: LiveRun | undefined;
    const nothing = () => undefined;
    const log: Logger = { debug: nothing, info: nothing, warn: (text, data) => live?.warn(text, data) };
    const email = this.#options.createEmail({ files: runFolder(path), log });
    try {
      const automation = parseAutomation(await readFile(path, 'utf8'), asked.file, email.definitions);
      const loadFile = callsBeside(path);
      await refuseDestruction(automation, asked, email, loadFile);
      const listed = listedOf(automation, asked);
      const journal = await this.#history.begin(listed);
      live = new LiveRun(listed, asked, { automation, email, loadFile, history: this.#history, journal });
      await live.started;
    } catch (error) {
      await email.close();
      await live?.over;
      if (live) await this.#history.forget(live.listed.run);
      throw error;
    }
    this.#keep(live);
    return live.listed;
  }

  /** Newest first; errors in their own words. */
  async list(file?: string): Promise<readonly RunListed[]> {
    const kept = await this.#history.list(file);
    return kept.map((listed) => this.#live.get(listed.run)?.listed ?? listed);
  }

  /** Errors: `input.invalid` where there is no such run, or it is over or another process's. */
  going(run: string): LiveRun {
    const live = this.#live.get(run);
    if (!live || !isGoing(live.listed)) throw refused('run', say`this run is over`, say`Start it again.`);
    return live;
  }

  async *events(run: string, after: number, signal: AbortSignal): AsyncGenerator<RunLine> {
    const live = this.#live.get(run);
    if (live) return yield* live.events(after, signal);
    const listed = await this.#history.find(run);
    if (!listed) throw refused('run', say`there is no such run`, say`Choose one of the history.`);
    let seq = after;
    for await (const line of this.#history.lines(run, after)) {
      if (signal.aborted) return;
      seq = line.seq;
      yield line;
    }
    if (listed.state === 'interrupted') yield { seq: seq + 1, at: new Date().toISOString(), event: 'state', state: 'interrupted' };
  }

  names(run: string): Fields {
    return this.#live.get(run)?.names ?? {};
  }

  async values(run: string, step: string): Promise<StepValues> {
    const live = this.#live.get(run);
    if (live) return { values: live.values.of(step), kept: true };
    const kept = await this.#history.values(run);
    return { values: kept?.[step] ?? [], kept: kept !== undefined };
  }

  /** Stops what goes on, in order. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#live.values()].map((live) => live.stop()));
  }

  #keep(live: LiveRun): void {
    const { run } = live.listed;
    this.#live.set(run, live);
    const over = live.over.then(async () => {
      const ended = [...this.#live.entries()].filter(([, one]) => !isGoing(one.listed));
      for (const [old] of ended.slice(0, -REMEMBERED)) this.#live.delete(old);
      const days = await this.#options.keepValues();
      if (days > 0) await this.#history.keepValues(run, live.values.all());
      await this.#history.forgetValues(days);
    });
    // A disk that is full must not end the editor; the values are gone with the run then.
    over.catch(() => undefined);
  }

  /** Only a file of the opened folder, also where a link leads. */
  async #path(file: string): Promise<string> {
    const folder = await realpath(this.#options.folder);
    const wrong = refused('file', say`${{ file: JSON.stringify(file) }} is no automation of this folder`, say`Choose one of the list.`);
    if (!file.endsWith('.steps.yaml') || file.includes('\0')) throw wrong;
    const path = await realpath(join(folder, file)).catch(() => {
      throw wrong;
    });
    if (!path.startsWith(folder + sep)) throw wrong;
    return path;
  }
}

const isGoing = ({ state }: RunListed) => state === 'running' || state === 'paused' || state === 'stopping';

const refused = (path: string, problem: Phrase, cure: Phrase) => new EmailError('input.invalid', { path, problem, cure });

function listedOf({ name }: Automation, { file, mode }: RunAsked): RunListed {
  const startedAt = new Date().toISOString();
  const run = `${startedAt.replace(/\D/g, '').slice(0, 14)}-${randomUUID().slice(0, 8)}`;
  return { run, file, name, mode, state: 'running', startedAt, handledErrors: 0 };
}

/** A step that erases for good asks first: the author agreed, or it is refused. */
async function refuseDestruction(automation: Automation, asked: RunAsked, email: Email, loadFile: LoadFile): Promise<void> {
  if (asked.allowDestroy || asked.mode === 'dry-run') return;
  const { called } = await loadCalls(automation, email.definitions, loadFile);
  for (const { steps } of [automation, ...called.values()])
    for (const step of allSteps(steps))
      if (step.kind === 'action' && !step.off && step.definition.effect === 'destroy')
        throw refused(
          'allowDestroy',
          say`step ${{ step: step.number }} "${{ id: step.id }}" erases for good`,
          say`Agree to it, or try it as a dry run first.`,
        );
}

/** Reads what an automation calls: files of its own folder, also where a link leads. */
function callsBeside(path: string): LoadFile {
  return async (called) => {
    const folder = await realpath(dirname(path));
    const file = await realpath(join(folder, called));
    if (!file.startsWith(folder + sep)) throw new EmailError('attachment.unsafe_name', { name: called });
    return readFile(file, 'utf8');
  };
}

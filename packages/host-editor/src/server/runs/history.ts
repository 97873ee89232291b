import { createReadStream } from 'node:fs';
import { open, readFile, readdir, rename, rm, stat, utimes, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { makeFolder } from '@mailwright/sdk';
import type { RunLine, RunListed, StepValues } from '../../api.ts';

/** Runs kept for each automation. */
const KEPT = 50;
/** Bytes of one journal; beyond it only what matters most is written. */
const LARGEST = 100 * 1024 * 1024;
/** A run of another process that has not been touched for so many milliseconds is dead. */
const SILENT = 15_000;
const TOUCH = 4_000;
const PRIVATE = 0o600;
const DAY = 86_400_000;

interface Noted extends RunListed {
  readonly pid: number;
}

/** The runs of one folder of automations on disk: a note and a journal for each, for their owner's eyes only. */
export class History {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Newest first. A run whose process is gone is `interrupted`. */
  async list(file?: string): Promise<readonly RunListed[]> {
    const names = (await readdir(this.#folder).catch(() => [])).filter((name) => /^[\w-]+\.json$/.test(name));
    const all = await Promise.all(names.map((name) => this.find(name.slice(0, -'.json'.length))));
    const found = all.filter((one) => one !== undefined).filter((one) => file === undefined || one.file === file);
    return found.sort((one, other) => other.startedAt.localeCompare(one.startedAt));
  }

  async find(run: string): Promise<RunListed | undefined> {
    if (!/^[\w-]+$/.test(run)) return undefined;
    const path = join(this.#folder, `${run}.json`);
    try {
      const { pid, ...listed } = JSON.parse(await readFile(path, 'utf8')) as Noted;
      const over = !['running', 'paused', 'stopping'].includes(listed.state);
      if (over || (pid !== process.pid && isAlive(pid) && Date.now() - (await stat(path)).mtimeMs < SILENT)) return listed;
      const { mtimeMs } = await stat(join(this.#folder, `${run}.jsonl`)).catch(() => ({ mtimeMs: Date.parse(listed.startedAt) }));
      return { ...listed, state: 'interrupted', ms: Math.max(0, Math.round(mtimeMs - Date.parse(listed.startedAt))) };
    } catch {
      return undefined;
    }
  }

  /** The journal's lines after a number. A line that a killed process left half is the end. */
  async *lines(run: string, after: number, before = Infinity): AsyncGenerator<RunLine> {
    if (!/^[\w-]+$/.test(run)) return;
    const input = createReadStream(join(this.#folder, `${run}.jsonl`), 'utf8');
    try {
      for await (const text of createInterface({ input, crlfDelay: Infinity })) {
        const line = parsed(text);
        if (!line || line.seq >= before) return;
        if (line.seq > after) yield line;
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    } finally {
      input.destroy();
    }
  }

  async begin(listed: RunListed): Promise<Journal> {
    await makeFolder(this.#folder, 0o700);
    await this.#forgetOld(listed.file);
    const journal = await open(join(this.#folder, `${listed.run}.jsonl`), 'wx', PRIVATE);
    const path = join(this.#folder, `${listed.run}.json`);
    await note(path, listed);
    return new Journal(path, journal);
  }

  async keepValues(run: string, values: Readonly<Record<string, StepValues['values']>>): Promise<void> {
    await writeFile(join(this.#folder, `${run}.values`), JSON.stringify(values), { mode: PRIVATE });
  }

  async values(run: string): Promise<Readonly<Record<string, StepValues['values']>> | undefined> {
    if (!/^[\w-]+$/.test(run)) return undefined;
    const text = await readFile(join(this.#folder, `${run}.values`), 'utf8').catch(() => undefined);
    return text === undefined ? undefined : (JSON.parse(text) as Record<string, StepValues['values']>);
  }

  /** Removes kept values that are older than so many days. */
  async forgetValues(days: number): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      if (!name.endsWith('.values')) continue;
      const path = join(this.#folder, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
      if (Date.now() - mtimeMs >= days * DAY) await rm(path, { force: true });
    }
  }

  async forget(run: string): Promise<void> {
    for (const kind of ['json', 'jsonl', 'values']) await rm(join(this.#folder, `${run}.${kind}`), { force: true });
  }

  async #forgetOld(file: string): Promise<void> {
    const old = (await this.list(file)).filter(({ state }) => !['running', 'paused', 'stopping'].includes(state)).slice(KEPT - 1);
    for (const { run } of old) await this.forget(run);
  }
}

/** What one run writes down while it goes on. */
export class Journal {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #touch: NodeJS.Timeout;
  #size = 0;
  #waiting: string[] = [];
  #writing: Promise<void> | undefined;
  #noting: Promise<void> = Promise.resolve();

  constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
    this.#touch = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), TOUCH).unref();
  }

  add(line: RunLine): void {
    const isNews = line.event !== 'item' && (line.event !== 'step' || line.state === 'failed');
    if (this.#size > LARGEST && !isNews) return;
    const text = `${JSON.stringify(withoutTexts(line))}\n`;
    this.#size += text.length;
    this.#waiting.push(text);
    this.#writing ??= this.#write();
  }

  /** One after the other, or the note of an earlier state might win. */
  note(listed: RunListed): Promise<void> {
    this.#noting = this.#noting.then(() => note(this.#path, listed)).catch(() => undefined);
    return this.#noting;
  }

  async end(listed: RunListed): Promise<void> {
    clearInterval(this.#touch);
    await this.#writing;
    await this.#file.close().catch(() => undefined);
    await this.note(listed);
  }

  /** Lines that came while the disk was busy go out in one piece. A full disk ends the journal, never the run. */
  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const text = this.#waiting.join('');
      this.#waiting = [];
      await this.#file.appendFile(text).catch(() => undefined);
    }
    this.#writing = undefined;
  }
}

/** Texts of outputs may be people's mail: they are values, and not for the journal. A plan of a dry run is what it is for. */
function withoutTexts(line: RunLine): RunLine {
  if (line.event === 'end') return { ...line, outputs: {} };
  if (line.event !== 'step' || line.state === 'planned' || !line.output) return line;
  const output = Object.fromEntries(Object.entries(line.output).filter(([, value]) => typeof value !== 'string'));
  return { ...line, output };
}

function parsed(text: string): RunLine | undefined {
  try {
    return JSON.parse(text) as RunLine;
  } catch {
    return undefined;
  }
}

async function note(path: string, listed: RunListed): Promise<void> {
  const noted: Noted = { ...listed, pid: process.pid };
  await writeFile(`${path}.part`, JSON.stringify(noted), { mode: PRIVATE });
  await rename(`${path}.part`, path);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

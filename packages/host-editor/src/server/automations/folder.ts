import { createHash, randomUUID } from 'node:crypto';
import { lstat, open, readFile, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { makeFolder, say } from '@mailwright/sdk';
import { refusal } from '../errors.ts';

const ENDING = '.steps.yaml';
const LARGEST = 1024 * 1024;
/** Folders below the opened one, and files in all: a home folder opened by mistake must not hang the list. */
const DEEPEST = 5;
const MOST = 1000;
const SKIPPED = new Set(['node_modules', 'mailwright-files', 'mailwright-runs']);

/** Where the runs of an automation read and write files: beside it. */
export const runFolder = (path: string): string => join(dirname(path), 'mailwright-files');

export interface FileText {
  readonly text: string;
  readonly revision: string;
}

/** The opened folder: only *.steps.yaml inside it, by real path, are read or written. Errors: `input.invalid`. */
export class AutomationFolder {
  readonly root: string;
  /** One change of a file at a time, so that the revision that was looked at is the one that is replaced. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(root: string) {
    this.root = resolve(root);
  }

  async list(): Promise<string[]> {
    const found: string[] = [];
    const look = async (folder: string, depth: number): Promise<void> => {
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
        if (found.length >= MOST || entry.name.startsWith('.')) continue;
        const path = join(folder, entry.name);
        if (entry.isFile() && entry.name.endsWith(ENDING)) found.push(relative(this.root, path).split(sep).join('/'));
        else if (entry.isDirectory() && depth < DEEPEST && !SKIPPED.has(entry.name)) await look(path, depth + 1);
      }
    };
    await look(this.root, 0);
    return found;
  }

  async read(file: string): Promise<FileText> {
    const path = await this.pathOf(file);
    const { size } = await stat(path).catch(() => {
      throw refusal('file', say`there is no automation ${{ file }}`, say`Choose one of the list; it may have been renamed or removed.`);
    });
    if (size > LARGEST) throw refusal('file', say`${{ file }} is larger than 1 MB`, say`Split it: call other automations from this one.`);
    const bytes = await readFile(path);
    return { text: bytes.toString('utf8'), revision: revisionOf(bytes) };
  }

  /** Replaces a file whole or not at all. Answers undefined where it is no longer of that revision. */
  save(file: string, revision: string, text: string): Promise<FileText | undefined> {
    return this.#turn(file, async () => {
      const now = await this.read(file);
      if (now.revision !== revision) return undefined;
      const path = await this.pathOf(file);
      const bytes = sized(text);
      await write(path, bytes, (await stat(path)).mode);
      return { text, revision: revisionOf(bytes) };
    });
  }

  /** Makes a file under a name that is still free. Answers the name. */
  create(name: string, text: string): Promise<string> {
    return this.#turn('', async () => {
      const bytes = sized(text);
      for (let number = 1; ; number++) {
        const file = `${slug(name)}${number === 1 ? '' : `-${String(number)}`}${ENDING}`;
        const path = await this.pathOf(file);
        if (await lstat(path).catch(() => undefined)) continue;
        await write(path, bytes, 0o644);
        return file;
      }
    });
  }

  remove(file: string): Promise<void> {
    return this.#turn(file, async () => {
      await this.read(file);
      await rm(await this.pathOf(file));
    });
  }

  /** The real path of an automation. No symbolic link leads out of the folder, nor is the file itself one. */
  async pathOf(file: string): Promise<string> {
    const parts = file.split('/');
    const wrong = parts.some((part) => part === '' || part.startsWith('.') || /[\\:\0]/.test(part) || /[. ]$/.test(part));
    if (wrong || !file.endsWith(ENDING) || file === ENDING)
      throw refusal(
        'file',
        say`${{ file: JSON.stringify(file) }} is no automation of this folder`,
        say`Its name ends with ${{ ending: ENDING }}, and it stands in the opened folder.`,
      );
    const path = join(this.root, ...parts);
    const [root, folder] = await Promise.all([realpath(this.root), realpath(dirname(path)).catch(() => undefined)]);
    const outside = folder === undefined || (folder !== root && !folder.startsWith(root + sep));
    const link = (await lstat(path).catch(() => undefined))?.isFile() === false;
    if (outside || link)
      throw refusal('file', say`${{ file }} leads out of the opened folder`, say`Open the folder where the file really is.`);
    return join(folder, parts.at(-1) ?? '');
  }

  #turn<T>(file: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(file) ?? Promise.resolve()).then(work, work);
    const done = turn.then(
      () => undefined,
      () => undefined,
    );
    this.#turns.set(file, done);
    void done.then(() => this.#turns.get(file) === done && this.#turns.delete(file));
    return turn;
  }
}

const revisionOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('base64url');

function sized(text: string): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length > LARGEST)
    throw refusal('text', say`the automation is larger than 1 MB`, say`Split it: call other automations from this one.`);
  return bytes;
}

export async function write(path: string, bytes: Buffer, mode: number): Promise<void> {
  await makeFolder(dirname(path));
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    const handle = await open(temporary, 'wx', mode);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** A file name that every system takes, made of a name for people. */
export function slug(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const made = plain
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return made === '' || /^(con|prn|aux|nul|com\d|lpt\d)$/.test(made) ? `automation${made === '' ? '' : `-${made}`}` : made;
}

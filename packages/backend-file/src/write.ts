import { createWriteStream } from 'node:fs';
import { copyFile, rename, rm, stat, unlink, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EmailError, type Done, type Flag, type Marks, type MessageRef, type Moved } from '@mailwright/core';
import { counted } from '@mailwright/network';
import type { Directory } from './directory.ts';
import { codeOf, placeFile, syncFolder } from './disk.ts';
import { toEmailError } from './errors.ts';
import type { Kind, Spot, Wish } from './kind.ts';
import type { Place, Stored } from './stored.ts';

/**
 * What changes files. A new file is written whole under a name that nobody takes for a message, and then gets its own; no file is ever
 * replaced. What happens to a message happens at once: a process that ends in the middle leaves it whole, in one place or in both.
 */
export class Writer {
  readonly #shelf: Directory;
  readonly #kind: Kind;

  constructor(shelf: Directory, kind: Kind) {
    this.#shelf = shelf;
    this.#kind = kind;
  }

  async move(refs: readonly MessageRef[], to: Place): Promise<Moved[]> {
    const results = await each(refs, async (ref): Promise<Moved> => {
      if (ref.folder === to.folder.path) return { from: ref, to: await this.#shelf.during(ref, ({ ref: same }) => Promise.resolve(same)) };
      const { id } = await this.#shelf.during(ref, (stored) => this.#take(stored, to));
      this.#shelf.note(ref);
      return { from: ref, to: { folder: to.folder.path, id } };
    });
    return results.map(({ ref, value, error }) => value ?? { from: ref, ...(error && { error }) });
  }

  async copy(refs: readonly MessageRef[], to: Place): Promise<Moved[]> {
    const results = await each(refs, async (ref): Promise<Moved> => {
      const spot = await this.#shelf.during(ref, async (stored) => {
        const temporary = this.#kind.temporary(to);
        try {
          await copyFile(stored.file, temporary);
          const { mtime } = await stat(stored.file);
          // The copy arrived when the first one did; in a folder of files it is the newest one.
          if (this.#kind.marks) await utimes(temporary, mtime, mtime);
          return await this.#place(temporary, to, { like: stored, fresh: true });
        } finally {
          await rm(temporary, { force: true });
        }
      });
      return { from: ref, to: { folder: to.folder.path, id: spot.id } };
    });
    return results.map(({ ref, value, error }) => value ?? { from: ref, ...(error && { error }) });
  }

  async mark(refs: readonly MessageRef[], { seen, flagged, answered }: Marks, locate: (folder: string) => Promise<Place>): Promise<Done[]> {
    const wanted = Object.entries({ seen, flagged, answered }).filter(([, value]) => value !== undefined) as [Flag, boolean][];
    const results = await each(refs, async (ref) => {
      await this.#shelf.during(ref, async (stored) => {
        const flags = new Set(stored.flags);
        for (const [flag, value] of wanted) flags[value ? 'add' : 'delete'](flag);
        const name = this.#kind.marked?.(await locate(ref.folder), stored, [...flags]) ?? stored.file;
        if (name !== stored.file) await rename(stored.file, name);
        this.#shelf.note(ref, { ...stored, file: name, flags: [...flags] });
      });
    });
    return results.map(({ ref, error }) => ({ ref, ...(error && { error }) }));
  }

  async erase(refs: readonly MessageRef[]): Promise<Done[]> {
    const results = await each(refs, async (ref) => {
      await this.#shelf.during(ref, ({ file }) => unlink(file));
      this.#shelf.note(ref);
    });
    return results.map(({ ref, error }) => ({ ref, ...(error && { error }) }));
  }

  /** Errors: `input.invalid` where there are not `size` bytes, `folder.disk`; then nothing is left of them. */
  async append(to: Place, raw: Readable, size: number, flags: readonly Flag[]): Promise<MessageRef> {
    const temporary = this.#kind.temporary(to);
    try {
      await pipeline(counted(raw, size), createWriteStream(temporary, { flags: 'wx', flush: true, mode: 0o600 }));
      const { id } = await this.#place(temporary, to, { flags });
      return { folder: to.folder.path, id };
    } catch (error) {
      throw toEmailError(error, to.directory);
    } finally {
      raw.destroy();
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  /** Out of its folder into another. */
  async #take(stored: Stored, to: Place): Promise<Spot> {
    try {
      const spot = await this.#claim(stored.file, to, { like: stored });
      if (spot.both) await unlink(stored.file);
      await Promise.all([syncFolder(dirname(spot.file)), syncFolder(dirname(stored.file))]);
      return spot;
    } catch (error) {
      if (codeOf(error) !== 'EXDEV') throw error;
    }
    // Another disk is mounted below.
    const temporary = this.#kind.temporary(to);
    try {
      await copyFile(stored.file, temporary);
      const spot = await this.#place(temporary, to, { like: stored });
      await unlink(stored.file);
      return spot;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async #place(temporary: string, to: Place, wish: Wish & { readonly fresh?: boolean }): Promise<Spot> {
    const spot = await this.#claim(temporary, to, wish);
    await syncFolder(dirname(spot.file));
    return spot;
  }

  async #claim(file: string, to: Place, wish: Wish & { readonly fresh?: boolean }): Promise<Spot & { readonly both: boolean }> {
    for (const spot of this.#kind.spots(to, wish))
      try {
        return { ...spot, both: (await placeFile(file, spot.file)) === 'both' };
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
        // It was linked there by a process that ended before it could go from here.
        if (await isSame(file, spot.file)) return { ...spot, both: true };
      }
    throw new EmailError('internal.bug', { where: 'backend-file', problem: 'no name was left' });
  }
}

async function isSame(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([stat(one, { bigint: true }), stat(other, { bigint: true })]);
  return a.ino === b.ino && a.dev === b.dev && a.ino !== 0n;
}

interface Outcome<T> {
  readonly ref: MessageRef;
  readonly value?: T;
  readonly error?: EmailError;
}

/** One after the other, each with its own result. */
async function each<T>(refs: readonly MessageRef[], work: (ref: MessageRef) => Promise<T>): Promise<Outcome<T>[]> {
  const results: Outcome<T>[] = [];
  for (const ref of refs)
    try {
      results.push({ ref, value: await work(ref) });
    } catch (error) {
      results.push({ ref, error: EmailError.from(toEmailError(error, ref.folder), 'mail files') });
    }
  return results;
}

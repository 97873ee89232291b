import { createHash, randomUUID } from 'node:crypto';
import { constants, createReadStream, createWriteStream } from 'node:fs';
import { access, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { placeFile, syncFolder } from '@mailwright/backend-file';
import { EmailError, makeFolder, type FileStore, type Overwrite, type SavedFile } from '@mailwright/core';
import { diskError } from './disk-error.ts';
import { numbered, safeName } from './safe-name.ts';

/** A FileStore confined to one folder of the disk, which is made when the first file comes. */
export function diskFiles(folder: string): FileStore {
  const root = resolve(folder);
  return {
    save: (name, content, options) =>
      save(root, name, content, options?.overwrite ?? 'number').catch((error: unknown) => {
        content.destroy();
        throw diskError(error, name);
      }),
    open: async (path) => {
      const file = await inside(root, path);
      const found = await stat(file).catch(() => undefined);
      if (!found?.isFile()) throw new EmailError('attachment.not_found', { path });
      await access(file, constants.R_OK).catch((error: unknown) => {
        throw diskError(error, path);
      });
      return { content: Readable.from(reading(file, path), { objectMode: false }), size: found.size };
    },
  };
}

async function* reading(file: string, path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(file) as AsyncIterable<Buffer>;
  } catch (error) {
    throw diskError(error, path);
  }
}

async function save(folder: string, name: string, content: Readable, overwrite: Overwrite): Promise<SavedFile> {
  // The last one is the file's own name, whatever it is: `to/.` is no file beside the folder `to`.
  const own = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  const levels = name
    .slice(0, name.length - own.length)
    .split(/[/\\]/)
    .filter((level) => level !== '' && level !== '.');
  if (own === '..' || levels.includes('..') || isAbsolute(name)) throw new EmailError('attachment.unsafe_name', { name });
  await makeFolder(folder);
  const root = await realpath(folder);
  const target = await inside(root, join(...levels.map(safeName), '.'));
  await makeFolder(target);
  const wanted = safeName(own);
  const existing = await sameName(target, wanted);
  if (existing !== undefined && overwrite !== 'number' && overwrite !== 'replace') {
    content.destroy();
    const path = toPath(root, join(target, existing));
    if (overwrite === 'fail') throw new EmailError('attachment.exists', { path });
    return { path, ...(await digest(join(target, existing))), skipped: true };
  }
  // The temporary file is in the same folder: a rename never crosses file systems.
  const temporary = join(target, `.${randomUUID()}.part`);
  try {
    const written = await write(temporary, content);
    const final = overwrite === 'replace' ? await replace(temporary, target, existing ?? wanted) : await place(temporary, target, wanted);
    await syncFolder(target);
    return { path: toPath(root, final), ...written };
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Writes and syncs; answers what was written. */
async function write(path: string, content: Readable): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  let size = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  await pipeline(content, count, createWriteStream(path, { flags: 'wx', flush: true }));
  return { size, sha256: hash.digest('hex') };
}

/** Gives the file its name without ever replacing another: the next free number if the name is taken, without regard to case. */
async function place(temporary: string, folder: string, wanted: string): Promise<string> {
  const taken = new Set((await readdir(folder)).map((name) => name.toLowerCase()));
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : numbered(wanted, number);
    if (taken.has(name.toLowerCase())) continue;
    try {
      await placeFile(temporary, join(folder, name));
      return join(folder, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      taken.add(name.toLowerCase());
    }
  }
}

async function replace(temporary: string, folder: string, name: string): Promise<string> {
  const final = join(folder, name);
  await rename(temporary, final);
  return final;
}

async function sameName(folder: string, wanted: string): Promise<string | undefined> {
  return (await readdir(folder)).find((name) => name.toLowerCase() === wanted.toLowerCase());
}

async function digest(path: string): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk as Buffer);
    size += (chunk as Buffer).length;
  }
  return { size, sha256: hash.digest('hex') };
}

/** The real path of something in the folder. Errors: `attachment.unsafe_name` where it, or a link on the way, leads out. */
async function inside(root: string, path: string): Promise<string> {
  const unsafe = new EmailError('attachment.unsafe_name', { name: path });
  const wanted = resolve(root, path);
  if (!contains(root, wanted)) throw unsafe;
  const [realRoot, real] = await Promise.all([truePath(root), truePath(wanted)]);
  if (!contains(realRoot, real)) throw unsafe;
  return real;
}

const contains = (root: string, path: string) => path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);

/** realpath that also takes what is not there yet: its nearest existing parent counts. */
async function truePath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await truePath(parent), relative(parent, path));
  }
}

const toPath = (root: string, file: string) => relative(root, file).split(sep).join('/');

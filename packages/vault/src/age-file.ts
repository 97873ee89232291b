import { randomUUID } from 'node:crypto';
import { lstat, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmailError, Secret, makeFolder, type VaultProvider } from '@mailwright/core';
import { z } from 'zod';
import { dataFolder } from './data-folder.ts';
import { keyMissing } from './kind.ts';
import { ANYTHING, refuseOthers } from './own-file.ts';

type Entries = Readonly<Record<string, string>>;
/** What is sealed in the file. */
const Sealed = z.record(z.string(), z.string());

/** How long another process may hold the vault while it writes, in milliseconds. */
const LOCK_FOR = 10_000;

/** Loaded when it is needed: a bot without secrets of its own need not hold it in memory. */
const age = () => import('age-encryption');

/**
 * The default vault: one file encrypted with age (age-encryption.org/v1) to an X25519 identity in a file beside it, both for their
 * owner alone. Errors: `vault.*`; `vault.locked` for another identity or a damaged file, `vault.unsafe_file` for a looser mode or a link.
 */
export function fileVault(folder: string = dataFolder()): VaultProvider {
  const files = { vault: join(folder, 'vault.age'), identity: join(folder, 'vault.key'), lock: join(folder, 'vault.lock') };
  const entries = () => reaching(folder, () => entriesOf(files));
  const change = (edit: (entries: Entries) => Entries) =>
    reaching(folder, () => underLock(files.lock, async () => write(files, edit(await entriesOf(files)))));
  return {
    id: 'file',
    async read(key) {
      const all = await entries();
      const value = all[key];
      if (value === undefined) throw missing(key, all);
      return new Secret(value);
    },
    list: async () => Object.keys(await entries()).sort(),
    set: (key, value) => change((all) => ({ ...all, [key]: value.reveal() })),
    remove: (key) =>
      change((all) => {
        if (all[key] === undefined) throw missing(key, all);
        return Object.fromEntries(Object.entries(all).filter(([one]) => one !== key));
      }),
  };
}

/** What the file system refuses is told as what it is for a vault. */
async function reaching<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (EmailError.is(error) || code === undefined) throw error;
    throw new EmailError(
      'vault.unreachable',
      { vault: 'file', problem: `its folder ${folder} cannot be used (${code}).` },
      { cause: error },
    );
  }
}

const missing = (key: string, entries: Entries) => keyMissing('file', key, Object.keys(entries), `mailwright vault set file/${key}`);

interface Files {
  readonly vault: string;
  readonly identity: string;
}

async function entriesOf({ vault, identity }: Files): Promise<Entries> {
  const sealed = await readSafely(vault);
  if (!sealed) return Object.create(null) as Entries;
  const key = await readSafely(identity);
  if (!key) throw new EmailError('vault.locked', { vault: 'file', problem: `its key file ${identity} is missing.` });
  const { Decrypter, armor } = await age();
  const decrypter = new Decrypter();
  const locked = (problem: string, cause: unknown) => new EmailError('vault.locked', { vault: 'file', problem }, { cause });
  try {
    for (const one of identitiesOf(key)) decrypter.addIdentity(one);
  } catch (error) {
    throw locked(`its key file ${identity} holds no key of age.`, error);
  }
  try {
    const bytes = sealed.toString('latin1').startsWith('-----BEGIN AGE') ? armor.decode(sealed.toString('utf8')) : sealed;
    return Object.assign(Object.create(null) as object, Sealed.parse(JSON.parse(await decrypter.decrypt(bytes, 'text'))));
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('no identity')) throw locked(`${identity} does not open ${vault}.`, error);
    throw locked(`${vault} is damaged or no vault of Mailwright; only a copy of it, or a new one, helps.`, error);
  }
}

async function write({ vault, identity }: Files, entries: Entries): Promise<void> {
  const { Encrypter, generateIdentity, identityToRecipient } = await age();
  await makeFolder(dirname(vault), 0o700);
  let key = await readSafely(identity);
  if (key === undefined) await writeWhole(identity, (key = Buffer.from(`${await generateIdentity()}\n`)));
  const encrypter = new Encrypter();
  for (const one of identitiesOf(key)) encrypter.addRecipient(await identityToRecipient(one));
  await writeWhole(vault, Buffer.from(await encrypter.encrypt(JSON.stringify(entries))));
}

/** One on each line, comments between them, as age-keygen writes it. */
const identitiesOf = (key: Buffer): string[] =>
  key
    .toString('utf8')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

/** Undefined when there is no such file. */
async function readSafely(path: string): Promise<Buffer | undefined> {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (!found) return undefined;
  if (!found.isFile()) throw new EmailError('vault.unsafe_file', { path, problem: 'it is a link or no plain file.' });
  refuseOthers(path, found, ANYTHING);
  return readFile(path);
}

async function writeWhole(path: string, content: Buffer): Promise<void> {
  const temporary = `${path}.${randomUUID()}.part`;
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
}

/** A file created exclusively; one that its owner left behind (killed while writing) is stale after the time a write may take. */
async function underLock<T>(lock: string, work: () => Promise<T>): Promise<T> {
  await makeFolder(dirname(lock), 0o700);
  for (;;) {
    const handle = await open(lock, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
      // Windows answers EPERM while the last owner's file is being removed.
      if (error.code !== 'EEXIST' && error.code !== 'EPERM') throw error;
    });
    if (handle) {
      await handle.close();
      try {
        return await work();
      } finally {
        await rm(lock, { force: true });
      }
    }
    const age = Date.now() - ((await stat(lock).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (age > LOCK_FOR) await rm(lock, { force: true });
    await sleep(20 + Math.random() * 30);
  }
}

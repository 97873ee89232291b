import { randomUUID } from 'node:crypto';
import { link, lstat, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EmailError, makeFolder } from '@mailwright/core';

/** Modes of folder and file, and whom they must not let in: everybody else, or everybody who is not of the group. */
const ALONE = { folder: 0o700, file: 0o600, others: 0o077 };
const GROUP = { folder: 0o2770, file: 0o660, others: 0o007 };
const SETGID = 0o2000;

/**
 * The path of a file in a folder, both made where they are not there, for their owner alone or for the folder's group. A folder for a
 * group is made by an administrator, with the group that is to use it. On Windows access lists protect both, not modes. Errors:
 * `vault.unsafe_file` for a looser mode or a link, `vault.unreachable` where this user is not let in.
 */
export async function safeFile(folder: string, name: string, group: boolean): Promise<string> {
  const path = join(folder, name);
  const modes = group ? GROUP : ALONE;
  try {
    if (!group) await makeFolder(folder, modes.folder);
    await check(folder, 'folder', modes.others, group);
    await make(path, modes.file);
    await check(path, 'file', modes.others, false);
    return path;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM')
      throw new EmailError('vault.unreachable', { vault: 'tokens', problem: `this user is not let into ${folder}.` }, { cause: error });
    if (code === 'ENOENT')
      throw new EmailError('vault.unreachable', { vault: 'tokens', problem: `there is no folder ${folder}.` }, { cause: error });
    throw error;
  }
}

/** It appears with its mode, whatever the process forbids (umask): another user may open it at once. */
async function make(path: string, mode: number): Promise<void> {
  if (await lstat(path).catch(() => undefined)) return;
  if (process.platform === 'win32') return (await open(path, 'a')).close();
  const fresh = `${path}.${randomUUID()}`;
  const file = await open(fresh, 'wx', mode);
  await file.chmod(mode);
  await file.close();
  await link(fresh, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(fresh);
}

async function check(path: string, kind: 'folder' | 'file', others: number, inherits: boolean): Promise<void> {
  const found = await lstat(path);
  if (kind === 'file' ? !found.isFile() : !found.isDirectory())
    throw new EmailError('vault.unsafe_file', { path, problem: 'it is a link or of another kind.' });
  if (process.platform === 'win32') return;
  if ((found.mode & others) !== 0)
    throw new EmailError('vault.unsafe_file', { path, problem: `its mode ${(found.mode & 0o7777).toString(8)} lets others in.` });
  // Elsewhere files get the group of their folder without it.
  if (inherits && process.platform === 'linux' && (found.mode & SETGID) === 0)
    throw new EmailError('vault.unsafe_file', {
      path,
      problem: 'files in it would not belong to its group: the set-group-ID bit is missing.',
    });
}

import type { Stats } from 'node:fs';
import { EmailError } from '@mailwright/core';

/** What nobody but the owner may do with a file of secrets. */
export const ANYTHING = 0o077;
/** What others may do with a file that says which programs run: read it at most. */
export const WRITING = 0o022;
/** The same of a folder that a group shares: its members may. */
export const WRITING_BY_STRANGERS = 0o002;

/**
 * Refuses a file that others could have written or, by `others`, use in a way that they must not; who owns it must be this user or
 * root, as OpenSSH wants it of its own settings. On Windows the profile's access rules protect it, not a mode. Errors: `vault.unsafe_file`.
 */
export function refuseOthers(path: string, found: Stats, others: number): void {
  refuseMode(path, found, others);
  // Root reads whatever it is given, such as the files of a user that a container was started with.
  const us = process.getuid?.() ?? 0;
  if (us !== 0 && found.uid !== 0 && found.uid !== us)
    throw new EmailError('vault.unsafe_file', { path, problem: 'it belongs to another user.' });
}

/** The same, whoever owns it: of what several users share. */
export function refuseMode(path: string, found: Stats, others: number): void {
  if (process.platform === 'win32') return;
  if ((found.mode & others) !== 0) {
    const may = (found.mode & others & WRITING) === 0 ? 'lets others in' : 'lets others write to it';
    throw new EmailError('vault.unsafe_file', { path, problem: `its mode ${(found.mode & 0o777).toString(8)} ${may}.` });
  }
}

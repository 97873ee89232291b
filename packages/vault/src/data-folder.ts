import { statSync, type Stats } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { EmailError, say } from '@mailwright/core';
import { WRITING, WRITING_BY_STRANGERS, refuseMode, refuseOthers } from './own-file.ts';

/** The user's own folder for vault, saved sessions and the like; MAILWRIGHT_HOME moves it. */
export function dataFolder(): string {
  const { MAILWRIGHT_HOME, APPDATA, XDG_DATA_HOME } = process.env;
  if (MAILWRIGHT_HOME) return MAILWRIGHT_HOME;
  if (process.platform === 'win32') return join(APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'mailwright');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'mailwright');
  return join(XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'mailwright');
}

/**
 * Refuses a data folder that others could write to: what they put there would say where logins go and which programs run. That it is not
 * there yet is no fault. In a folder that a group shares its members may write, whoever owns it. Errors: `vault.unsafe_file`;
 * `input.invalid` for what is no folder.
 */
export function checkDataFolder(shared?: string): void {
  const home = dataFolder();
  for (const path of [home, join(home, 'sessions'), join(home, 'connections')]) {
    const found = folderAt(path, 'MAILWRIGHT_HOME');
    if (found) refuseOthers(path, found, WRITING);
  }
  for (const path of shared === undefined ? [] : [shared, join(shared, 'connections')]) {
    const found = folderAt(path, 'MAILWRIGHT_SHARED');
    if (found) refuseMode(path, found, WRITING_BY_STRANGERS);
  }
}

function folderAt(path: string, variable: string): Stats | undefined {
  try {
    const found = statSync(path);
    if (found.isDirectory()) return found;
  } catch (error) {
    // What cannot be looked at for another reason is told by whoever reads it.
    if ((error as NodeJS.ErrnoException).code !== 'ENOTDIR') return undefined;
  }
  throw new EmailError('input.invalid', {
    path: variable,
    problem: say`${{ path }} is no folder`,
    cure: say`Let ${{ variable }} name a folder, or leave it out.`,
  });
}

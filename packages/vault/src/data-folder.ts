import { homedir } from 'node:os';
import { join } from 'node:path';

/** The user's own folder for vault, saved sessions and the like; MAILWRIGHT_HOME moves it. */
export function dataFolder(): string {
  const { MAILWRIGHT_HOME, APPDATA, XDG_DATA_HOME } = process.env;
  if (MAILWRIGHT_HOME) return MAILWRIGHT_HOME;
  if (process.platform === 'win32') return join(APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'mailwright');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'mailwright');
  return join(XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'mailwright');
}

import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it, and answers the uppermost that it made; undefined where all were there. `mode` is that of each
 * new folder, less the umask; Windows has none. Errors: those of mkdir(2).
 *
 * Node's own `recursive` never ends where the folder above is there and yet nothing can be made in it (ENOENT below /proc): it goes up
 * and down for good.
 */
export async function makeFolder(path: string, mode = 0o777): Promise<string | undefined> {
  const whole = resolve(path);
  try {
    return await make(whole, mode);
  } catch (error) {
    const above = dirname(whole);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === whole) throw error;
    const first = await makeFolder(above, mode);
    const last = await make(whole, mode);
    return first ?? last;
  }
}

/** Undefined where it is there, perhaps since another program made it meanwhile. */
async function make(path: string, mode: number): Promise<string | undefined> {
  try {
    await mkdir(path, { mode });
    return path;
  } catch (error) {
    // Windows answers EPERM for the root of a drive.
    if ((await stat(path).catch(() => undefined))?.isDirectory()) return undefined;
    throw error;
  }
}

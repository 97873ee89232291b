import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { FileListed } from '../../api.ts';
import { runFolder, type AutomationFolder } from './folder.ts';

const MOST = 1000;
const DEEPEST = 5;

/** What stands in the folder that runs of an automation read and write; links are left out, since they may lead elsewhere. */
export async function filesOf(folder: AutomationFolder, file: string): Promise<readonly FileListed[]> {
  const root = runFolder(await folder.pathOf(file));
  const found: FileListed[] = [];
  const look = async (inside: string, depth: number): Promise<void> => {
    const entries = await readdir(join(root, inside), { withFileTypes: true }).catch(() => []);
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (found.length >= MOST || entry.name.startsWith('.')) continue;
      const path = posix.join(inside, entry.name);
      if (entry.isFile()) found.push({ path, kind: 'file' });
      if (!entry.isDirectory()) continue;
      found.push({ path, kind: 'folder' });
      if (depth < DEEPEST) await look(path, depth + 1);
    }
  };
  await look('', 1);
  return found;
}

import { chmod, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConnectionStore } from '@mailwright/auth';
import { EmailError } from '@mailwright/core';
import { ownFolder, plainSecret, writeWhole } from './disk.ts';

export interface DiskConnections extends ConnectionStore {
  set(name: string, connection: unknown): Promise<void>;
  remove(name: string): Promise<void>;
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._@-]{0,99}$/u;

/** Whom the connections of a folder are for: its owner, or a group, whose members read what its owner sets up. */
const MODES = { alone: { folder: 0o700, file: 0o600 }, group: { folder: 0o2750, file: 0o640 } };

/** One JSON file for each connection. */
export function diskConnections(folder: string, whom: keyof typeof MODES = 'alone'): DiskConnections {
  const modes = MODES[whom];
  const path = (name: string) => {
    if (NAME.test(name)) return join(folder, `${encodeURIComponent(name)}.json`);
    throw new EmailError('input.invalid', {
      path: 'connection',
      problem: `"${name}" is no name of a connection`,
      cure: 'Use up to 100 letters, digits, blanks, and . _ @ -, beginning with a letter or digit.',
    });
  };
  return {
    async get(name) {
      const text = await readFile(path(name), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw new EmailError(
          'vault.unreachable',
          { vault: 'connections', problem: `${folder} cannot be read (${error.code}).` },
          { cause: error },
        );
      });
      return text === undefined ? undefined : (JSON.parse(text) as unknown);
    },
    async names() {
      const files = await readdir(folder).catch(() => []);
      return files
        .filter((file) => file.endsWith('.json'))
        .map((file) => decodeURIComponent(file.slice(0, -5)))
        .sort();
    },
    async set(name, connection) {
      const to = path(name);
      const field = plainSecret(connection);
      if (field !== undefined) throw new EmailError('session.insecure_secret', { session: name, field });
      if ((await ownFolder(folder, modes.folder)) !== undefined) await chmod(folder, modes.folder);
      await writeWhole(to, `${JSON.stringify(connection, undefined, 2)}\n`, modes.file);
    },
    remove: (name) => rm(path(name), { force: true }),
  };
}

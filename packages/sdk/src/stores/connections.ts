import { randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConnectionStore } from '@mailwright/auth';
import { EmailError } from '@mailwright/core';

export interface DiskConnections extends ConnectionStore {
  set(name: string, connection: unknown): Promise<void>;
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._@-]{0,99}$/u;

/** One JSON file for each connection. */
export function diskConnections(folder: string): DiskConnections {
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
        if (error.code !== 'ENOENT') throw error;
        return undefined;
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
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const temporary = `${to}.${randomUUID()}.part`;
      await writeFile(temporary, `${JSON.stringify(connection, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
      await rename(temporary, to);
    },
  };
}

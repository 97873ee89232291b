import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmailError, Secret, say, type Log, type TokenRecord, type TokenStore } from '@mailwright/core';
import { safeFile } from './safe-file.ts';

/** Milliseconds that one process waits for another: longer than a refresh may take. */
const PATIENCE = 30_000;
const SQLITE_BUSY = 5;
const ALGORITHM = 'aes-256-gcm';

export interface TokenFolder {
  readonly folder: string;
  /** For a group of users of this machine, in a folder that an administrator made for them; for its owner alone if left out. */
  readonly group?: boolean;
  /** 32 bytes; asked for when the first record is sealed or opened. */
  key(): Promise<Buffer>;
  readonly log: Log;
  /** Milliseconds; PATIENCE if left out. */
  readonly patience?: number;
}

/**
 * Records in a folder, one SQLite file each, sealed. An exclusive transaction is held while a record changes, the question to the
 * provider included: the kernel frees it when a process is killed, on Windows too. Errors: `vault.lock_timeout`, `vault.unsafe_file`,
 * `vault.locked` for another sealing key.
 */
export function tokensOnDisk(options: TokenFolder): TokenStore {
  /** What could not be written: the stored one is dead at a provider that rotates. */
  const unsaved = new Map<string, TokenRecord>();
  const within = async <T>(
    key: string,
    exclusive: boolean,
    work: (db: DatabaseSync) => Promise<T> | T,
    { signal, wait = options.patience ?? PATIENCE }: { readonly signal?: AbortSignal | undefined; readonly wait?: number } = {},
  ): Promise<T> => {
    const path = await safeFile(options.folder, `${key}.db`, options.group === true);
    // Loaded when it is needed: a bot that signs in with a password need not hold it in memory.
    const { DatabaseSync } = await import('node:sqlite');
    const db = new DatabaseSync(path, { timeout: 0 });
    try {
      await begin(db, exclusive, wait, signal);
      return await work(db);
    } finally {
      db.close();
    }
  };
  // Made by one process alone, if it has to be made.
  let found: Promise<Buffer> | undefined;
  const sealingKey = () => {
    found ??= within('sealing-key', true, () => options.key());
    found.catch(() => (found = undefined));
    return found;
  };
  const read = async (db: DatabaseSync) => unseal(db, await sealingKey(), options.folder);
  return {
    async load(key, waiting) {
      if (unsaved.has(key)) return known(unsaved.get(key));
      if (!(await exists(join(options.folder, `${key}.db`)))) return undefined;
      return known(await within(key, false, read, waiting));
    },
    change: (key, work, signal) =>
      within(
        key,
        true,
        async (db) => {
          const found = known(unsaved.get(key) ?? (await read(db)));
          const record = known(await work(found)) as TokenRecord;
          if (record === found && !unsaved.has(key)) return record;
          try {
            db.prepare('INSERT OR REPLACE INTO record (id, sealed) VALUES (1, ?)').run(seal(record, await sealingKey()));
            db.exec('COMMIT');
            unsaved.delete(key);
          } catch (error) {
            unsaved.set(key, record);
            const { message: problem } = EmailError.from(error, 'tokens');
            options.log.warn(say`A renewed sign-in could not be stored, and the stored one may be dead: ${{ problem }}`);
          }
          return record;
        },
        { signal },
      ),
    async remove(key) {
      unsaved.delete(key);
      if (!(await exists(join(options.folder, `${key}.db`)))) return;
      // The file stays: another process may have it open.
      await within(key, true, (db) => db.exec('DELETE FROM record; COMMIT'));
    },
  };
}

/** For the life of the process. */
export function tokensInMemory(): TokenStore {
  const records = new Map<string, TokenRecord>();
  let last: Promise<unknown> = Promise.resolve();
  return {
    load: (key) => Promise.resolve(records.get(key)),
    change(key, work) {
      const next = last.then(async () => {
        const record = known(await work(records.get(key))) as TokenRecord;
        records.set(key, record);
        return record;
      });
      last = next.catch(() => undefined);
      return next;
    },
    remove: (key) => Promise.resolve(void records.delete(key)),
  };
}

/** Makes what is in it unprintable. */
function known(record: TokenRecord | undefined): TokenRecord | undefined {
  for (const value of [record?.accessToken, record?.refreshToken]) if (value !== undefined) void new Secret(value);
  return record;
}

async function begin(db: DatabaseSync, exclusive: boolean, patience: number, signal?: AbortSignal): Promise<void> {
  const until = performance.now() + patience;
  for (;;) {
    try {
      if (exclusive) {
        db.exec('PRAGMA synchronous = FULL; BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS record (id INTEGER PRIMARY KEY, sealed BLOB)');
      } else {
        // The lock is taken by the first look, and kept until the file is closed.
        db.exec('BEGIN');
        db.prepare('SELECT count(*) FROM sqlite_master').get();
      }
      return;
    } catch (error) {
      rollBack(db);
      if (((error as { errcode?: number }).errcode ?? 0) % 256 !== SQLITE_BUSY) throw error;
    }
    if (signal?.aborted) throw new EmailError('automation.cancelled', {});
    if (performance.now() > until) throw new EmailError('vault.lock_timeout', { what: 'a sign-in', seconds: Math.round(patience / 1000) });
    await sleep(20 + Math.random() * 60);
  }
}

function rollBack(db: DatabaseSync): void {
  try {
    db.exec('ROLLBACK');
  } catch {
    // None had begun.
  }
}

const exists = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  );

function seal(record: TokenRecord, key: Buffer): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv(ALGORITHM, key, nonce);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(record), 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

function unseal(db: DatabaseSync, key: Buffer, folder: string): TokenRecord | undefined {
  const table = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'record'").get();
  const row = table && (db.prepare('SELECT sealed FROM record WHERE id = 1').get() as { sealed: Uint8Array } | undefined);
  if (!row) return undefined;
  const bytes = Buffer.from(row.sealed);
  try {
    const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(12, 28));
    return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')) as TokenRecord;
  } catch (error) {
    throw new EmailError('vault.locked', { vault: 'tokens', problem: `${folder} was sealed with another key.` }, { cause: error });
  }
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from './store.ts';

/** The standard mailbox: which mail is in which folder. */
export interface Seed {
  readonly folders: readonly { readonly path: string; readonly role?: string }[];
  readonly messages: readonly {
    readonly folder: string;
    readonly raw: Buffer;
    readonly flags: readonly string[];
    readonly receivedAt: string;
  }[];
}

/** The sample mail that comes with the package: a small company's inbox. */
export function standardSeed(folder = join(import.meta.dirname, 'seed')): Seed {
  const { folders, messages } = JSON.parse(readFileSync(join(folder, 'mailbox.json'), 'utf8')) as {
    folders: Seed['folders'];
    messages: { file: string; folder: string; flags?: string[]; receivedAt: string }[];
  };
  return {
    folders,
    messages: messages.map(({ file, flags = [], ...rest }) => ({ ...rest, flags, raw: readFileSync(join(folder, 'mail', file)) })),
  };
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export function fill(account: Account, { folders, messages }: Seed): void {
  for (const { path, role } of folders)
    if (!account.folder(path)) account.create(path, role === undefined || role === 'inbox' ? undefined : `\\${capital(role)}`);
  for (const { folder, raw, flags, receivedAt } of messages)
    (account.folder(folder) ?? account.create(folder)).add(
      raw,
      flags.map((flag) => `\\${capital(flag)}`),
      new Date(receivedAt),
    );
}

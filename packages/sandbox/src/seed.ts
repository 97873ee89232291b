import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FolderRole } from '@mailwright/core';
import type { Account } from './store/account.ts';

/** A mailbox to begin with. Flags are words such as `seen`; anything else is a keyword. */
export interface Seed {
  readonly folders: readonly { readonly path: string; readonly role?: FolderRole }[];
  readonly messages: readonly {
    readonly folder: string;
    readonly raw: Buffer;
    readonly flags?: readonly string[];
    /** ISO 8601. */
    readonly receivedAt: string;
  }[];
}

/** The usual folders, without any mail. */
export const EMPTY: Seed = {
  folders: [
    { path: 'Sent', role: 'sent' },
    { path: 'Drafts', role: 'drafts' },
    { path: 'Trash', role: 'trash' },
    { path: 'Junk', role: 'junk' },
    { path: 'Archive', role: 'archive' },
  ],
  messages: [],
};

/** The sample mail: a small company's inbox. It is read from `folder`, by default what comes with the package. */
export function standardSeed(folder = join(import.meta.dirname, 'seed')): Seed {
  const { folders, messages } = JSON.parse(readFileSync(join(folder, 'mailbox.json'), 'utf8')) as Pick<Seed, 'folders'> & {
    messages: (Omit<Seed['messages'][number], 'raw'> & { file: string })[];
  };
  return { folders, messages: messages.map(({ file, ...rest }) => ({ ...rest, raw: readFileSync(join(folder, 'mail', file)) })) };
}

const SYSTEM_FLAGS = ['seen', 'answered', 'flagged', 'deleted', 'draft'];

/** Puts a seed into an account; its folders are subscribed. */
export function fill(account: Account, { folders, messages }: Seed): void {
  for (const { path, role } of folders) {
    if (!account.folder(path)) account.create(path, role === undefined || role === 'inbox' ? undefined : `\\${capital(role)}`);
    account.subscribed.add(path);
  }
  for (const { folder, raw, flags = [], receivedAt } of messages) {
    const spelled = flags.map((flag) => (SYSTEM_FLAGS.includes(flag) ? `\\${capital(flag)}` : flag));
    (account.folder(folder) ?? account.create(folder)).add(raw, spelled, new Date(receivedAt));
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

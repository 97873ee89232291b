import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { splitPath, type Flag, type Mailbox, type MailboxFeatures, type OpenContext, type Stage } from '@mailwright/core';
import type { Seed } from '@mailwright/sandbox';
import { openContext } from '@mailwright/testing';
import { encodeName } from './folder-name.ts';
import { file } from './index.ts';

export type Full = Mailbox & Omit<MailboxFeatures, 'label'>;

/** A folder that goes when the test is over. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'mailwright-file-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export async function openFiles(
  path: string,
  config: object = {},
  context: Partial<OpenContext> = {},
): Promise<Full & { readonly stages: Stage[] }> {
  const ctx = openContext(context);
  const mailbox = await file.open(file.config.parse({ path, ...config }), { kind: 'none' }, ctx);
  return { ...(mailbox as Full), stages: ctx.stages };
}

export const LETTERS: Readonly<Record<string, string>> = { draft: 'D', flagged: 'F', answered: 'R', seen: 'S' };
export const BOX = ['cur', 'new', 'tmp'];

/** Writes a mailbox as each form keeps it, in the order of its messages. */
export const FORMS: Readonly<Record<'eml' | 'maildir' | 'mbox', (folder: string, seed: Seed) => string>> = {
  eml(folder, { folders, messages }) {
    const at = (path: string) => join(folder, ...splitPath(path === 'INBOX' ? '' : path));
    for (const { path } of folders) mkdirSync(at(path), { recursive: true });
    for (const [index, { folder: path, raw, receivedAt }] of messages.entries()) {
      mkdirSync(at(path), { recursive: true });
      const name = join(at(path), `mail ${index + 1}.eml`);
      writeFileSync(name, raw);
      utimesSync(name, new Date(receivedAt), new Date(receivedAt));
    }
    return folder;
  },
  maildir(folder, { folders, messages }) {
    const at = (path: string) => (path === 'INBOX' ? folder : join(folder, `.${splitPath(path).map(encodeName).join('.')}`));
    for (const path of new Set([...folders.map((one) => one.path), ...messages.map((one) => one.folder)]))
      for (const name of BOX) mkdirSync(join(at(path), name), { recursive: true });
    for (const [index, { folder: path, raw, flags = [], receivedAt }] of messages.entries()) {
      const letters = (flags as readonly Flag[]).map((flag) => LETTERS[flag] ?? '').toSorted();
      const base = `17000${String(index).padStart(5, '0')}.M1P${index}.host`;
      const name = flags.length === 0 ? join(at(path), 'new', base) : join(at(path), 'cur', `${base}:2,${letters.join('')}`);
      writeFileSync(name, raw);
      utimesSync(name, new Date(receivedAt), new Date(receivedAt));
    }
    return folder;
  },
  mbox(folder, { messages }) {
    const name = join(folder, 'mail.mbox');
    const date = (iso: string) => new Date(iso).toUTCString().replace(/^(...), (..) (...) (....) (........) GMT$/, '$1 $3 $2 $5 $4');
    const parts = messages
      .filter(({ folder: path }) => path === 'INBOX')
      .map(({ raw, receivedAt }) => `From someone@example.com ${date(receivedAt)}\n${quoted(raw.toString('latin1'))}\n`);
    writeFileSync(name, Buffer.from(parts.join(''), 'latin1'));
    return name;
  },
};

export const quoted = (text: string) => text.replace(/(^|\n)(>*From )/g, '$1>$2');

import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  EmailError,
  type ActionContext,
  type Address,
  type FileStore,
  type Mailbox,
  type Need,
  type SavedFile,
  type Phrase,
} from '@mailwright/core';

/** A FileStore in memory; `saved` has the bytes by path. */
export interface FakeFiles extends FileStore {
  readonly saved: ReadonlyMap<string, Buffer>;
}
export interface FakeContext extends ActionContext<Need> {
  readonly files: FakeFiles;
  /** What was logged, as `level: text`. */
  readonly logged: readonly string[];
}
export interface FakeContextOptions {
  readonly from?: Address;
  readonly timeZone?: string;
  readonly files?: FakeFiles;
  readonly signal?: AbortSignal;
}

/** What an action is run with, over a mailbox that need not have all verbs. Message-IDs are `<1@domain>`, `<2@domain>` ... */
export function fakeContext(
  mailbox: Mailbox,
  {
    from = { address: 'me@example.test', name: 'Me' },
    timeZone = 'UTC',
    files = fakeFiles(),
    signal = new AbortController().signal,
  }: FakeContextOptions = {},
): FakeContext {
  const logged: string[] = [];
  const note = (level: string) => (text: string | Phrase) => void logged.push(`${level}: ${String(text)}`);
  let made = 0;
  return {
    mailbox: mailbox as FakeContext['mailbox'],
    session: { name: 'Default', backend: 'fake', timeZone, from },
    files,
    log: { debug: note('debug'), info: note('info'), warn: note('warn') },
    signal,
    messageId: (domain) => `<${++made}@${domain}>`,
    logged,
  };
}

/** Files that keep the rules of a FileStore: whole or not at all, names unique without regard to case. */
export function fakeFiles(given: Readonly<Record<string, string | Buffer>> = {}): FakeFiles {
  const saved = new Map<string, Buffer>(Object.entries(given).map(([path, content]) => [path, Buffer.from(content as string)]));
  const taken = (path: string) => [...saved.keys()].find((one) => one.toLowerCase() === path.toLowerCase());
  const put = (path: string, content: Buffer): SavedFile => {
    saved.set(path, content);
    return { path, size: content.length, sha256: sha256(content) };
  };
  return {
    saved,
    async save(name, content, { overwrite = 'number' } = {}) {
      const parts = name.split(/[/\\]/);
      // The last one is the file's own name, whatever it is.
      const own = parts.pop() ?? '';
      if (own === '..' || parts.includes('..')) throw new EmailError('attachment.unsafe_name', { name });
      const bytes = await buffer(content);
      const folders = parts.filter((level) => level !== '' && level !== '.');
      const path = [...folders, /^\.?$/.test(own) ? 'attachment' : own].join('/');
      const existing = taken(path);
      if (existing === undefined || overwrite === 'replace') return put(existing ?? path, bytes);
      if (overwrite === 'fail') throw new EmailError('attachment.exists', { path: existing });
      const old = saved.get(existing) ?? Buffer.alloc(0);
      if (overwrite === 'skip') return { path: existing, size: old.length, sha256: sha256(old), skipped: true };
      return put(free(path, taken), bytes);
    },
    async open(path) {
      const content = saved.get(path);
      if (!content) throw new EmailError('attachment.not_found', { path });
      return { content: Readable.from([content], { objectMode: false }), size: content.length };
    },
  };
}

function free(path: string, taken: (path: string) => string | undefined): string {
  const [, stem = path, extension = ''] = /^(.*?)(\.[^./]*)?$/s.exec(path) ?? [];
  for (let number = 2; ; number++) if (taken(`${stem} (${number})${extension}`) === undefined) return `${stem} (${number})${extension}`;
}

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

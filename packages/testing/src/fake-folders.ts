import {
  EmailError,
  joinPath,
  newFolderPath,
  resolveFolder,
  splitPath,
  type Changes,
  type Flag,
  type Folder,
  type FolderRole,
  type Message,
  type MessageRef,
} from '@mailwright/core';
import { parse } from '@mailwright/mime';
import { cursorOf, stateIn } from '@mailwright/network';
import type { SeedMail } from './seed-mail.ts';

/** A mail in the fake mailbox. */
export interface KeptMail {
  readonly bytes: () => Promise<Buffer>;
  /** What the bytes say, whatever folder they are in. */
  readonly parsed: () => Promise<Message>;
  readonly receivedAt: string;
  readonly flags: Set<Flag>;
  readonly keywords: Set<string>;
}

export type Arrival = Pick<SeedMail, 'flags' | 'keywords'> & Required<Pick<SeedMail, 'receivedAt'>>;

/** Folders and the mails in them, in order of arrival. An id is never given twice. */
export class FakeFolders {
  readonly #mails = new Map<string, Map<string, KeptMail>>();
  readonly #roles = new Map<string, FolderRole>();
  readonly #waiting = new Set<() => void>();
  #next = 1;

  add(path: string, role?: FolderRole): void {
    if (!this.#mails.has(path)) this.#mails.set(path, new Map());
    if (role) this.#roles.set(path, role);
  }

  list(): Folder[] {
    return [...this.#mails.keys()].map((path) => {
      const role = this.#roles.get(path);
      return { path, name: splitPath(path).at(-1) ?? path, ...(role && { role }) };
    });
  }

  /** The path that an author means. Errors: `folder.*`. */
  locate(path: string): string {
    return resolveFolder(path, this.list()).path;
  }

  create(wanted: string): Folder & { readonly created: boolean } {
    const levels = splitPath(newFolderPath(wanted, this.list()));
    const path = joinPath(levels);
    const created = !this.#mails.has(path);
    for (let depth = 1; depth <= levels.length; depth++) this.add(joinPath(levels.slice(0, depth)));
    return { ...resolveFolder(path, this.list()), created };
  }

  refs(path: string, subfolders = false): MessageRef[] {
    const inside = [...this.#mails].filter(([name]) => name === path || (subfolders && name.startsWith(`${path}/`)));
    return inside.flatMap(([folder, mails]) => [...mails.keys()].map((id) => ({ folder, id })));
  }

  find({ folder, id }: MessageRef): KeptMail | undefined {
    return this.#mails.get(folder)?.get(id);
  }

  /** Errors: `message.not_found`. */
  get(ref: MessageRef): KeptMail {
    const mail = this.find(ref);
    if (!mail) throw new EmailError('message.not_found', { folder: ref.folder, id: ref.id });
    return mail;
  }

  put(folder: string, mail: KeptMail): MessageRef {
    const id = String(this.#next++);
    this.#mails.get(folder)?.set(id, mail);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
    return { folder, id };
  }

  /** Numbers only grow: the cursor is the next one. */
  changes(folder: string, cursor?: string): Changes {
    const since = cursor === undefined ? this.#next : Number(stateIn(cursor, 'fake', folder));
    const arrived = this.refs(folder).filter(({ id }) => Number(id) >= since);
    return { arrived, cursor: cursorOf('fake', folder, String(this.#next)) };
  }

  async *watch(_folder: string, signal: AbortSignal): AsyncGenerator<'look'> {
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    for (let known = -1; !signal.aborted;) {
      if (known !== this.#next) {
        known = this.#next;
        yield 'look';
        continue;
      }
      const put = new Promise<void>((resolve) => this.#waiting.add(resolve));
      await Promise.race([put, stopped]);
    }
  }

  remove({ folder, id }: MessageRef): void {
    this.#mails.get(folder)?.delete(id);
  }
}

/** A mail as the mailbox keeps it. Its bytes are made and parsed when they are first asked for. */
export function keep(made: () => Promise<Buffer>, { receivedAt, flags = [], keywords = [] }: Arrival): KeptMail {
  const bytes = once(made);
  const parsed = once(async () => parse(await bytes(), { ref: { folder: '', id: '' } }));
  return { bytes, parsed, receivedAt, flags: new Set(flags), keywords: new Set(keywords) };
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= work());
}

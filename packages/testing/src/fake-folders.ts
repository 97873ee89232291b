import {
  EmailError,
  joinPath,
  newFolderPath,
  resolveFolder,
  splitPath,
  type Flag,
  type Folder,
  type FolderRole,
  type MessageRef,
} from '@mailwright/core';

/** A mail in the fake mailbox. */
export interface KeptMail {
  readonly bytes: () => Promise<Buffer>;
  readonly receivedAt: string;
  readonly flags: Set<Flag>;
  readonly keywords: Set<string>;
}

/** Folders and the mails in them, in order of arrival. An id is never given twice. */
export class FakeFolders {
  readonly #mails = new Map<string, Map<string, KeptMail>>();
  readonly #roles = new Map<string, FolderRole>();
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
    return { folder, id };
  }

  remove({ folder, id }: MessageRef): void {
    this.#mails.get(folder)?.delete(id);
  }
}

import { MailFolder } from './folder.ts';

/** One user's mail. Paths use "/" between levels. */
export class Account {
  readonly address: string;
  readonly password: string;
  readonly folders = new Map<string, MailFolder>([['INBOX', new MailFolder('INBOX')]]);
  /** Paths; one stays subscribed though its folder goes (RFC 3501 section 6.3.6). */
  readonly subscribed = new Set<string>(['INBOX']);

  constructor(address: string, password: string) {
    this.address = address;
    this.password = password;
  }

  folder(path: string): MailFolder | undefined {
    return this.folders.get(properPath(path));
  }

  /** Makes a folder, and those above it that are missing. A name that only held other folders becomes a folder again. */
  create(path: string, specialUse?: string): MailFolder {
    const proper = properPath(path);
    this.#createParents(proper);
    const folder = new MailFolder(proper, specialUse);
    this.folders.set(proper, folder);
    return folder;
  }

  /** Folders below this one, at any depth. */
  below(path: string): MailFolder[] {
    return [...this.folders.values()].filter((folder) => folder.path.startsWith(`${properPath(path)}/`));
  }

  /** The messages go; the name stays, without mail, while there are folders below it (RFC 3501 section 6.3.4). */
  delete(folder: MailFolder): void {
    folder.destroy();
    if (this.below(folder.path).length === 0) this.folders.delete(folder.path);
    else this.create(folder.path).noSelect = true;
  }

  /** Folders below go along. INBOX stays: its messages move (RFC 3501 section 6.3.5). */
  rename(folder: MailFolder, path: string): void {
    if (folder.path === 'INBOX') {
      const target = this.create(path);
      for (const { raw, flags, receivedAt } of folder.messages) target.add(raw, flags, receivedAt);
      folder.remove(new Set(folder.messages.map(({ uid }) => uid)));
      return;
    }
    this.#createParents(path);
    const before = folder.path;
    for (const one of [folder, ...this.below(before)]) {
      this.folders.delete(one.path);
      one.path = path + one.path.slice(before.length);
      this.folders.set(one.path, one);
    }
  }

  #createParents(path: string): void {
    const levels = path.split('/');
    for (let depth = 1; depth < levels.length; depth++) {
      const parent = properPath(levels.slice(0, depth).join('/'));
      if (!this.folders.has(parent)) this.folders.set(parent, new MailFolder(parent));
    }
  }
}

/** INBOX is the same in any case, also above other folders. */
function properPath(path: string): string {
  return path.replace(/^inbox(?=\/|$)/i, 'INBOX');
}

import { EmailError, joinPath, newFolderPath, resolveFolder, say, splitPath, type Folder, type FolderRole } from '@mailwright/core';
import type { ListResponse } from 'imapflow';
import type { Conversation } from './conversation.ts';

/** A folder and where the server has it. */
export interface Located {
  readonly folder: Folder;
  /** Its name on the wire (modified UTF-7, the server's own delimiter). */
  readonly listed: string;
  /** False for a mere level of the tree. */
  readonly holdsMessages: boolean;
}

const INBOX: Located = { folder: { path: 'INBOX', name: 'INBOX', role: 'inbox' }, listed: 'INBOX', holdsMessages: true };

/** Special-use attributes (RFC 6154). */
const ROLES: Readonly<Record<string, FolderRole>> = {
  '\\Inbox': 'inbox',
  '\\Sent': 'sent',
  '\\Drafts': 'drafts',
  '\\Trash': 'trash',
  '\\Junk': 'junk',
  '\\Archive': 'archive',
};

/** The server's folders under our paths; the list is kept and asked for again when a folder is not in it. */
export class Folders {
  readonly #talk: Conversation;
  #known: readonly Located[] | undefined;

  constructor(talk: Conversation) {
    this.#talk = talk;
  }

  /** All folders that hold messages, asked anew. */
  async list(): Promise<readonly Folder[]> {
    return (await this.#refresh()).filter(({ holdsMessages }) => holdsMessages).map(({ folder }) => folder);
  }

  /** The folder that a bot's author means. Errors: `folder.not_found`, `folder.role_missing`. */
  async locate(path: string): Promise<Located> {
    const located = await this.#locateAny(path);
    if (!located.holdsMessages) throw new EmailError('folder.not_found', { folder: path, similar: [] });
    return located;
  }

  /** A folder and all below it, the upper ones first. */
  async locateTree(path: string): Promise<readonly Located[]> {
    const top = await this.#locateAny(path);
    const below = (this.#known ?? (await this.#refresh())).filter(({ folder }) => folder.path.startsWith(`${top.folder.path}/`));
    return [top, ...below].filter(({ holdsMessages }) => holdsMessages);
  }

  /** Makes a folder and its parents. Errors: `input.invalid` for a name that this server cannot have. */
  async create(path: string): Promise<Folder & { readonly created: boolean }> {
    const known = await this.#refresh();
    const there = this.#lookUp(path, known);
    if (there?.holdsMessages) return { ...there.folder, created: false };
    const levels = this.#underPrefix(splitPath(newFolderPath(path, folders(known))));
    this.#checkNames(path, levels);
    await this.#make(levels, known);
    const made = this.#lookUp(joinPath(levels), await this.#refresh());
    if (made) return { ...made.folder, created: true };
    throw new EmailError('server.refused', {
      what: say`create the folder "${{ path }}"`,
      serverSaid: 'it said OK, but the folder is not there',
    });
  }

  async #locateAny(path: string): Promise<Located> {
    // Every server has it under this name (RFC 3501 section 5.1): most bots need no list at all.
    if (/^\/?(inbox|role:inbox)$/i.test(path)) return INBOX;
    return (this.#known && this.#lookUp(path, this.#known)) ?? this.#find(path, await this.#refresh());
  }

  #find(path: string, known: readonly Located[]): Located {
    const prefix = this.#prefix();
    const under = prefix.length === 0 ? undefined : attempt(() => resolveFolder(joinPath([...prefix, ...splitPath(path)]), folders(known)));
    const found = attempt(() => resolveFolder(path, folders(known))) ?? under ?? resolveFolder(path, folders(known));
    return known.find(({ folder }) => folder.path === found.path) as Located;
  }

  #lookUp(path: string, known: readonly Located[]): Located | undefined {
    return attempt(() => this.#find(path, known));
  }

  #checkNames(path: string, levels: readonly string[]): void {
    const delimiter = this.#talk.client.namespace?.delimiter;
    // eslint-disable-next-line no-control-regex -- no control character may reach the wire
    if (levels.length > 0 && !levels.some((level) => /[\u0000-\u001f\u007f]/.test(level) || (delimiter && level.includes(delimiter))))
      return;
    throw new EmailError('input.invalid', {
      path: 'folder',
      problem: `"${path}" is no name for a folder on this server`,
      cure: `Use a name without control characters${delimiter ? ` and without "${delimiter}", which separates levels there` : ''}.`,
    });
  }

  /** Each missing level is created: not every server makes the parents by itself. */
  async #make(levels: readonly string[], known: readonly Located[]): Promise<void> {
    const { client, ctx } = this.#talk;
    for (let depth = 1; depth <= levels.length; depth++) {
      const part = levels.slice(0, depth);
      if (known.some(({ folder, holdsMessages }) => folder.path === joinPath(part) && (holdsMessages || depth < levels.length))) continue;
      await this.#talk.turn(say`create the folder "${{ path: joinPath(part) }}"`, ctx.limits.command, () =>
        client.mailboxCreate([...part]),
      );
    }
  }

  async #refresh(): Promise<readonly Located[]> {
    const { client, ctx } = this.#talk;
    const entries = await this.#talk.turn(say`list the folders`, ctx.limits.search, () => client.list());
    const located = entries.filter(({ flags }) => !flags.has('\\NonExistent')).map(toLocated);
    return (this.#known = withRoles(located));
  }

  /** Where the server keeps personal folders (RFC 2342), if not at the top: many put all of them below INBOX. */
  #prefix(): readonly string[] {
    const { prefix = '', delimiter } = this.#talk.client.namespace ?? {};
    return delimiter ? prefix.split(delimiter).filter((level) => level !== '') : [];
  }

  #underPrefix(levels: readonly string[]): readonly string[] {
    const prefix = this.#prefix();
    const there = prefix.every((level, index) => levels[index]?.toLowerCase() === level.toLowerCase());
    return there ? levels : [...prefix, ...levels];
  }
}

const folders = (located: readonly Located[]) => located.map(({ folder }) => folder);

function toLocated({ path, pathAsListed, delimiter, flags, specialUse, specialUseSource }: ListResponse): Located {
  const levels = delimiter ? path.split(delimiter) : [path];
  if (levels[0]?.toUpperCase() === 'INBOX') levels[0] = 'INBOX';
  const inbox = levels.length === 1 && levels[0] === 'INBOX';
  const role = inbox ? 'inbox' : specialUseSource === 'extension' ? ROLES[specialUse ?? ''] : undefined;
  return {
    folder: { path: joinPath(levels), name: levels.at(-1) ?? path, ...(role && { role }) },
    listed: pathAsListed,
    holdsMessages: !flags.has('\\Noselect'),
  };
}

/** A server that marks no roles: folders get them by name (the names of core in many languages). */
function withRoles(located: readonly Located[]): readonly Located[] {
  const usable = folders(located.filter(({ holdsMessages }) => holdsMessages));
  const found = new Map<string, FolderRole>();
  for (const role of Object.values(ROLES)) {
    const folder = attempt(() => resolveFolder(`role:${role}`, usable));
    if (folder) found.set(folder.path, role);
  }
  return located.map((one) => {
    const role = one.folder.role ?? found.get(one.folder.path);
    return role ? { ...one, folder: { ...one.folder, role } } : one;
  });
}

/** What a look-up finds, or nothing where it says that the folder or role is not there. */
function attempt<T>(lookUp: () => T): T | undefined {
  try {
    return lookUp();
  } catch (error) {
    if (EmailError.is(error, 'folder')) return undefined;
    throw error;
  }
}

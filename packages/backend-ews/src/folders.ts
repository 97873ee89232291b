import { EmailError, joinPath, newFolderPath, resolveFolder, say, splitPath, type Folder, type FolderRole } from '@mailwright/core';
import { cleanText } from '@mailwright/mime';
import type { Exchange } from './exchange.ts';
import type { FolderTarget, KnownFolder } from './soap.ts';
import { child, descendants, textOf, type Element } from './xml.ts';

/** A folder and the id under which the server has it. */
export interface Located {
  readonly folder: Folder;
  readonly id: string;
}

/** Folders of one answer. */
const PAGE = 1000;
const ROLES: readonly (readonly [KnownFolder, FolderRole])[] = [
  ['Inbox', 'inbox'],
  ['SentItems', 'sent'],
  ['Drafts', 'drafts'],
  ['DeletedItems', 'trash'],
  ['JunkEmail', 'junk'],
];

interface Found {
  readonly id: string;
  readonly parent: string;
  readonly name: string;
}

/** The server's folders of mail under our paths; the list is kept and asked for again when a folder is not in it. */
export class Folders {
  readonly #exchange: Exchange;
  #known: readonly Located[] | undefined;
  #root = '';

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /** All folders, asked anew. */
  async list(): Promise<readonly Folder[]> {
    return (await this.#refresh()).map(({ folder }) => folder);
  }

  /** The folder that a bot's author means. Errors: `folder.not_found`, `folder.role_missing`. */
  async locate(path: string): Promise<Located> {
    return (this.#known && attempt(() => find(path, this.#known ?? []))) ?? find(path, await this.#refresh());
  }

  /** A folder and all below it, the upper ones first. */
  async locateTree(path: string): Promise<readonly Located[]> {
    const top = await this.locate(path);
    const below = (this.#known ?? []).filter(({ folder }) => folder.path.startsWith(`${top.folder.path}/`));
    return [top, ...below];
  }

  /** Makes a folder and those above it that are missing. Errors: `input.invalid` for a name without any letter. */
  async create(path: string): Promise<Folder & { readonly created: boolean }> {
    let known = await this.#refresh();
    const there = attempt(() => find(path, known));
    if (there) return { ...there.folder, created: false };
    const levels = splitPath(newFolderPath(path, folders(known)));
    if (levels.length === 0 || levels.some((level) => cleanText(level).text !== level))
      throw new EmailError('input.invalid', {
        path: 'folder',
        problem: `"${cleanText(path).text}" is no name for a folder`,
        cure: 'Use a name without control characters.',
      });
    for (let depth = 1; depth <= levels.length; depth++) {
      if (known.some(({ folder }) => folder.path === joinPath(levels.slice(0, depth)))) continue;
      const above = known.find(({ folder }) => folder.path === joinPath(levels.slice(0, depth - 1)));
      await this.#make({ id: above?.id ?? this.#root }, levels[depth - 1] ?? '', joinPath(levels.slice(0, depth)));
      known = await this.#refresh();
    }
    return { ...find(joinPath(levels), known).folder, created: true };
  }

  async #make(parent: FolderTarget, name: string, path: string): Promise<void> {
    const call = { what: say`create the folder "${{ path }}"`, ms: this.#exchange.ctx.limits.command, folder: path, repeatable: false };
    const [message] = await this.#exchange.call(this.#exchange.soap.createFolder(parent, name), call);
    // Somebody else may have made it meanwhile.
    if (message && !message.ok && message.code !== 'ErrorFolderExists') throw this.#exchange.errorOf(message, call);
  }

  async #refresh(): Promise<readonly Located[]> {
    const [roles, found] = [await this.#roles(), await this.#all()];
    return (this.#known = withRoles(locatedOf(found, roles)));
  }

  /** Ids of the folders that have a role; of the root of all, too. */
  async #roles(): Promise<ReadonlyMap<string, FolderRole>> {
    const targets = [...ROLES.map(([known]) => known), 'MsgFolderRoot' as const].map((known) => this.#exchange.known(known));
    const call = { what: say`list the folders`, ms: this.#exchange.ctx.limits.search };
    const messages = await this.#exchange.call(this.#exchange.soap.getFolders(targets), call);
    const roles = new Map<string, FolderRole>();
    for (const [index, message] of messages.entries()) {
      // A mailbox without a folder for junk has none of that role.
      const id = message.ok ? idIn(message.element) : undefined;
      const role = ROLES[index]?.[1];
      if (id !== undefined && role) roles.set(id, role);
      if (index === ROLES.length) {
        if (id === undefined) throw this.#exchange.errorOf(message, call);
        this.#root = id;
      }
    }
    return roles;
  }

  async #all(): Promise<readonly Found[]> {
    const { soap, ctx } = this.#exchange;
    const call = { what: say`list the folders`, ms: ctx.limits.search };
    const found: Found[] = [];
    for (let offset = 0; ;) {
      const [message] = await this.#exchange.call(soap.findFolders(this.#exchange.known('MsgFolderRoot'), offset, PAGE), call);
      if (!message?.ok) throw message ? this.#exchange.errorOf(message, call) : empty(this.#exchange);
      const root = child(message.element, 'RootFolder');
      const page = child(root, 'Folders')?.children ?? [];
      found.push(...page.filter(isForMail).map(foundOf));
      const next = Number(root?.attributes['IndexedPagingOffset'] ?? offset + page.length);
      if (root?.attributes['IncludesLastItemInRange'] !== 'false' || next <= offset) return found;
      offset = next;
    }
  }
}

const empty = ({ endpoint }: Exchange) =>
  new EmailError('server.unexpected', { host: endpoint.address.host, problem: say`its answer is empty` });
const folders = (located: readonly Located[]) => located.map(({ folder }) => folder);
const find = (path: string, known: readonly Located[]): Located => {
  const folder = resolveFolder(path, folders(known));
  return known.find((one) => one.folder.path === folder.path) as Located;
};

/** Calendars, contacts and the like are folders of other kinds; one without a class is for mail. */
const isForMail = (element: Element) => element.name === 'Folder' && /^$|^IPF\.(Note|Imap)\b/i.test(textOf(element, 'FolderClass') ?? '');

export const idIn = (element: Element): string | undefined => [...descendants(element, 'FolderId')][0]?.attributes['Id'];

function foundOf(element: Element): Found {
  const name = cleanText(textOf(element, 'DisplayName') ?? '').text;
  return {
    id: child(element, 'FolderId')?.attributes['Id'] ?? '',
    parent: child(element, 'ParentFolderId')?.attributes['Id'] ?? '',
    name,
  };
}

/** Paths from names and parents. The inbox has one name on every server, in whatever language Exchange calls it. */
function locatedOf(found: readonly Found[], roles: ReadonlyMap<string, FolderRole>): Located[] {
  const byId = new Map(found.map((one) => [one.id, one]));
  const nameOf = ({ id, name }: Found) => (roles.get(id) === 'inbox' ? 'INBOX' : name);
  const levelsOf = (one: Found): string[] => {
    const levels: string[] = [];
    const seen = new Set<string>();
    for (let at: Found | undefined = one; at && !seen.has(at.id); at = byId.get(at.parent)) {
      seen.add(at.id);
      levels.unshift(nameOf(at));
    }
    return levels;
  };
  return found.map((one) => {
    const role = roles.get(one.id);
    return { id: one.id, folder: { path: joinPath(levelsOf(one)), name: nameOf(one), ...(role && { role }) } };
  });
}

/** Exchange knows no folder for the archive by itself: it is known by its name. */
function withRoles(located: readonly Located[]): readonly Located[] {
  const archive = attempt(() => resolveFolder('role:archive', folders(located)));
  return located.map((one) =>
    one.folder.path === archive?.path && !one.folder.role ? { ...one, folder: { ...one.folder, role: 'archive' } } : one,
  );
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

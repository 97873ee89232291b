import { EmailError, joinPath, newFolderPath, resolveFolder, say, splitPath, type Folder, type FolderRole } from '@mailwright/core';
import { cleanText } from '@mailwright/mime';
import { batched, type Part, type Reply } from './batch.ts';
import type { Client } from './client.ts';
import { Refused, isNotFound, toEmailError } from './errors.ts';

/** A folder and its id. */
export interface Located {
  readonly folder: Folder;
  readonly id: string;
}

interface Row {
  readonly id: string;
  readonly displayName?: string | null;
  readonly childFolderCount?: number | null;
}
interface Page {
  readonly value: readonly Row[];
  readonly '@odata.nextLink'?: string;
}

/** Roles by well-known name, never by display name: those are in the language of the mailbox. */
const ROLES: Readonly<Record<string, FolderRole>> = {
  inbox: 'inbox',
  sentitems: 'sent',
  drafts: 'drafts',
  deleteditems: 'trash',
  junkemail: 'junk',
  archive: 'archive',
};
const OPTIONS = '$select=id,displayName,childFolderCount&$top=250';
const INBOX: Folder = { path: 'INBOX', name: 'INBOX', role: 'inbox' };

/** The server's folders under our paths; the list is kept, and asked for again when a folder is not in it. */
export class Folders {
  readonly #client: Client;
  readonly #inbox: Located;
  #known: readonly Located[] | undefined;

  constructor(client: Client, inboxId: string) {
    this.#client = client;
    this.#inbox = { folder: INBOX, id: inboxId };
  }

  /** All folders, asked anew. */
  async list(): Promise<readonly Folder[]> {
    return plain(await this.#refresh());
  }

  /** The folder that a bot's author means. Errors: `folder.not_found`, `folder.role_missing`. */
  async locate(path: string): Promise<Located> {
    if (/^\/?(inbox|role:inbox)$/i.test(path)) return this.#inbox;
    return (this.#known && lookUp(path, this.#known)) ?? find(path, await this.#refresh());
  }

  /** A folder and all below it, the upper ones first. */
  async locateTree(path: string): Promise<readonly Located[]> {
    const known = await this.#refresh();
    const top = find(path, known);
    return [top, ...known.filter(({ folder }) => folder.path.startsWith(`${top.folder.path}/`))];
  }

  /** Makes a folder and its parents. Errors: `input.invalid` for what is no name. */
  async create(path: string): Promise<Folder & { readonly created: boolean }> {
    const known = await this.#refresh();
    const there = lookUp(path, known);
    if (there) return { ...there.folder, created: false };
    const levels = splitPath(newFolderPath(path, plain(known)));
    // oxlint-disable-next-line no-control-regex -- no control character belongs into a name
    if (levels.length === 0 || levels.some((level) => level.trim() === '' || level.length > 255 || /[\u0000-\u001f\u007f]/.test(level)))
      throw new EmailError('input.invalid', {
        path: 'folder',
        problem: `"${path}" is no name for a folder on this server`,
        cure: 'Use a name of at most 255 characters, without control characters.',
      });
    let above: Located | undefined;
    for (let depth = 1; depth <= levels.length; depth++) above = await this.#make(levels.slice(0, depth), above);
    await this.#refresh();
    return { ...(above as Located).folder, created: true };
  }

  async #make(levels: readonly string[], above: Located | undefined): Promise<Located> {
    const path = joinPath(levels);
    const there = this.#known?.find(({ folder }) => folder.path === path);
    if (there) return there;
    const what = say`create the folder "${{ path }}"`;
    const name = levels.at(-1) ?? '';
    try {
      const { id } = await this.#client.json<Row>({
        method: 'POST',
        path: above ? `mailFolders/${encodeURIComponent(above.id)}/childFolders` : 'mailFolders',
        json: { displayName: name },
        what,
        ms: this.#client.ctx.limits.command,
      });
      return { folder: { path, name }, id };
    } catch (error) {
      // Somebody else was faster, or our own first try came through.
      const made = EmailError.is(error) ? (await this.#refresh()).find(({ folder }) => folder.path === path) : undefined;
      if (made) return made;
      throw error;
    }
  }

  /** Level by level, twenty folders a question; the first question asks for the roles too. */
  async #refresh(): Promise<readonly Located[]> {
    const names = Object.keys(ROLES);
    const top = `mailFolders?${OPTIONS}`;
    const [first, ...marked] = await this.#ask<Page & Row>([
      { method: 'GET', path: top },
      ...names.map((name): Part => ({ method: 'GET', path: `mailFolders/${name}?$select=id` })),
    ]);
    const roles = new Map<string, FolderRole>();
    for (const [at, reply] of marked.entries()) {
      const id = valueOf(reply)?.id;
      if (id !== undefined) roles.set(id, ROLES[names[at] ?? ''] as FolderRole);
    }
    const found: Located[] = [];
    let level: { readonly row: Row; readonly above: readonly string[] }[] = (await this.#rows(first)).map((row) => ({ row, above: [] }));
    while (level.length > 0) {
      const parents: { readonly id: string; readonly levels: readonly string[] }[] = [];
      for (const { row, above } of level) {
        const located = locatedOf(row, above, roles);
        found.push(located);
        if ((row.childFolderCount ?? 0) > 0) parents.push({ id: row.id, levels: splitPath(located.folder.path) });
      }
      const pages = await this.#ask<Page>(
        parents.map(({ id }): Part => ({ method: 'GET', path: `mailFolders/${encodeURIComponent(id)}/childFolders?${OPTIONS}` })),
      );
      level = [];
      for (const [at, { levels }] of parents.entries()) for (const row of await this.#rows(pages[at])) level.push({ row, above: levels });
    }
    return (this.#known = found);
  }

  #ask<T>(parts: readonly Part[]): Promise<Reply<T>[]> {
    return batched<T>(this.#client, parts, { what: say`list the folders`, ms: this.#client.ctx.limits.search, again: true });
  }

  /** The rows of a page and of those after it. A folder that vanished meanwhile has none. */
  async #rows(reply: Reply<Page> | undefined): Promise<readonly Row[]> {
    const how = { what: say`list the folders`, ms: this.#client.ctx.limits.search, again: true };
    if (reply && 'lost' in reply) throw reply.lost;
    if (reply && 'refusal' in reply) {
      if (isNotFound(reply.refusal)) return [];
      throw toEmailError(new Refused(reply.refusal), this.#client.doing(how));
    }
    const rows: Row[] = [];
    for (let page = reply?.value; page;) {
      rows.push(...page.value);
      const next = page['@odata.nextLink'];
      page = next === undefined ? undefined : await this.#client.json<Page>({ ...how, address: this.#client.link(next) });
    }
    return rows;
  }
}

const valueOf = <T>(reply: Reply<T>): T | undefined => ('value' in reply ? reply.value : undefined);
const plain = (located: readonly Located[]) => located.map(({ folder }) => folder);

/** The inbox is INBOX in every language, as it is over the other protocols. */
function locatedOf({ id, displayName }: Row, above: readonly string[], roles: ReadonlyMap<string, FolderRole>): Located {
  const role = roles.get(id);
  if (role === 'inbox') return { folder: INBOX, id };
  const name = cleanText(displayName ?? '').text;
  return { folder: { path: joinPath([...above, name]), name, ...(role && { role }) }, id };
}

function find(path: string, known: readonly Located[]): Located {
  const found = resolveFolder(path, plain(known));
  return known.find(({ folder }) => folder.path === found.path) as Located;
}

function lookUp(path: string, known: readonly Located[]): Located | undefined {
  try {
    return find(path, known);
  } catch (error) {
    if (EmailError.is(error, 'folder')) return undefined;
    throw error;
  }
}

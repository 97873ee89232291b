import type { Dirent } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmailError, joinPath, makeFolder, newFolderPath, resolveFolder, splitPath, type Folder, type FolderRole } from '@mailwright/core';
import { codeOf } from './disk.ts';
import { isGone, toEmailError } from './errors.ts';
import { decodeName, encodeName } from './folder-name.ts';
import type { Place } from './stored.ts';

/** Levels of folders that are looked at. */
const DEEPEST = 20;
const BOX = ['tmp', 'new', 'cur'];
const ROLES: readonly FolderRole[] = ['inbox', 'sent', 'drafts', 'trash', 'junk', 'archive'];

/** How folders lie on disk: each a directory in another, or all beside each other with dots in their names (Maildir++). */
export type Layout = 'tree' | 'dots';

/**
 * The folders below one directory, under our paths. That directory is the inbox, unless one in it is called so. Links are not followed:
 * nothing outside is ever read or changed. The list is kept, and made anew when a folder is not in it.
 */
export class Folders {
  readonly #root: string;
  readonly #maildir: boolean;
  readonly #layout: Layout;
  #known: readonly Place[] | undefined;

  constructor(root: string, maildir: boolean, layout: Layout) {
    this.#root = root;
    this.#maildir = maildir;
    this.#layout = layout;
  }

  async list(): Promise<readonly Folder[]> {
    return (await this.refresh()).map(({ folder }) => folder);
  }

  /** The folder that a bot's author means. Errors: `folder.not_found`, `folder.role_missing`. */
  async locate(path: string): Promise<Place> {
    return (this.#known && find(path, this.#known)) ?? must(path, await this.refresh());
  }

  /** A folder and all below it, the upper ones first. */
  async locateTree(path: string): Promise<readonly Place[]> {
    const top = await this.locate(path);
    return [top, ...(await this.refresh()).filter(({ folder }) => folder.path.startsWith(`${top.folder.path}/`))];
  }

  /** Makes a folder and its parents. Errors: `input.invalid` for a name that cannot be one here. */
  async create(path: string): Promise<Folder & { readonly created: boolean }> {
    const known = await this.refresh();
    const there = find(path, known);
    if (there) return { ...there.folder, created: false };
    const levels = splitPath(newFolderPath(path, folders(known)));
    checkNames(path, levels, this.#layout, this.#maildir);
    try {
      for (let depth = 1; depth <= levels.length; depth++) await this.#make(levels.slice(0, depth), known);
    } catch (error) {
      throw toEmailError(error, this.#root);
    }
    return { ...must(joinPath(levels), await this.refresh()).folder, created: true };
  }

  async refresh(): Promise<readonly Place[]> {
    try {
      const found = this.#layout === 'dots' ? await this.#dots() : await this.#tree(this.#root, []);
      return (this.#known = withRoles(found));
    } catch (error) {
      throw toEmailError(error, this.#root);
    }
  }

  async #make(levels: readonly string[], known: readonly Place[]): Promise<void> {
    if (known.some(({ folder }) => folder.path === joinPath(levels))) return;
    const directory = this.#directoryOf(levels, known);
    await makeFolder(directory, this.#maildir ? 0o700 : undefined);
    if (!this.#maildir) return;
    // `cur` comes last: by it a folder is known as one.
    for (const name of BOX) await mkdir(join(directory, name), { mode: 0o700 }).catch(unlessThere);
    if (this.#layout === 'dots') await writeFile(join(directory, 'maildirfolder'), '', { flag: 'wx' }).catch(unlessThere);
  }

  #directoryOf(levels: readonly string[], known: readonly Place[]): string {
    if (this.#layout === 'dots') return join(this.#root, `.${levels.map(encodeName).join('.')}`);
    const above = known.find(({ folder }) => folder.path === joinPath(levels.slice(0, -1)) && levels.length > 1);
    return above && above.directory !== this.#root ? join(above.directory, levels.at(-1) ?? '') : join(this.#root, ...levels);
  }

  async #dots(): Promise<Place[]> {
    const places = [place(['INBOX'], this.#root)];
    for (const one of await entries(this.#root)) {
      if (!one.isDirectory() || !/^\.[^.]/.test(one.name) || !(await isMaildir(join(this.#root, one.name)))) continue;
      places.push(place(one.name.slice(1).split('.').map(decodeName), join(this.#root, one.name)));
    }
    return sorted(places);
  }

  async #tree(directory: string, above: readonly string[]): Promise<Place[]> {
    const below = (await entries(directory)).filter((one) => one.isDirectory() && !one.name.startsWith('.'));
    const places: Place[] = [];
    const top = above.length === 0;
    const inbox = top ? below.find(({ name }) => name.toLowerCase() === 'inbox') : undefined;
    if (top && !inbox && (!this.#maildir || (await isMaildir(directory)))) places.push(place(['INBOX'], directory));
    for (const { name } of below) {
      if ((this.#maildir && BOX.includes(name)) || above.length >= DEEPEST) continue;
      const levels = [...above, name === inbox?.name ? 'INBOX' : name];
      const inner = join(directory, name);
      if (!this.#maildir || (await isMaildir(inner))) places.push(place(levels, inner));
      places.push(...(await this.#tree(inner, levels)));
    }
    return top ? sorted(places) : places;
  }
}

/** A directory with the three of a Maildir. */
export async function isMaildir(directory: string): Promise<boolean> {
  const names = new Set((await entries(directory)).filter((one) => one.isDirectory()).map(({ name }) => name));
  return names.has('cur') && names.has('new');
}

/** What is in a directory; nothing where it is gone or may not be looked into, as long as others may. */
export async function entries(directory: string): Promise<Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (error) {
    if (isGone(error)) return [];
    throw toEmailError(error, directory);
  }
}

/** Some systems write accents as letters of their own. */
function place(levels: readonly string[], directory: string): Place {
  const names = levels.map((level) => level.normalize('NFC'));
  return { folder: { path: joinPath(names), name: names.at(-1) ?? '' }, directory };
}

const sorted = (places: Place[]) => places.sort((a, b) => (a.folder.path < b.folder.path ? -1 : 1));
const folders = (places: readonly Place[]) => places.map(({ folder }) => folder);
const must = (path: string, known: readonly Place[]) => {
  const found = resolveFolder(path, folders(known));
  return known.find(({ folder }) => folder.path === found.path) as Place;
};

function find(path: string, known: readonly Place[]): Place | undefined {
  try {
    return must(path, known);
  } catch (error) {
    if (EmailError.is(error, 'folder')) return undefined;
    throw error;
  }
}

/** Files say no roles: folders get them by their names. */
function withRoles(places: readonly Place[]): readonly Place[] {
  const roles = new Map(
    ROLES.map((role) => [role === 'inbox' ? 'INBOX' : find(`role:${role}`, places)?.folder.path, role] as const).filter(([path]) => path),
  );
  return places.map(({ folder, directory }) => {
    const role = roles.get(folder.path);
    return { directory, folder: { ...folder, ...(role && { role }) } };
  });
}

function checkNames(path: string, levels: readonly string[], layout: Layout, maildir: boolean): void {
  // oxlint-disable-next-line no-control-regex -- no such character may stand in a name
  const bad = process.platform === 'win32' ? /[\u0000-\u001f\u007f<>:"/\\|?*]|[. ]$/ : /[\u0000-\u001f\u007f/]/;
  const wrong = (name: string) =>
    bad.test(name) ||
    name.startsWith('.') ||
    name.startsWith('~') ||
    (layout === 'dots' && name.includes('.')) ||
    (maildir && BOX.includes(name));
  if (levels.length > 0 && !levels.some(wrong)) return;
  throw new EmailError('input.invalid', {
    path: 'folder',
    problem: `"${path}" is no name for a folder on this disk`,
    cure: 'Use names that begin with a letter or a number, without a slash, a control character or (in a Maildir) a dot.',
  });
}

function unlessThere(error: unknown): void {
  if (codeOf(error) !== 'EEXIST') throw error;
}

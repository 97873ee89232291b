import { EmailError } from './errors.ts';
import { ROLE_NAMES } from './folder-names.ts';
import type { Folder, FolderRole } from './message.ts';

/** The levels of a path; `\/` is a slash inside a name, `\\` a backslash, as is one before anything else. A leading slash is ignored. */
export function splitPath(path: string): string[] {
  return [...path.replace(/^\//, '').matchAll(/(?:\\[\\/]|[^/])+/g)].map(([level]) => level.replace(/\\([\\/])/g, '$1'));
}

export function joinPath(levels: readonly string[]): string {
  return levels.map((level) => level.replace(/[\\/]/g, '\\$&')).join('/');
}

/**
 * The folder that a bot's author means: the exact path, else one single match that differs in case only, else by the role of its
 * first level: `role:sent`, or a role's name in one of many languages. An existing folder always beats a role.
 * Errors: `folder.not_found` with near names, `folder.role_missing`.
 */
export function resolveFolder(wanted: string, folders: readonly Folder[]): Folder {
  const levels = splitPath(wanted);
  const found = byPath(levels, folders) ?? byRole(levels, folders);
  if (found) return found;
  throw new EmailError('folder.not_found', { folder: wanted, similar: similar(wanted, folders) });
}

/**
 * The path to make for a folder that is not there yet: below the deepest folder on its way that is there, whatever its letter case, or
 * below the folder of the role that its first level names. Errors: `folder.role_missing`.
 */
export function newFolderPath(wanted: string, folders: readonly Folder[]): string {
  const levels = splitPath(wanted);
  for (let depth = levels.length - 1; depth > 0; depth--) {
    const above = byPath(levels.slice(0, depth), folders);
    if (above) return joinPath([...splitPath(above.path), ...levels.slice(depth)]);
  }
  const [first = '', ...rest] = levels;
  const top = byRole([first], folders);
  return joinPath(top ? [...splitPath(top.path), ...rest] : levels);
}

function byPath(levels: readonly string[], folders: readonly Folder[]): Folder | undefined {
  const path = joinPath(levels);
  const exact = folders.find((folder) => folder.path === path);
  if (exact) return exact;
  const alike = folders.filter((folder) => fold(folder.path) === fold(path));
  return alike.length === 1 ? alike[0] : undefined;
}

function byRole([first = '', ...rest]: readonly string[], folders: readonly Folder[]): Folder | undefined {
  const explicit = /^role:(\w+)$/i.exec(first)?.[1]?.toLowerCase();
  const role = (explicit ?? ROLE_NAMES.get(fold(first))) as FolderRole | undefined;
  if (role === undefined) return undefined;
  const top = folders.find((folder) => folder.role === role) ?? (explicit === undefined ? undefined : byName(role, folders));
  if (!top) {
    if (explicit !== undefined) throw new EmailError('folder.role_missing', { role });
    return undefined;
  }
  return rest.length === 0 ? top : byPath([...splitPath(top.path), ...rest], folders);
}

/** For servers that mark no roles: a folder, at the top or just below the inbox, that has a name of that role. */
function byName(role: string, folders: readonly Folder[]): Folder | undefined {
  return folders.find(({ path, name }) => ROLE_NAMES.get(fold(name)) === role && splitPath(path).length <= 2);
}

/** Some systems write names with composed letters, some with accents of their own. */
const fold = (name: string) => name.normalize('NFC').toLowerCase();

function similar(wanted: string, folders: readonly Folder[]): string[] {
  const sought = fold(wanted);
  const last = fold(splitPath(wanted).at(-1) ?? '');
  // The right name in the wrong place is as near as a slip of one letter.
  const far = ({ path, name }: Folder) => Math.min(editDistance(sought, fold(path)), fold(name) === last ? 1 : Infinity);
  return folders
    .map((folder) => ({ path: folder.path, distance: far(folder) }))
    .filter(({ path, distance }) => distance <= Math.max(2, wanted.length / 3) || fold(path).includes(sought))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ path }) => path);
}

/** Levenshtein distance, for "did you mean". */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? 0;
}

import type { Account } from '../store/account.ts';
import type { MailFolder } from '../store/folder.ts';
import { changeKey, folderId, virtualId } from './ids.ts';

/** A folder as Exchange shows it: one with mail, or one that every mailbox has and that holds none here. */
export interface Place {
  readonly account: Account;
  readonly id: string;
  readonly parentId: string | undefined;
  readonly name: string;
  /** Such as IPF.Note. */
  readonly folderClass: string;
  /** Such as `inbox`. */
  readonly distinguished: string | undefined;
  readonly folder: MailFolder | undefined;
}

/** Folders with mail by the attribute of RFC 6154 that they have here, and the path they get where the account has none. */
const ROLES: Readonly<Record<string, readonly [use: string | undefined, path: string]>> = {
  inbox: [undefined, 'INBOX'],
  sentitems: ['\\Sent', 'Sent'],
  drafts: ['\\Drafts', 'Drafts'],
  deleteditems: ['\\Trash', 'Trash'],
  junkemail: ['\\Junk', 'Junk'],
};

/** Folders without mail: their names, and their classes. */
const VIRTUAL: Readonly<Record<string, readonly [name: string, folderClass: string]>> = {
  root: ['root', ''],
  msgfolderroot: ['Top of Information Store', 'IPF.Note'],
  outbox: ['Outbox', 'IPF.Note'],
  calendar: ['Calendar', 'IPF.Appointment'],
  contacts: ['Contacts', 'IPF.Contact'],
  tasks: ['Tasks', 'IPF.Task'],
  notes: ['Notes', 'IPF.StickyNote'],
  journal: ['Journal', 'IPF.Journal'],
};

/** A folder by the name that every mailbox has for it; it is made where the account has none yet. */
export function placeByRole(account: Account, role: string): Place | undefined {
  if (Object.hasOwn(VIRTUAL, role)) return virtualPlace(account, role);
  const folder = Object.hasOwn(ROLES, role) ? folderOf(account, role) : undefined;
  return folder && placeOf(account, folder);
}

function folderOf(account: Account, role: string): MailFolder | undefined {
  const [use, path = ''] = ROLES[role] ?? [];
  const bySpecialUse = use === undefined ? undefined : [...account.folders.values()].find(({ specialUse }) => specialUse === use);
  if (bySpecialUse) return bySpecialUse;
  const byPath = account.folder(path);
  if (byPath || use === undefined) return byPath;
  account.subscribed.add(path);
  return account.create(path, use);
}

export function placeOf(account: Account, folder: MailFolder): Place {
  const parent = account.folder(folder.path.slice(0, Math.max(0, folder.path.lastIndexOf('/'))));
  const role = Object.keys(ROLES).find((one) => folder === existing(account, one));
  return {
    account,
    id: folderId(account, folder),
    parentId: parent ? folderId(account, parent) : virtualId(account, 'msgfolderroot'),
    name: folder.path === 'INBOX' ? 'Inbox' : folder.path.slice(folder.path.lastIndexOf('/') + 1),
    folderClass: 'IPF.Note',
    distinguished: role,
    folder,
  };
}

function existing(account: Account, role: string): MailFolder | undefined {
  const [use, path = ''] = ROLES[role] ?? [];
  if (use === undefined) return account.folder(path);
  return [...account.folders.values()].find(({ specialUse }) => specialUse === use) ?? account.folder(path);
}

function virtualPlace(account: Account, role: string): Place {
  const [name = '', folderClass = ''] = VIRTUAL[role] ?? [];
  const parent = role === 'root' ? undefined : role === 'msgfolderroot' ? 'root' : 'msgfolderroot';
  const parentId = parent && virtualId(account, parent);
  return { account, id: virtualId(account, role), parentId, name, folderClass, distinguished: role, folder: undefined };
}

/** Every folder of an account, those above first. */
export function placesOf(account: Account): Place[] {
  for (const role of Object.keys(ROLES)) folderOf(account, role);
  const folders = [...account.folders.values()].toSorted((one, other) => (one.path < other.path ? -1 : 1));
  return [...Object.keys(VIRTUAL).map((role) => virtualPlace(account, role)), ...folders.map((folder) => placeOf(account, folder))];
}

/** What is below a place, at any depth. */
export function placesBelow(place: Place, all: readonly Place[], deep: boolean): Place[] {
  const direct = all.filter(({ parentId }) => parentId === place.id);
  return deep ? direct.flatMap((one) => [one, ...placesBelow(one, all, true)]) : direct;
}

/** The path of a new folder in a place; undefined where none can be. */
export function pathIn(place: Place, name: string): string | undefined {
  if (place.folder) return `${place.folder.path}/${name}`;
  return place.distinguished === 'msgfolderroot' ? name : undefined;
}

export function changeKeyOf({ folder }: Place): string {
  return changeKey(folder?.revision ?? 0);
}

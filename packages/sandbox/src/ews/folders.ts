import { allPlaces, placeFor, type Call } from './call.ts';
import { readFolderShape } from './folder-shape.ts';
import { answerEach } from './messages.ts';
import { pathIn, placeByRole, placeOf, type Place } from './places.ts';
import { Refusal } from './refusal.ts';
import { child, element, textIn, type Markup } from './xml.ts';

export function getFolder(call: Call): Promise<Markup> {
  const { request, version } = call;
  const shape = readFolderShape(child(request, 'FolderShape'), version);
  return answerEach('GetFolder', child(request, 'FolderIds')?.children ?? [], (id) => {
    const place = placeFor(call, id);
    return element('m:Folders', shape({ place, all: allPlaces(place) }));
  });
}

export function createFolder(call: Call): Promise<Markup> {
  const parent = child(call.request, 'ParentFolderId')?.children[0];
  return answerEach('CreateFolder', child(call.request, 'Folders')?.children ?? [], (folder) => {
    const place = placeFor(call, parent, 'ErrorParentFolderNotFound');
    const path = pathFor(place, textIn(folder, 'DisplayName') ?? '');
    place.account.subscribed.add(path);
    return idsOf(placeOf(place.account, place.account.create(path)));
  });
}

/** Where a folder of this name goes. Errors: `Refusal` for names that cannot be, and for what is there. */
function pathFor(place: Place, name: string): string {
  // A folder's path has this sign between its levels in every face of the store.
  if (name.trim() === '' || name.includes('/')) throw new Refusal('ErrorFolderSave', 'the name of the folder cannot be saved');
  const path = pathIn(place, name);
  if (path === undefined) throw new Refusal('ErrorFolderSave', 'folders cannot be made here');
  if (place.account.folder(path)) throw new Refusal('ErrorFolderExists');
  return path;
}

function idsOf(place: Place): Markup {
  return element('m:Folders', readFolderShape(undefined, 0)({ place, all: [] }));
}

export function deleteFolder(call: Call): Promise<Markup> {
  const hard = call.request.attributes.get('DeleteType') !== 'MoveToDeletedItems';
  return answerEach('DeleteFolder', child(call.request, 'FolderIds')?.children ?? [], (id) => {
    const place = ownFolder(placeFor(call, id));
    const { account, folder } = place;
    const trash = placeByRole(account, 'deleteditems');
    if (hard || !trash) {
      for (const below of account.below(folder.path)) account.delete(below);
      account.delete(folder);
    } else account.rename(folder, pathFor(trash, place.name));
    return undefined;
  });
}

export function updateFolder(call: Call): Promise<Markup> {
  return answerEach('UpdateFolder', child(call.request, 'FolderChanges')?.children ?? [], (change) => {
    const place = ownFolder(placeFor(call, change.children[0]));
    const fields = (child(change, 'Updates')?.children ?? []).filter(({ name }) => name === 'SetFolderField');
    for (const { children } of fields) {
      const name = children.map((one) => textIn(one, 'DisplayName')).find((one) => one !== undefined);
      if (name !== undefined && name !== place.name) place.account.rename(place.folder, siblingPath(place, name));
    }
    return idsOf(placeOf(place.account, place.folder));
  });
}

function siblingPath(place: Place, name: string): string {
  const parent = allPlaces(place).find(({ id }) => id === place.parentId);
  if (!parent) throw new Refusal('ErrorParentFolderNotFound');
  return pathFor(parent, name);
}

export function moveFolder(call: Call): Promise<Markup> {
  const to = child(call.request, 'ToFolderId')?.children[0];
  return answerEach('MoveFolder', child(call.request, 'FolderIds')?.children ?? [], (id) => {
    const place = ownFolder(placeFor(call, id));
    const target = placeFor(call, to, 'ErrorToFolderNotFound');
    if (target.account !== place.account) throw new Refusal('ErrorMoveCopyFailed', 'folders stay in their mailbox here');
    if (`${target.folder?.path ?? ''}/`.startsWith(`${place.folder.path}/`)) throw new Refusal('ErrorMoveCopyFailed');
    place.account.rename(place.folder, pathFor(target, place.name));
    return idsOf(placeOf(place.account, place.folder));
  });
}

/** A folder that the user made. Errors: `Refusal` for those that every mailbox has. */
function ownFolder(place: Place): Place & { folder: NonNullable<Place['folder']> } {
  if (place.distinguished !== undefined || !place.folder) throw new Refusal('ErrorDeleteDistinguishedFolder');
  return { ...place, folder: place.folder };
}

import { allPlaces, mailPlaceFor, placeFor, type Call } from './call.ts';
import { readFolderShape } from './folder-shape.ts';
import { itemId } from './ids.ts';
import { itemOf, messageOf, originOf } from './item.ts';
import { answerOne, responseOf } from './messages.ts';
import { changeKeyOf, placeByRole, placesBelow, type Place } from './places.ts';
import { Refusal } from './refusal.ts';
import { readShape } from './shape.ts';
import type { MailFolder } from '../store/folder.ts';
import { child, element, escape, leaf, textIn, type Markup } from './xml.ts';

/** Documented: 512 changes at a time. */
const LARGEST = 512;

interface Change {
  readonly revision: number;
  readonly kind: 'Create' | 'Update' | 'Delete';
  /** The UID that the item's id holds. */
  readonly uid: number;
}

/** What changed in a folder since a state, oldest first. The state is the folder's revision, so that nothing need be kept for a client. */
export async function syncFolderItems(call: Call): Promise<Markup> {
  const { request, version } = call;
  const message = await answerOne('SyncFolderItems', async () => {
    const { account, folder } = mailPlaceFor(call, child(request, 'SyncFolderId')?.children[0], 'ErrorSyncFolderNotFound');
    const shape = readShape(child(request, 'ItemShape'), version, 'changes');
    const since = revisionIn(textIn(request, 'SyncState') ?? '', folder);
    const wanted = Math.min(Number(textIn(request, 'MaxChangesReturned')), LARGEST);
    if (!Number.isInteger(wanted) || wanted < 1) throw new Refusal('ErrorInvalidSyncStateData', 'MaxChangesReturned is no number');
    const all = changesSince(folder, since);
    const changes = all.slice(0, Math.max(1, Math.min(wanted, call.settings.pageSize(wanted))));
    const last = changes.length === all.length;
    const rendered: Markup[] = [];
    for (const { kind, uid } of changes) {
      const found = kind === 'Delete' ? undefined : messageOf(folder, uid);
      if (found) rendered.push(element(kind, await shape.render(itemOf(account, folder, found))));
      else rendered.push(element('Delete', element('ItemId', undefined, { Id: itemId(account, folder, { uid } as never) })));
    }
    const state = stateOf(folder, last ? folder.revision : (changes.at(-1)?.revision ?? since));
    return [leaf('m:SyncState', state), leaf('m:IncludesLastItemInRange', last), element('m:Changes', rendered)];
  });
  return responseOf('SyncFolderItems', [message]);
}

function changesSince(folder: MailFolder, since: number): Change[] {
  const present = folder.messages
    .filter(({ revision }) => revision > since)
    .map((message): Change => {
      const uid = originOf(message);
      // What replaced an item that the client knows is a change of it.
      const isNew = message.born > since && uid === message.uid;
      return { revision: message.revision, kind: isNew ? 'Create' : 'Update', uid };
    });
  const gone = folder.gone.filter(({ uid, revision }) => revision > since && !messageOf(folder, uid));
  const deletes = gone.map(({ uid, revision }): Change => ({ revision, kind: 'Delete', uid }));
  return [...present, ...(since === 0 ? [] : deletes)].toSorted((one, other) => one.revision - other.revision);
}

function stateOf({ uidValidity }: MailFolder, revision: number): string {
  return Buffer.from(JSON.stringify([uidValidity, revision])).toString('base64');
}

function revisionIn(state: string, folder: MailFolder): number {
  if (state === '') return 0;
  const [validity, revision] = parsed(state);
  if (validity !== folder.uidValidity || typeof revision !== 'number') throw new Refusal('ErrorInvalidSyncStateData');
  return revision;
}

function parsed(state: string): unknown[] {
  try {
    const found: unknown = JSON.parse(Buffer.from(state, 'base64').toString('utf8'));
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

/** The folders, or what of them changed: the state holds every folder's id and change key. */
export async function syncFolderHierarchy(call: Call): Promise<Markup> {
  const { request, version } = call;
  const message = await answerOne('SyncFolderHierarchy', () => {
    const root = child(request, 'SyncFolderId')?.children[0];
    const place = root ? placeFor(call, root, 'ErrorSyncFolderNotFound') : placeByRole(call.user, 'msgfolderroot');
    if (!place) throw new Refusal('ErrorSyncFolderNotFound');
    const shape = readFolderShape(child(request, 'FolderShape'), version);
    const all = allPlaces(place);
    const below = placesBelow(place, all, true);
    const before = hierarchyIn(textIn(request, 'SyncState') ?? '');
    const now = new Map(below.map((one) => [one.id, keyOf(one)]));
    const changes = below.flatMap((one) => {
      if (before.get(one.id) === now.get(one.id)) return [];
      return element(before.has(one.id) ? 'Update' : 'Create', shape({ place: one, all }));
    });
    const gone = [...before.keys()].filter((id) => !now.has(id));
    const deletes = gone.map((id) => element('Delete', element('FolderId', undefined, { Id: id })));
    const state = Buffer.from(JSON.stringify([...now])).toString('base64');
    return [leaf('m:SyncState', escape(state)), leaf('m:IncludesLastFolderInRange', true), element('m:Changes', [...changes, ...deletes])];
  });
  return responseOf('SyncFolderHierarchy', [message]);
}

const keyOf = (place: Place) => `${changeKeyOf(place)} ${place.parentId ?? ''} ${place.name}`;

function hierarchyIn(state: string): Map<string, string> {
  if (state === '') return new Map();
  const pairs = parsed(state);
  if (!pairs.every((pair): pair is [string, string] => Array.isArray(pair) && pair.length === 2))
    throw new Refusal('ErrorInvalidSyncStateData');
  if (pairs.length === 0) throw new Refusal('ErrorInvalidSyncStateData');
  return new Map(pairs);
}

import type { MailFolder } from '../store/folder.ts';
import { Refused, badRequest, objectIn, type GraphAnswer } from './answer.ts';
import { pageOf } from './listing.ts';
import { ROOT, type Places } from './places.ts';
import type { Call } from './routes.ts';

const parentPath = (path: string) => path.split('/').slice(0, -1).join('/');

/** Folders right below one; '' is the top. */
const childrenOf = ({ account }: Places, path: string) =>
  [...account.folders.values()].filter((folder) => parentPath(folder.path) === path);

function folderJson(folder: MailFolder, places: Places): object {
  const { path, messages } = folder;
  const above = places.account.folder(parentPath(path));
  return {
    id: places.folderId(folder),
    displayName: path === 'INBOX' ? 'Inbox' : (path.split('/').at(-1) ?? path),
    parentFolderId: above ? places.folderId(above) : Buffer.from(ROOT).toString('base64url'),
    childFolderCount: childrenOf(places, path).length,
    unreadItemCount: messages.filter(({ flags }) => !flags.has('\\Seen')).length,
    totalItemCount: messages.length,
    isHidden: false,
  };
}

/** The path whose children are meant; the root and leaving it out are the top. */
const pathOf = ({ places, ids: [id] }: Call) => (id === undefined || id.toLowerCase() === ROOT ? '' : places.folder(id).path);

export function listFolders(call: Call): GraphAnswer {
  const { places, question, self } = call;
  const { page, next } = pageOf(childrenOf(places, pathOf(call)), question, self);
  const value = page.map((folder) => folderJson(folder, places));
  return { status: 200, json: { value, ...(next !== undefined && { '@odata.nextLink': next }) } };
}

export function getFolder({ places, ids: [id = ''] }: Call): GraphAnswer {
  return { status: 200, json: folderJson(places.folder(id), places) };
}

/** Errors: 409 for a name that is there. */
export function createFolder(call: Call): GraphAnswer {
  const { places, question } = call;
  const { displayName } = objectIn(question);
  // The store parts levels by a slash.
  if (typeof displayName !== 'string' || displayName.trim() === '' || displayName.includes('/'))
    throw badRequest('The folder name is not valid.', 'ErrorInvalidFolderName');
  const above = pathOf(call);
  const alike = childrenOf(places, above).some(({ path }) => path.split('/').at(-1)?.toLowerCase() === displayName.toLowerCase());
  if (alike) throw new Refused(409, 'ErrorFolderExists', 'A folder with the specified name already exists.');
  const folder = places.account.create(above === '' ? displayName : `${above}/${displayName}`);
  places.account.subscribed.add(folder.path);
  return { status: 201, json: folderJson(folder, places) };
}

import { itemFor, mailPlaceFor, type Call } from './call.ts';
import { changeKey, readId } from './ids.ts';
import type { Item } from './item.ts';
import { itemIds } from './items.ts';
import { answerEach } from './messages.ts';
import { placeByRole } from './places.ts';
import { Refusal } from './refusal.ts';
import { submit } from './submit.ts';
import { child, truth, type Element, type Markup } from './xml.ts';

export function sendItem(call: Call): Promise<Markup> {
  const save = truth(call.request.attributes.get('SaveItemToFolder')) === true;
  if (!save && child(call.request, 'SavedItemFolderId')) throw new Refusal('ErrorInvalidSendItemSaveSettings');
  return answerEach('SendItem', itemIds(call), (id) => {
    if (readId(id.attributes.get('Id') ?? '').kind !== 'item') throw new Refusal('ErrorItemNotFound');
    const item = itemFor(call, id);
    if (id.attributes.get('ChangeKey') === undefined) throw new Refusal('ErrorChangeKeyRequired');
    checkChangeKey(item, id);
    send(call, item, save);
    return undefined;
  });
}

/** Sends a draft. It is gone afterwards; a copy lies in the folder for sent mail if wanted. */
export function send(call: Call, item: Item, save: boolean): void {
  const { raw, uid } = item.message;
  submit(call, raw, item.account);
  if (save) savedTo(call, 'sentitems').folder.add(raw, ['\\Seen']);
  item.folder.remove(new Set([uid]));
}

/** The folder of SavedItemFolderId, or the usual one. */
export function savedTo(call: Call, role: string) {
  const id = child(call.request, 'SavedItemFolderId')?.children[0];
  if (id) return mailPlaceFor(call, id, 'ErrorSavedItemFolderNotFound');
  const place = placeByRole(call.user, role);
  if (!place?.folder) throw new Refusal('ErrorSavedItemFolderNotFound');
  return { account: place.account, folder: place.folder };
}

/** Errors: `Refusal` where the item changed since the client read it. */
export function checkChangeKey({ message }: Item, id: Element): void {
  const given = id.attributes.get('ChangeKey');
  if (given === undefined) throw new Refusal('ErrorChangeKeyRequiredForWriteOperations');
  if (given !== changeKey(message.revision)) throw new Refusal('ErrorIrresolvableConflict');
}

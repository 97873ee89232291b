import { itemFor, mailPlaceFor, type Call } from './call.ts';
import { idMarkup } from './fields.ts';
import { copyItem, elementName, type Item } from './item.ts';
import { answerEach } from './messages.ts';
import { placeByRole } from './places.ts';
import { Refusal } from './refusal.ts';
import { readShape } from './shape.ts';
import { child, element, textIn, truth, type Element, type Markup } from './xml.ts';

/** What a refused item's message must hold all the same (messages.xsd: ItemInfoResponseMessageType). */
export const NO_ITEMS = element('m:Items');

export const itemIds = ({ request }: Call): readonly Element[] => child(request, 'ItemIds')?.children ?? [];

export function getItem(call: Call): Promise<Markup> {
  const shape = readShape(child(call.request, 'ItemShape'), call.version, 'got');
  return answerEach('GetItem', itemIds(call), async (id) => element('m:Items', await shape.render(itemFor(call, id))), NO_ITEMS);
}

export function moveItem(call: Call): Promise<Markup> {
  return transfer(call, 'MoveItem', true);
}

export function copyItems(call: Call): Promise<Markup> {
  return transfer(call, 'CopyItem', false);
}

/** From Exchange 2010 SP1 on the new ids are told, unless nobody wants them; before, never. */
const NEW_IDS = 3;

function transfer(call: Call, operation: 'MoveItem' | 'CopyItem', away: boolean): Promise<Markup> {
  const to = child(call.request, 'ToFolderId')?.children[0];
  const tell = call.version >= NEW_IDS && truth(textIn(call.request, 'ReturnNewItemIds')) !== false;
  return answerEach(
    operation,
    itemIds(call),
    (id) => {
      const { account, folder } = mailPlaceFor(call, to);
      const item = itemFor(call, id);
      const there = copyItem(item, folder, account);
      if (away) item.folder.remove(new Set([item.message.uid]));
      return element('m:Items', tell ? shownId(there) : undefined);
    },
    NO_ITEMS,
  );
}

/** An item as its id alone. */
export function shownId(item: Item): Markup {
  return element(elementName(item), idMarkup(item));
}

export function deleteItem(call: Call): Promise<Markup> {
  const type = call.request.attributes.get('DeleteType') ?? '';
  if (!/^(HardDelete|SoftDelete|MoveToDeletedItems)$/.test(type))
    throw new Refusal('ErrorInvalidOperation', `DeleteType ${type} is unknown`);
  return answerEach('DeleteItem', itemIds(call), (id) => {
    const item = itemFor(call, id);
    const trash = type === 'MoveToDeletedItems' ? placeByRole(item.account, 'deleteditems')?.folder : undefined;
    if (trash && trash !== item.folder) copyItem(item, trash, item.account);
    item.folder.remove(new Set([item.message.uid]));
    return undefined;
  });
}

/** Marks as read or unread, all of a folder (Exchange 2013). */
export function markAll(call: Call): Promise<Markup> {
  const read = truth(textIn(call.request, 'ReadFlag')) === true;
  return answerEach('MarkAllItemsAsRead', child(call.request, 'FolderIds')?.children ?? [], (id) => {
    const { folder } = mailPlaceFor(call, id, 'ErrorFolderNotFound');
    for (const message of folder.messages) {
      const others = [...message.flags].filter((flag) => flag !== '\\Seen');
      folder.setFlags(message, read ? [...others, '\\Seen'] : others);
    }
    return undefined;
  });
}

import { itemFor, type Call } from './call.ts';
import { IN_THE_MAIL, deleteProperty, setProperties } from './changes.ts';

import { changed } from './draft.ts';
import { replaceContent, type Item } from './item.ts';
import { NO_ITEMS, shownId } from './items.ts';
import { answerEach } from './messages.ts';
import { Refusal } from './refusal.ts';
import { checkChangeKey, send } from './send.ts';
import { child, element, leaf, type Element, type Markup } from './xml.ts';

export function updateItem(call: Call): Promise<Markup> {
  const { attributes, children } = call.request;
  const disposition = attributes.get('MessageDisposition');
  if (disposition === undefined) throw new Refusal('ErrorMessageDispositionRequired');
  const never = attributes.get('ConflictResolution') === 'NeverOverwrite';
  const changes = children.find(({ name }) => name === 'ItemChanges')?.children ?? [];
  return answerEach(
    'UpdateItem',
    changes,
    async (change) => {
      const id = child(change, 'ItemId');
      const before = itemFor(call, id);
      if (never && id) checkChangeKey(before, id);
      const item = await apply(before, child(change, 'Updates')?.children ?? []);
      if (disposition !== 'SaveOnly') send(call, item, disposition === 'SendAndSaveCopy');
      return [element('m:Items', disposition === 'SaveOnly' ? shownId(item) : undefined), element('m:ConflictResults', leaf('Count', 0))];
    },
    NO_ITEMS,
  );
}

async function apply(item: Item, updates: readonly Element[]): Promise<Item> {
  const set = updates
    .filter(({ name }) => name === 'SetItemField' || name === 'AppendToItemField')
    .flatMap(({ children }) => children.slice(1));
  const mime = set.map((fields) => child(fields, 'MimeContent')).find((one) => one !== undefined);
  const inMail = set.filter(({ children }) => children.some(({ name }) => IN_THE_MAIL.has(name)));
  let result = item;
  if (mime) result = replaceContent(item, Buffer.from(mime.text, 'base64'));
  else if (inMail.length > 0) result = replaceContent(item, await changed(item.message.raw, inMail));
  for (const fields of set) setProperties(result, fields);
  for (const { name, children } of updates) if (name === 'DeleteItemField' && children[0]) deleteProperty(result, children[0]);
  return result;
}

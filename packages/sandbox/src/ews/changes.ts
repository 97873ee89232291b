import { keywordOf } from '../store/categories.ts';
import { extendedKey } from './extended.ts';
import { extrasOf, type Item } from './item.ts';
import { child, textIn, truth, type Element } from './xml.ts';

/** Properties that are changed in the mail itself (`draft.ts`), by the name of their element. */
export const IN_THE_MAIL = new Set([
  'Subject',
  'Body',
  'From',
  'ToRecipients',
  'CcRecipients',
  'BccRecipients',
  'ReplyTo',
  'InternetMessageId',
  'InReplyTo',
  'References',
  'IsReadReceiptRequested',
]);

/** Sets what an item element says beside the mail itself: marks, categories, and properties that only clients know. */
export function setProperties(item: Item, fields: Element): void {
  for (const one of fields.children) {
    if (one.name === 'ExtendedProperty') setExtended(item, child(one, 'ExtendedFieldURI'), valuesIn(one));
    else if (one.name === 'IsRead') mark(item, '\\Seen', truth(one.text) === true);
    else if (one.name === 'Categories')
      setCategories(
        item,
        one.children.map(({ text }) => text),
      );
    else if (one.name === 'Flag') mark(item, '\\Flagged', textIn(one, 'FlagStatus') === 'Flagged');
    else if (one.name === 'Importance') setExtra(item, 'item:Importance', [one.text]);
  }
}

/** Takes a property away, by its path. */
export function deleteProperty(item: Item, path: Element): void {
  const uri = path.attributes.get('FieldURI');
  if (path.name === 'ExtendedFieldURI') setExtended(item, path, undefined);
  else if (uri === 'item:Categories') setCategories(item, []);
  else if (uri === 'item:Flag') mark(item, '\\Flagged', false);
  else if (uri === 'item:Importance') setExtra(item, uri, undefined);
}

function valuesIn(property: Element): string[] {
  const many = child(property, 'Values');
  return many ? many.children.map(({ text }) => text) : [textIn(property, 'Value') ?? ''];
}

function mark({ folder, message }: Item, flag: string, on: boolean): void {
  const others = [...message.flags].filter((one) => one !== flag);
  folder.setFlags(message, on ? [...others, flag] : others);
}

function setCategories({ folder, message }: Item, categories: readonly string[]): void {
  const others = [...message.flags].filter((flag) => flag.startsWith('\\') || flag === '$Forwarded');
  folder.setFlags(message, [...others, ...categories.map(keywordOf)]);
}

function setExtra(item: Item, key: string, values: readonly string[] | undefined): void {
  if (values === undefined) extrasOf(item).delete(key);
  else extrasOf(item).set(key, values);
  item.folder.touch(item.message);
}

/** Properties of MS-OXPROPS that are flags of a message in the store; all others are kept as they come. */
const SPECIAL: Readonly<Record<string, (item: Item, value: string | undefined) => void>> = {
  // PidTagMessageFlags: read, and not yet sent.
  'tag:3591': (item, value) => {
    mark(item, '\\Seen', (Number(value) & 1) !== 0);
    mark(item, '\\Draft', (Number(value) & 8) !== 0);
  },
  // PidTagFlagStatus: 2 is flagged.
  'tag:4240': (item, value) => mark(item, '\\Flagged', value === '2'),
  // PidTagLastVerbExecuted: answered, answered to all, forwarded.
  'tag:4225': (item, value) => {
    mark(item, '\\Answered', value === '102' || value === '103');
    if (value === '104' || value === undefined) mark(item, '$Forwarded', value === '104');
  },
};

function setExtended(item: Item, path: Element | undefined, values: readonly string[] | undefined): void {
  if (!path) return;
  const key = extendedKey(path);
  const special = SPECIAL[key];
  if (special) special(item, values?.[0]);
  else if (key === 'publicstrings/keywords') setCategories(item, values ?? []);
  else setExtra(item, key, values);
}

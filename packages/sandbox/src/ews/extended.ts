import { headersOf } from '../mail/text.ts';
import { categoriesOf } from '../store/categories.ts';
import { decodeHeader, subjectOf } from './raw-header.ts';
import { itemId } from './ids.ts';
import { attachmentsOf, extraOf, itemClass, type Item } from './item.ts';
import { Refusal } from './refusal.ts';
import type { Value } from './values.ts';
import { element, escape, said, truth, type Element, type Markup } from './xml.ts';

/** One name for an ExtendedFieldURI, however its tag is written. Errors: `Refusal` where it names nothing. */
export function extendedKey(path: Element): string {
  const get = (name: string) => path.attributes.get(name);
  const tag = get('PropertyTag');
  if (tag !== undefined) return `tag:${Number(tag)}`;
  const set = get('DistinguishedPropertySetId') ?? get('PropertySetId');
  const property = get('PropertyName') ?? get('PropertyId');
  if (set === undefined || property === undefined) throw new Refusal('ErrorInvalidExtendedProperty', 'the extended property has no name');
  return `${set.toLowerCase()}/${property.toLowerCase()}`;
}

const UNREAD_FLAGS = { read: 1, unsent: 8, hasAttachment: 16 };

/** Properties of MS-OXPROPS that mails have, by their tags. */
const TAGS: Readonly<Record<number, (item: Item) => Value>> = {
  0x0017: (item) => ({ Low: 0, Normal: 1, High: 2 })[importanceOf(item)] ?? 1,
  0x001a: itemClass,
  0x0037: ({ message: { raw } }) => subjectOf(raw),
  0x0039: ({ message: { raw } }) => dateOf(headersOf(raw).sentAt),
  0x0070: ({ message: { raw } }) => subjectOf(raw),
  // The bytes that mail came with: this is what tells clients what stood on the wire.
  0x007d: ({ message: { raw } }) => decodeHeader(raw),
  0x0c1a: ({ message: { raw } }) => (headersOf(raw).sender ?? headersOf(raw).from[0])?.name,
  0x0c1f: ({ message: { raw } }) => (headersOf(raw).sender ?? headersOf(raw).from[0])?.address,
  0x0e03: ({ message: { raw } }) => display(headersOf(raw).cc),
  0x0e04: ({ message: { raw } }) => display(headersOf(raw).to),
  0x0e06: ({ message }) => message.receivedAt,
  0x0e07: messageFlags,
  0x0e08: ({ message }) => message.raw.length,
  0x0ff9: recordKey,
  0x300b: recordKey,
  0x0e1b: (item) => attachmentsOf(item).some(({ inline }) => !inline),
  0x0e23: ({ message }) => message.uid,
  0x1035: ({ message: { raw } }) => headersOf(raw).messageId,
  0x1039: ({ message: { raw } }) => headersOf(raw).references.join(' ') || undefined,
  0x1042: ({ message: { raw } }) => headersOf(raw).inReplyTo,
  0x1081: ({ message: { flags } }) => (flags.has('\\Answered') ? 102 : flags.has('$Forwarded') ? 104 : undefined),
  0x1090: ({ message: { flags } }) => (flags.has('\\Flagged') ? 2 : undefined),
  0x3007: ({ message }) => message.receivedAt,
  0x3008: modifiedAt,
  0x5d01: ({ message: { raw } }) => (headersOf(raw).sender ?? headersOf(raw).from[0])?.address,
};

/** Those that only the whole mail tells. */
const OF_THE_WHOLE = new Set(['tag:3611', 'tag:3591']);

export function extendedNeedsWhole(key: string): boolean {
  return OF_THE_WHOLE.has(key);
}

export function importanceOf(item: Item): 'Low' | 'Normal' | 'High' {
  const set = extraOf(item, 'item:Importance')?.[0];
  const importance = set ?? headersOf(item.message.raw).importance ?? 'normal';
  return ({ low: 'Low', high: 'High' } as const)[importance.toLowerCase() as 'low'] ?? 'Normal';
}

/** When an item was changed last, by a clock that ticks with the changes alone: the same run gives the same times. */
export function modifiedAt({ message: { receivedAt, born, revision } }: Item): Date {
  return new Date(receivedAt.getTime() + (revision - born) * 1000);
}

/** What names an item among all of the store, as base64 of its bytes. */
function recordKey({ account, folder, message }: Item): string {
  return itemId(account, folder, message);
}

function messageFlags(item: Item): number {
  const { flags } = item.message;
  const attachment = attachmentsOf(item).some(({ inline }) => !inline) ? UNREAD_FLAGS.hasAttachment : 0;
  return (flags.has('\\Seen') ? UNREAD_FLAGS.read : 0) | (flags.has('\\Draft') ? UNREAD_FLAGS.unsent : 0) | attachment;
}

function dateOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}

export function display(list: readonly { readonly name?: string; readonly address: string }[]): string {
  return list.map(({ name, address }) => name ?? address).join('; ');
}

/** How an extended property is read: what a client set, what mail has, or a header by its name. Errors: `Refusal`. */
export function extendedGetter(path: Element): (item: Item) => Value {
  const key = extendedKey(path);
  const type = path.attributes.get('PropertyType') ?? 'String';
  const own = ownGetter(key);
  return (item) => {
    const set = extraOf(item, key);
    return set ? typed(set, type) : own(item);
  };
}

function ownGetter(key: string): (item: Item) => Value {
  const tag = /^tag:(\d+)$/.exec(key);
  if (tag) return TAGS[Number(tag[1])] ?? (() => undefined);
  const header = /^internetheaders\/(.*)$/s.exec(key)?.[1];
  if (header !== undefined) return ({ message: { raw } }) => headersOf(raw).headers.get(header)?.[0];
  if (key !== 'publicstrings/keywords') return () => undefined;
  return ({ message: { flags } }) => {
    const categories = categoriesOf(flags);
    return categories.length > 0 ? categories : undefined;
  };
}

/** What a client set, as the type that it is read with. */
function typed(set: readonly string[], type: string): Value {
  const [first = ''] = set;
  if (type.endsWith('Array')) return set;
  if (/^(Integer|Long|Short|Double|Float)$/.test(type)) return Number(first);
  if (type === 'Boolean') return truth(first);
  return type === 'SystemTime' ? new Date(first) : first;
}

/** Long texts are cut in lists, as Exchange does: 512 bytes of UTF-16 with the end mark. */
const LISTED = 255;

/** The property as an answer holds it; nothing where the item has none. */
export function extendedMarkup(path: Element, value: Value, listed: boolean): Markup {
  if (value === undefined) return undefined;
  const uri = element('ExtendedFieldURI', undefined, Object.fromEntries(path.attributes));
  const many = Array.isArray(value) ? (value as readonly string[]) : undefined;
  const [text] = [many ? '' : said(value as string)];
  const one = listed && typeof value === 'string' ? text.slice(0, LISTED) : text;
  const content = many
    ? element(
        'Values',
        many.map((each) => element('Value', escape(each))),
      )
    : element('Value', escape(one));
  return element('ExtendedProperty', [uri, content]);
}

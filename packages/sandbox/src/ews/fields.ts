import type { Address } from '@mailwright/core';
import { headersOf } from '../mail/text.ts';
import { categoriesOf } from '../store/categories.ts';
import { attachmentsMarkup } from './attachment-markup.ts';
import { attachmentsOf, itemClass, type Item } from './item.ts';
import { display, importanceOf, modifiedAt } from './extended.ts';
import { changeKey, folderId, itemId } from './ids.ts';
import { subjectOf } from './raw-header.ts';
import type { Value } from './values.ts';
import { bytes, element, escape, leaf, type Markup } from './xml.ts';

/** How bodies are wanted, and whether a list asks, which gives less. */
export interface Wish {
  readonly bodyType: 'Best' | 'HTML' | 'Text';
  readonly listed: boolean;
}

/** A property of an item. */
export interface Field {
  /** The first version that has it, as `versions.ts` counts them. */
  readonly since: number;
  /** Only where the whole mail was read. */
  readonly whole: boolean;
  /** Lists do not give it (FindItem). */
  readonly unlisted: boolean;
  /** In the shapes Default and AllProperties. */
  readonly shapes: readonly ('Default' | 'AllProperties')[];
  get(item: Item): Value;
  write(item: Item, wish: Wish): Markup;
}

type Given = Partial<Omit<Field, 'write'>> & { write?: (item: Item, wish: Wish) => Markup };

const BOTH = ['Default', 'AllProperties'] as const;
const ALL = ['AllProperties'] as const;
const E2010 = 2;
const E2013 = 5;

/** Properties by URI in the order in which an answer holds them (Microsoft's types.xsd: ItemType, MessageType). */
const GIVEN: Readonly<Record<string, Given>> = {
  'item:MimeContent': {
    unlisted: true,
    write: ({ message }) => element('MimeContent', bytes(message.raw), { CharacterSet: 'UTF-8' }),
  },
  'item:ItemId': {
    shapes: BOTH,
    get: ({ account, folder, message }) => itemId(account, folder, message),
    write: (item) => (item.attached ? undefined : idMarkup(item)),
  },
  'item:ParentFolderId': {
    shapes: ALL,
    get: ({ account, folder }) => folderId(account, folder),
    write: ({ account, folder, attached }) =>
      attached ? undefined : element('ParentFolderId', undefined, { Id: folderId(account, folder), ChangeKey: changeKey(folder.revision) }),
  },
  'item:ItemClass': { shapes: ALL, whole: true, get: itemClass },
  'item:Subject': { shapes: BOTH, get: ({ message }) => subjectOf(message.raw) },
  'item:Sensitivity': { shapes: BOTH, get: sensitivity },
  'item:Body': {
    shapes: BOTH,
    whole: true,
    unlisted: true,
    get: ({ whole }) => whole?.text,
    write: (item, { bodyType }) => body('Body', item, bodyType),
  },
  'item:Attachments': { shapes: BOTH, whole: true, unlisted: true, write: attachmentsMarkup },
  'item:DateTimeReceived': { shapes: ALL, get: ({ message }) => message.receivedAt },
  'item:Size': { shapes: BOTH, get: ({ message }) => message.raw.length },
  'item:Categories': {
    shapes: ALL,
    get: ({ message }) => listOrNone(categoriesOf(message.flags)),
    write: ({ message }) => strings('Categories', categoriesOf(message.flags)),
  },
  'item:Importance': { shapes: ALL, get: importanceOf },
  'item:InReplyTo': { shapes: ALL, get: ({ message }) => headersOf(message.raw).inReplyTo },
  'item:IsSubmitted': { shapes: ALL, get: () => false },
  'item:IsDraft': { shapes: ALL, get: ({ message }) => message.flags.has('\\Draft') },
  'item:IsFromMe': { shapes: ALL, get: () => false },
  'item:IsResend': { shapes: ALL, get: () => false },
  'item:IsUnmodified': { shapes: ALL, get: ({ message }) => !message.flags.has('\\Draft') },
  'item:InternetMessageHeaders': { shapes: ALL, unlisted: true, write: internetHeaders },
  'item:DateTimeSent': { shapes: BOTH, get: sentAt },
  'item:DateTimeCreated': { shapes: BOTH, get: ({ message }) => message.receivedAt },
  'item:DisplayCc': { shapes: ALL, get: ({ message }) => display(headersOf(message.raw).cc) },
  'item:DisplayTo': { shapes: ALL, get: ({ message }) => display(headersOf(message.raw).to) },
  'item:HasAttachments': { shapes: BOTH, whole: true, get: (item) => attachmentsOf(item).some(({ inline }) => !inline) },
  extended: {},
  'item:EffectiveRights': { write: () => effectiveRights() },
  'item:LastModifiedName': { since: E2010, shapes: ALL, get: ({ account }) => account.address },
  'item:LastModifiedTime': { since: E2010, shapes: ALL, get: modifiedAt },
  'item:IsAssociated': { since: E2010, shapes: ALL, get: () => false },
  'item:ConversationId': {
    since: E2010,
    shapes: ALL,
    get: conversation,
    write: (item) => element('ConversationId', undefined, { Id: Buffer.from(conversation(item)).toString('base64') }),
  },
  'item:Flag': {
    since: E2013,
    shapes: ALL,
    get: ({ message }) => (message.flags.has('\\Flagged') ? 'Flagged' : 'NotFlagged'),
    write: ({ message }) => element('Flag', leaf('FlagStatus', message.flags.has('\\Flagged') ? 'Flagged' : 'NotFlagged')),
  },
  'item:Preview': { since: E2013, whole: true, get: ({ whole }) => (whole?.text ?? '').replace(/\s+/g, ' ').trim().slice(0, 255) },
  'item:TextBody': {
    since: E2013,
    whole: true,
    unlisted: true,
    get: ({ whole }) => whole?.text,
    write: (item) => body('TextBody', item, 'Text'),
  },
  'message:Sender': mailbox('Sender', ({ message }) => headersOf(message.raw).sender ?? headersOf(message.raw).from[0]),
  'message:ToRecipients': mailboxes('ToRecipients', ({ message }) => headersOf(message.raw).to, true),
  'message:CcRecipients': mailboxes('CcRecipients', ({ message }) => headersOf(message.raw).cc, true),
  'message:BccRecipients': mailboxes('BccRecipients', ({ message }) => headersOf(message.raw).bcc, true),
  'message:IsReadReceiptRequested': {
    shapes: BOTH,
    get: ({ message }) => headersOf(message.raw).headers.has('disposition-notification-to'),
  },
  'message:IsDeliveryReceiptRequested': { shapes: BOTH, get: () => false },
  'message:ConversationIndex': {
    shapes: ALL,
    get: (item) => Buffer.from(conversation(item)).toString('base64'),
  },
  'message:ConversationTopic': { shapes: ALL, get: conversation },
  'message:From': mailbox('From', ({ message }) => headersOf(message.raw).from[0]),
  'message:InternetMessageId': { shapes: ALL, get: ({ message }) => headersOf(message.raw).messageId },
  'message:IsRead': { shapes: BOTH, get: ({ message }) => message.flags.has('\\Seen') },
  'message:IsResponseRequested': { shapes: BOTH, get: () => false },
  'message:References': { shapes: ALL, get: ({ message }) => headersOf(message.raw).references.join(' ') || undefined },
  'message:ReplyTo': mailboxes('ReplyTo', ({ message }) => headersOf(message.raw).replyTo, true),
};

/** Every property by its URI, in order; `extended` is where ExtendedProperty stands. */
export const FIELDS: ReadonlyMap<string, Field> = new Map(
  Object.entries(GIVEN).map(([uri, given]) => {
    const name = uri.slice(uri.indexOf(':') + 1);
    const get = given.get ?? (() => undefined);
    const write = (item: Item) => {
      const value = get(item);
      return value === undefined || Array.isArray(value) ? undefined : leaf(name, value as string);
    };
    return [uri, { since: 0, whole: false, unlisted: false, shapes: [], write, ...given, get }];
  }),
);

export function idMarkup({ account, folder, message }: Item): Markup {
  return element('ItemId', undefined, { Id: itemId(account, folder, message), ChangeKey: changeKey(message.revision) });
}

function sensitivity({ message }: Item): string {
  const said = headersOf(message.raw).headers.get('sensitivity')?.[0]?.toLowerCase() ?? '';
  return { personal: 'Personal', private: 'Private', 'company-confidential': 'Confidential' }[said as 'personal'] ?? 'Normal';
}

/** Drafts that say no date have none; Exchange takes the time of arrival for other mail. */
function sentAt({ message }: Item): Date | undefined {
  const { sentAt: date } = headersOf(message.raw);
  return date === undefined ? undefined : new Date(date);
}

function body(name: string, { whole }: Item, bodyType: Wish['bodyType']): Markup {
  const html =
    bodyType === 'Text' ? undefined : (whole?.html ?? (bodyType === 'HTML' ? `<pre>${escape(whole?.text ?? '')}</pre>` : undefined));
  return element(name, escape(html ?? whole?.text ?? ''), { BodyType: html === undefined ? 'Text' : 'HTML' });
}

function conversation({ message }: Item): string {
  return subjectOf(message.raw).replace(/^(?:(?:re|fwd?|aw|wg)\s*:\s*)+/i, '');
}

function listOrNone(list: readonly string[]): readonly string[] | undefined {
  return list.length === 0 ? undefined : list;
}

function strings(name: string, list: readonly string[]): Markup {
  return list.length === 0
    ? undefined
    : element(
        name,
        list.map((one) => leaf('String', one)),
      );
}

function internetHeaders({ message }: Item): Markup {
  const all = [...headersOf(message.raw).headers].flatMap(([name, values]) =>
    values.map((value) => element('InternetMessageHeader', escape(value), { HeaderName: name })),
  );
  return all.length === 0 ? undefined : element('InternetMessageHeaders', all);
}

export function mailboxMarkup({ address, name }: Address): Markup {
  return element('Mailbox', [
    leaf('Name', name ?? address),
    address === '' ? undefined : leaf('EmailAddress', address),
    leaf('RoutingType', 'SMTP'),
  ]);
}

function mailbox(name: string, of: (item: Item) => Address | undefined): Given {
  return {
    shapes: BOTH,
    get: (item) => words(of(item)),
    write: (item) => {
      const one = of(item);
      return one && element(name, mailboxMarkup(one));
    },
  };
}

function mailboxes(name: string, of: (item: Item) => readonly Address[], unlisted: boolean): Given {
  return {
    shapes: name === 'ReplyTo' ? ALL : BOTH,
    unlisted,
    get: (item) => listOrNone(of(item).flatMap((one) => words(one) ?? [])),
    write: (item) => {
      const list = of(item);
      return list.length === 0 ? undefined : element(name, list.map(mailboxMarkup));
    },
  };
}

/** What a search for a person looks at. */
function words(one: Address | undefined): string[] | undefined {
  return one && [one.address, ...(one.name === undefined ? [] : [one.name])];
}

export function effectiveRights(): Markup {
  const rights = ['CreateAssociated', 'CreateContents', 'CreateHierarchy', 'Delete', 'Modify', 'Read'];
  return element(
    'EffectiveRights',
    rights.map((name) => leaf(name, true)),
  );
}

import { createHash } from 'node:crypto';
import type { Address, Message } from '@mailwright/core';
import { parse } from '@mailwright/mime';
import { structureOf } from '../mail/structure.ts';
import { categoriesOf } from '../store/categories.ts';
import type { StoredMessage } from '../store/folder.ts';
import { badRequest } from './answer.ts';
import type { Place, Places } from './places.ts';
import type { Value } from './odata.ts';

const parsed = new WeakMap<Buffer, Promise<Message>>();
/** What a message's bytes say, read once. */
export function contentOf(raw: Buffer): Promise<Message> {
  let found = parsed.get(raw);
  if (!found) parsed.set(raw, (found = parse(raw, { ref: { folder: '', id: '' } })));
  return found;
}

/** The properties that can be asked for; those after the blank line come only where they are. */
const PROPERTIES = [
  'id',
  'changeKey',
  'categories',
  'receivedDateTime',
  'sentDateTime',
  'hasAttachments',
  'internetMessageId',
  'subject',
  'bodyPreview',
  'importance',
  'parentFolderId',
  'isRead',
  'isDraft',
  'body',
  'sender',
  'from',
  'toRecipients',
  'ccRecipients',
  'bccRecipients',
  'replyTo',
  'flag',
] as const;
const ON_REQUEST = 'internetMessageHeaders';
/** What Mail.ReadBasic does not show (learn.microsoft.com, permissions reference). */
const CONTENT = new Set(['body', 'bodyPreview', ON_REQUEST]);

export interface Asked {
  /** Names of $select; all that come without being asked for if left out. */
  readonly select?: readonly string[] | undefined;
  /** Extended properties of $expand, as `Integer 0x1081`. */
  readonly extended: readonly string[];
  readonly immutable: boolean;
  /** The body as text. */
  readonly asText: boolean;
  /** Without content. */
  readonly basic: boolean;
}

/** The names of $select. Errors: 400 for one that no message has. */
export function selected(text: string | null): readonly string[] | undefined {
  const names = text?.split(',').map((name) => name.trim());
  const strange = names?.find((name) => !(PROPERTIES as readonly string[]).includes(name) && name !== ON_REQUEST);
  if (strange !== undefined) throw badRequest(`Could not find a property named '${strange}' on type 'Microsoft.OutlookServices.Message'.`);
  return names;
}

/** A message as Graph shows it. */
export async function messageJson(place: Place, places: Places, asked: Asked): Promise<Record<string, unknown>> {
  const { folder, message } = place;
  const content = await contentOf(message.raw);
  const all = { ...fieldsOf(place, content, asked), id: places.messageId(place, asked.immutable), parentFolderId: places.folderId(folder) };
  const names = (asked.select ?? PROPERTIES).filter((name) => !asked.basic || !CONTENT.has(name));
  const shown = Object.fromEntries(['id', ...names].map((name) => [name, all[name as keyof typeof all]]));
  return {
    '@odata.etag': etagOf(message),
    ...(content.kind === 'invite' || content.kind === 'cancellation' || content.kind === 'response'
      ? { '@odata.type': '#microsoft.graph.eventMessage' }
      : {}),
    ...Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== undefined)),
    ...(asked.extended.length > 0 && { singleValueExtendedProperties: extendedOf(message, content, asked.extended) }),
  };
}

export const etagOf = (message: StoredMessage): string => `W/"${changeKey(message)}"`;
const changeKey = ({ flags, uid }: StoredMessage) =>
  createHash('sha256')
    .update([uid, ...[...flags].sort()].join(' '))
    .digest('base64');

function fieldsOf({ message }: Place, content: Message, { asText }: Asked) {
  const { flags, receivedAt } = message;
  const received = seconds(receivedAt.toISOString());
  const [from] = content.from;
  const sender = content.sender ?? from;
  return {
    changeKey: changeKey(message),
    categories: categoriesOf(flags),
    receivedDateTime: received,
    sentDateTime: content.sentAt === undefined ? received : seconds(content.sentAt),
    hasAttachments: content.hasAttachments ?? false,
    internetMessageId: content.messageId,
    subject: content.subject,
    bodyPreview: (content.text ?? '').slice(0, 255),
    importance: content.importance ?? 'normal',
    isRead: flags.has('\\Seen'),
    isDraft: flags.has('\\Draft'),
    body: bodyOf(content, asText),
    ...(sender && { sender: recipient(sender) }),
    ...(from && { from: recipient(from) }),
    toRecipients: content.to.map(recipient),
    ccRecipients: content.cc.map(recipient),
    bccRecipients: content.bcc.map(recipient),
    replyTo: content.replyTo.map(recipient),
    flag: { flagStatus: flags.has('\\Flagged') ? 'flagged' : 'notFlagged' },
    // What was not received has none.
    ...(!flags.has('\\Draft') && { internetMessageHeaders: headersOf(message.raw) }),
  };
}

const seconds = (iso: string) => iso.replace(/\.\d+Z$/, 'Z');
const recipient = ({ address, name = address }: Address) => ({ emailAddress: { name, address } });

function bodyOf({ text = '', html }: Message, asText: boolean) {
  return html === undefined || asText ? { contentType: 'text', content: text } : { contentType: 'html', content: html };
}

/** Header fields as they stand; bytes beyond ASCII are UTF-8, or Windows-1252 where they are not. */
function headersOf(raw: Buffer): readonly { readonly name: string; readonly value: string }[] {
  return structureOf(raw).fields.map(({ name, value }) => ({ name, value: decoded(value) }));
}

function decoded(latin1: string): string {
  const bytes = Buffer.from(latin1, 'latin1');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** Type and number of an extended property, in the form in which it is given back. */
function propertyId(text: string): string {
  const found = /^(Integer|Long|String|Boolean) 0x0*([0-9a-f]+)$/i.exec(text.trim());
  if (!found) throw badRequest(`The extended property '${text}' is not known.`);
  return `${found[1] ?? ''} 0x${(found[2] ?? '').toLowerCase()}`;
}

/** The ids in `$expand=singleValueExtendedProperties($filter=id eq '...' or id eq '...')`. Errors: 400 for anything else. */
export function expanded(text: string | null): readonly string[] {
  if (text === null || text === '') return [];
  const [, filter] = /^singleValueExtendedProperties\(\$filter=(.*)\)$/i.exec(text.trim()) ?? [];
  if (filter === undefined) throw badRequest(`The query option $expand '${text}' is not known.`);
  return filter.split(/\s+or\s+/i).map((part) => {
    const [, id] = /^id eq '([^']*)'$/i.exec(part.trim()) ?? [];
    if (id === undefined) throw badRequest(`Syntax error in the filter of $expand '${text}'.`);
    return propertyId(id);
  });
}

/** Message classes (MS-OXCMSG section 2.2.1.3) by kind. */
const CLASSES: Partial<Readonly<Record<Message['kind'], string>>> = {
  invite: 'IPM.Schedule.Meeting.Request',
  cancellation: 'IPM.Schedule.Meeting.Canceled',
  response: 'IPM.Schedule.Meeting.Resp.Pos',
  bounce: 'REPORT.IPM.Note.NDR',
  receipt: 'REPORT.IPM.Note.IPNRN',
  'auto-reply': 'IPM.Note.Rules.OofTemplate.Microsoft',
};

/** PidTagMessageSize, PidTagLastVerbExecuted, PidTagMessageClass (MS-OXPROPS): the size is that of the bytes, 102 is an answer to the sender. */
function extendedOf(
  { raw, flags }: StoredMessage,
  { kind }: Message,
  wanted: readonly string[],
): readonly { readonly id: string; readonly value: string }[] {
  const known: Readonly<Record<string, string | undefined>> = {
    'Integer 0xe08': `${raw.length}`,
    'Long 0xe08': `${raw.length}`,
    'Integer 0x1081': flags.has('\\Answered') ? '102' : undefined,
    'String 0x1a': CLASSES[kind] ?? 'IPM.Note',
  };
  return wanted.flatMap((id) => {
    const value = known[id];
    return value === undefined ? [] : [{ id, value }];
  });
}

/** The flags that extended properties of a PATCH set or take away. */
export function answeredBy(properties: unknown): boolean | undefined {
  if (!Array.isArray(properties)) return undefined;
  const verb = (properties as { id?: unknown; value?: unknown }[]).find(({ id }) => propertyId(String(id)) === 'Integer 0x1081');
  return verb && ['102', '103'].includes(String(verb.value));
}

const FILTERABLE: Readonly<Record<string, (content: Message, message: StoredMessage) => Value | undefined>> = {
  receivedDateTime: (_, { receivedAt }) => receivedAt.toISOString(),
  sentDateTime: ({ sentAt }, { receivedAt }) => sentAt ?? receivedAt.toISOString(),
  isRead: (_, { flags }) => flags.has('\\Seen'),
  isDraft: (_, { flags }) => flags.has('\\Draft'),
  'flag/flagStatus': (_, { flags }) => (flags.has('\\Flagged') ? 'flagged' : 'notFlagged'),
  hasAttachments: ({ hasAttachments = false }) => hasAttachments,
  subject: ({ subject }) => subject,
  importance: ({ importance = 'normal' }) => importance,
  internetMessageId: ({ messageId }) => messageId,
  'from/emailAddress/address': ({ from }) => from[0]?.address,
  'sender/emailAddress/address': ({ sender, from }) => (sender ?? from[0])?.address,
};
export const isFilterable = (path: string): boolean => Object.hasOwn(FILTERABLE, path);
export const lookInto = (content: Message, message: StoredMessage) => (path: string) => FILTERABLE[path]?.(content, message);

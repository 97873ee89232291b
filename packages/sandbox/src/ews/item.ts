import type { Attachment, Message } from '@mailwright/core';
import { parse } from '@mailwright/mime';
import { structureOf, type Part } from '../mail/structure.ts';
import { headersOf } from '../mail/text.ts';
import type { Account } from '../store/account.ts';
import type { MailFolder, StoredMessage } from '../store/folder.ts';
import { bytes } from './xml.ts';

/** A message where it is, and what was read of it. */
export interface Item {
  readonly account: Account;
  readonly folder: MailFolder;
  readonly message: StoredMessage;
  /** Bodies and attachments; only where `readWhole` was awaited. */
  readonly whole: Message | undefined;
  /** It stands in another message: it has no id, no folder and no flags of its own. */
  readonly attached: boolean;
}

export function itemOf(account: Account, folder: MailFolder, message: StoredMessage): Item {
  return { account, folder, message, whole: undefined, attached: false };
}

const wholes = new WeakMap<Buffer, Promise<Message>>();

/** The item with its bodies and attachments, which are parsed once. */
export async function readWhole(item: Item): Promise<Item & { readonly whole: Message }> {
  const { raw } = item.message;
  let whole = wholes.get(raw);
  if (!whole) wholes.set(raw, (whole = parse(bytes(raw), { ref: { folder: item.folder.path, id: String(item.message.uid) } })));
  return { ...item, whole: await whole };
}

/** What a client set that has no place in the mail itself nor among its flags, by the property's key. */
const extras = new WeakMap<StoredMessage, Map<string, readonly string[]>>();

export function extraOf({ message }: Item, key: string): readonly string[] | undefined {
  return extras.get(message)?.get(key);
}

/** All of it, for setting. */
export function extrasOf({ message }: Item): Map<string, readonly string[]> {
  let found = extras.get(message);
  if (!found) extras.set(message, (found = new Map()));
  return found;
}

/** A copy of an item in a folder, with all that was set on it. */
export function copyItem(item: Item, folder: MailFolder, account: Account): Item {
  const { raw, flags, receivedAt } = item.message;
  const copy = itemOf(account, folder, folder.add(raw, flags, receivedAt));
  extras.set(copy.message, new Map(extras.get(item.message)));
  return copy;
}

/** An item keeps its id when its content changes: the UID that it had first, and which message has it now. */
const origins = new WeakMap<StoredMessage, number>();
const successors = new WeakMap<MailFolder, Map<number, number>>();

/** The item with other content; for IMAP, which knows no change of one, it is another message from then on. */
export function replaceContent(item: Item, raw: Buffer): Item {
  const { flags, receivedAt, uid } = item.message;
  const replaced = itemOf(item.account, item.folder, item.folder.add(raw, flags, receivedAt));
  extras.set(replaced.message, extrasOf(item));
  const origin = originOf(item.message);
  origins.set(replaced.message, origin);
  successors.set(item.folder, (successors.get(item.folder) ?? new Map<number, number>()).set(origin, replaced.message.uid));
  item.folder.remove(new Set([uid]));
  return replaced;
}

/** The UID by which an item's id names it. */
export function originOf(message: StoredMessage): number {
  return origins.get(message) ?? message.uid;
}

/** The message that an item's id names. */
export function messageOf(folder: MailFolder, uid: number): StoredMessage | undefined {
  return folder.find(successors.get(folder)?.get(uid) ?? uid);
}

/** The name of the element that shows it. */
export function elementName(item: Item): string {
  return (
    { invite: 'MeetingRequest', cancellation: 'MeetingCancellation', response: 'MeetingResponse' }[kindOf(item) as 'invite'] ?? 'Message'
  );
}

const CLASSES: Readonly<Record<string, string>> = {
  invite: 'IPM.Schedule.Meeting.Request',
  cancellation: 'IPM.Schedule.Meeting.Canceled',
  response: 'IPM.Schedule.Meeting.Resp.Pos',
  bounce: 'REPORT.IPM.Note.NDR',
  receipt: 'REPORT.IPM.Note.IPNRN',
};

export function itemClass(item: Item): string {
  return CLASSES[kindOf(item)] ?? 'IPM.Note';
}

/** Where the whole was not read, the method that a calendar part names in its header tells. */
function kindOf({ whole, message: { raw } }: Item): string {
  if (whole) return whole.kind;
  const { kind } = headersOf(raw);
  if (kind !== 'mail') return kind;
  return METHODS[calendarMethod(structureOf(raw)) as 'request'] ?? kind;
}

const METHODS: Readonly<Record<string, string>> = { request: 'invite', cancel: 'cancellation', reply: 'response' };

function calendarMethod(part: Part): string {
  if (part.type === 'text' && part.subtype === 'calendar') return part.parameters.get('method')?.toLowerCase() ?? '';
  return part.parts.map(calendarMethod).find((method) => method !== '') ?? '';
}

/** Attachments as Exchange counts them: an inline one is none for HasAttachments. */
export function attachmentsOf({ whole }: Item): readonly Attachment[] {
  return whole?.attachments ?? [];
}

export function isMessage({ contentType }: Attachment): boolean {
  return contentType === 'message/rfc822';
}

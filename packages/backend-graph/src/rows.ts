import type { Address, Flag, Importance, MessageKind, MessageRef, MessageSummary } from '@mailwright/core';
import { cleanText, parseHeaders } from '@mailwright/mime';
import type { Message as Row, Recipient } from '@microsoft/microsoft-graph-types';

export type { Row };

/** Extended properties (MS-OXPROPS): the size, the last verb that was done with it, the class of the item. */
const SIZE = 'Integer 0xe08';
const VERB = 'Integer 0x1081';
const CLASS = 'String 0x1a';
/** NOTEIVERB_REPLYTOSENDER and NOTEIVERB_REPLYTOALL (MS-OXOMSG section 2.2.1.51). */
const ANSWERS = new Set(['102', '103']);

/** What is asked for of each message of a listing. */
export const SUMMARY = {
  $select: [
    'id',
    'parentFolderId',
    'receivedDateTime',
    'sentDateTime',
    'hasAttachments',
    'internetMessageId',
    'subject',
    'importance',
    'isRead',
    'isDraft',
    'from',
    'toRecipients',
    'ccRecipients',
    'bccRecipients',
    'flag',
    'categories',
    'internetMessageHeaders',
  ].join(','),
  $expand: `singleValueExtendedProperties($filter=${[SIZE, VERB, CLASS].map((id) => `id eq '${id}'`).join(' or ')})`,
} as const;

/** The change of a message that makes it answered, or not. */
export const answered = (on: boolean) => ({ singleValueExtendedProperties: [{ id: VERB, value: on ? '102' : '0' }] });

/** What a listing knows of a message. */
export interface Item {
  readonly summary: MessageSummary;
  readonly bcc: readonly Address[];
}

/** A row of Graph as a summary: what was received says what it is in its header, the rest in the properties of the row. */
export function itemOf(row: Row, ref: MessageRef): Item {
  const lines = (row.internetMessageHeaders ?? []).map(({ name, value }) => `${oneLine(name)}: ${oneLine(value)}\r\n`);
  const { bcc, ...said } = lines.length > 0 ? fromHeaders(lines) : fromProperties(row);
  const size = Number(propertyOf(row, SIZE) ?? Number.NaN);
  const receivedAt = dateIn(row.receivedDateTime);
  const kind = said.kind === 'mail' ? (kindOfClass(propertyOf(row, CLASS)) ?? 'mail') : said.kind;
  const summary: MessageSummary = {
    ref,
    ...said,
    kind,
    ...(receivedAt !== undefined && { receivedAt }),
    ...(Number.isSafeInteger(size) && size >= 0 && { size }),
    flags: flagsOf(row),
    keywords: (row.categories ?? []).map((one) => cleanText(one).text),
    hasAttachments: row.hasAttachments ?? false,
  };
  return { summary, bcc };
}

type Said = Omit<MessageSummary, 'ref' | 'receivedAt' | 'size' | 'flags' | 'keywords' | 'hasAttachments'> & {
  readonly bcc: readonly Address[];
};

function fromHeaders(lines: readonly string[]): Said {
  const { headers: _headers, sender: _sender, replyTo: _replyTo, defects, ...said } = parseHeaders(Buffer.from(`${lines.join('')}\r\n`));
  return { ...said, ...(defects.length > 0 && { defects }) };
}

/** A draft, or what was sent from here, has no header yet. */
function fromProperties(row: Row): Said {
  const { text: subject, defects } = cleanText(row.subject ?? '');
  const sentAt = dateIn(row.sentDateTime);
  const messageId = cleanText(row.internetMessageId ?? '').text;
  return {
    kind: 'mail',
    ...(messageId !== '' && { messageId }),
    references: [],
    subject: subject.replace(/\s+/g, ' ').trim(),
    from: addresses(row.from ? [row.from] : []),
    to: addresses(row.toRecipients),
    cc: addresses(row.ccRecipients),
    bcc: addresses(row.bccRecipients),
    ...(sentAt !== undefined && { sentAt }),
    ...(row.importance && { importance: row.importance as Importance }),
    ...(defects.length > 0 && { defects: defects.map((one) => `subject: ${one}`) }),
  };
}

function addresses(list: readonly Recipient[] | null | undefined): Address[] {
  return (list ?? []).flatMap(({ emailAddress }) => {
    const address = cleanText(emailAddress?.address ?? '').text.trim();
    const name = cleanText(emailAddress?.name ?? '')
      .text.replace(/\s+/g, ' ')
      .trim();
    return address === '' && name === '' ? [] : [{ address, ...(name !== '' && name !== address && { name }) }];
  });
}

function flagsOf(row: Row): Flag[] {
  const flags: readonly (readonly [Flag, boolean])[] = [
    ['seen', row.isRead === true],
    ['answered', ANSWERS.has(propertyOf(row, VERB) ?? '')],
    ['flagged', row.flag?.flagStatus === 'flagged'],
    ['draft', row.isDraft === true],
  ];
  return flags.flatMap(([flag, on]) => (on ? [flag] : []));
}

/** The server writes the ids of extended properties in letter case and length of its own. */
function propertyOf({ singleValueExtendedProperties: properties }: Row, id: string): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/0x0+/, '0x');
  return properties?.find((one) => plain(one.id ?? '') === plain(id))?.value ?? undefined;
}

/** Message classes (MS-OXCMSG section 2.2.1.3, MS-OXOCAL section 2.2.10.1). */
function kindOfClass(text = ''): MessageKind | undefined {
  const name = text.toLowerCase();
  if (name.startsWith('ipm.schedule.meeting.request')) return 'invite';
  if (name.startsWith('ipm.schedule.meeting.canceled')) return 'cancellation';
  if (name.startsWith('ipm.schedule.meeting.resp')) return 'response';
  if (/^report\..*\.(ipnrn|ipnnrn)$/.test(name)) return 'receipt';
  if (/^report\..*\.ndr$/.test(name)) return 'bounce';
  return name.startsWith('ipm.note.rules.ooftemplate') ? 'auto-reply' : undefined;
}

function dateIn(text: string | null | undefined): string | undefined {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** A line end in a value would begin another field. */
const oneLine = (text: string | null | undefined) => (text ?? '').replace(/[\r\n]+/g, ' ');

import type { Address, Flag, Importance, MessageKind, MessageRef, MessageSummary } from '@mailwright/core';
import { Defects, cleanText, parseHeaders } from '@mailwright/mime';
import { FLAGGED, REPLIED, TAGS, type Tag } from './tags.ts';
import { child, descendants, textOf, type Element } from './xml.ts';

/** What the server tells of a message. */
export interface Item {
  readonly summary: MessageSummary;
  readonly bcc: readonly Address[];
  readonly changeKey: string;
}

/** Kinds by the class that Exchange gives a message (MS-OXCMSG, MS-OXOCAL); the header may say more. */
const KINDS: readonly (readonly [RegExp, MessageKind])[] = [
  [/^IPM\.Schedule\.Meeting\.(Request|Notification)/i, 'invite'],
  [/^IPM\.Schedule\.Meeting\.Canceled/i, 'cancellation'],
  [/^IPM\.Schedule\.Meeting\.Resp/i, 'response'],
  [/^REPORT\..*\.NDR$/i, 'bounce'],
  [/^REPORT\..*\.(IPNN?RN|DR)$/i, 'receipt'],
  [/^IPM\.Note\.Rules\.(Oof|Reply)Template/i, 'auto-reply'],
];

/**
 * A message from the element that stands for it. What its header block says is taken from there, as from any other server; without one
 * (drafts, sent mail) from what Exchange made of it. Texts are clean, whatever they hold.
 */
export function itemOf(element: Element, folder: string): Item {
  const { Id: id = '', ChangeKey: changeKey = '' } = child(element, 'ItemId')?.attributes ?? {};
  const defects = new Defects();
  const properties = extended(element);
  const header = properties.get('header');
  const stored = ofStore(element, properties, defects);
  const { bcc: said, ...fields } = header === undefined || header.trim() === '' ? ofElements(element, defects) : ofHeader(header, defects);
  const kind = fields.kind === 'mail' ? (kindOfClass(textOf(element, 'ItemClass')) ?? 'mail') : fields.kind;
  const found = defects.list();
  return {
    summary: { ref: { folder, id }, ...fields, ...stored, kind, ...(found.length > 0 && { defects: found }) },
    bcc: said.length > 0 ? said : addresses(element, 'BccRecipients', defects),
    changeKey,
  };
}

/** A message that the server cannot show. */
export const unreadable = (ref: MessageRef, why: string): Item => ({
  summary: {
    ref,
    kind: 'mail',
    references: [],
    subject: '',
    from: [],
    to: [],
    cc: [],
    defects: [`unreadable: the server cannot give this message (${cleanText(why).text.slice(0, 300)})`],
  },
  bcc: [],
  changeKey: '',
});

type Fields = Pick<
  MessageSummary,
  'kind' | 'messageId' | 'inReplyTo' | 'references' | 'subject' | 'from' | 'to' | 'cc' | 'sentAt' | 'importance'
> & { readonly bcc: readonly Address[] };

/** The header block that an item came with; undefined where it has none (drafts, sent mail). */
export const headerOf = (element: Element): string | undefined => extended(element).get('header');

function ofHeader(header: string, defects: Defects): Fields {
  const { headers: _headers, sender: _sender, replyTo: _replyTo, defects: found, ...fields } = parseHeaders(Buffer.from(header));
  for (const defect of found) {
    const [where = '', ...what] = defect.split(': ');
    defects.add([what.join(': ')], where);
  }
  return fields;
}

function ofElements(element: Element, defects: Defects): Fields {
  const text = (name: string, where: string) =>
    defects
      .take(cleanText(textOf(element, name) ?? ''), where)
      .replace(/\s+/g, ' ')
      .trim();
  const messageId = idOf(text('InternetMessageId', 'message-id'));
  const inReplyTo = idOf(text('InReplyTo', 'in-reply-to'));
  const sentAt = timeOf(textOf(element, 'DateTimeSent'));
  const importance = textOf(element, 'Importance')?.toLowerCase();
  return {
    kind: 'mail',
    ...(messageId !== undefined && { messageId }),
    ...(inReplyTo !== undefined && { inReplyTo }),
    references:
      text('References', 'references')
        .match(/<[^<>\s]{1,998}>/g)
        ?.slice(-100) ?? [],
    subject: text('Subject', 'subject'),
    from: addresses(element, 'From', defects),
    to: addresses(element, 'ToRecipients', defects),
    cc: addresses(element, 'CcRecipients', defects),
    bcc: addresses(element, 'BccRecipients', defects),
    ...(sentAt !== undefined && { sentAt }),
    // Exchange calls everything normal that says nothing.
    ...((importance === 'low' || importance === 'high') && { importance: importance as Importance }),
  };
}

/** What the store knows, and no header says. */
function ofStore(element: Element, properties: ReadonlyMap<Tag, string>, defects: Defects) {
  const size = Number(textOf(element, 'Size') ?? Number.NaN);
  const receivedAt = timeOf(textOf(element, 'DateTimeReceived'));
  const flags: Flag[] = [
    ...(textOf(element, 'IsRead') === 'true' ? (['seen'] as const) : []),
    ...(REPLIED.includes(Number(properties.get('lastVerb'))) ? (['answered'] as const) : []),
    ...(Number(properties.get('flagStatus')) === FLAGGED ? (['flagged'] as const) : []),
    ...(textOf(element, 'IsDraft') === 'true' ? (['draft'] as const) : []),
  ];
  const keywords = child(element, 'Categories')?.children.map(({ text }) => defects.take(cleanText(text), 'categories')) ?? [];
  const attached = textOf(element, 'HasAttachments');
  return {
    ...(receivedAt !== undefined && { receivedAt }),
    ...(Number.isInteger(size) && { size }),
    flags,
    keywords,
    ...(attached !== undefined && { hasAttachments: attached === 'true' }),
  };
}

function extended(element: Element): ReadonlyMap<Tag, string> {
  const names = new Map(Object.entries(TAGS).map(([name, { tag }]) => [tag as number, name as Tag]));
  return new Map(
    element.children.flatMap((one) => {
      if (one.name !== 'ExtendedProperty') return [];
      const name = names.get(Number(child(one, 'ExtendedFieldURI')?.attributes['PropertyTag']));
      const value = textOf(one, 'Value');
      return name && value !== undefined ? [[name, value] as const] : [];
    }),
  );
}

function addresses(element: Element, name: string, defects: Defects): Address[] {
  const where = name.replace('Recipients', '').toLowerCase();
  const list = child(element, name);
  return (list ? [...descendants(list, 'Mailbox')] : []).flatMap((mailbox) => {
    const part = (field: string) =>
      defects
        .take(cleanText(textOf(mailbox, field) ?? ''), where)
        .replace(/\s+/g, ' ')
        .trim();
    const [address, display] = [part('EmailAddress'), part('Name')];
    if (address === '' && display === '') return [];
    return [{ address, ...(display !== '' && display !== address && { name: display }) }];
  });
}

const idOf = (text: string) => /<[^<>]{1,998}>/.exec(text)?.[0] ?? (text.split(/\s+/)[0] || undefined);
const kindOfClass = (name = '') => KINDS.find(([pattern]) => pattern.test(name))?.[1];

function timeOf(text: string | undefined): string | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

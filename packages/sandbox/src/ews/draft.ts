import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { Address, Draft, Message } from '@mailwright/core';
import { EmailError } from '@mailwright/core';
import { compose, parse } from '@mailwright/mime';
import { Refusal } from './refusal.ts';
import { bytes, child, textIn, truth, type Element } from './xml.ts';

type Attachments = NonNullable<Draft['attachments']>;

/** The mail that an item of CreateItem says field by field. */
export function rawOfFields(fields: Element, from: Address): Promise<Buffer> {
  const base: Draft = { from, to: [], subject: '', messageId: newId(from), date: new Date().toISOString() };
  return composed(withFields(base, fields));
}

/** A mail with some of its fields changed, and more attachments. What stands in its header beyond those is lost, as in Exchange. */
export async function changed(raw: Buffer, fields: readonly Element[], more: Attachments = [], without?: number): Promise<Buffer> {
  const message = await parse(raw, { ref: { folder: '', id: '' } });
  const kept = message.attachments.filter((_, index) => index !== without);
  const draft: Draft = { ...draftOf(message), attachments: [...kept, ...more] };
  return composed(fields.reduce(withFields, draft));
}

function draftOf(message: Message): Draft {
  const [from] = message.from;
  const { to, cc, bcc, replyTo, subject, text, html, inReplyTo, references, importance } = message;
  return {
    ...(from && { from }),
    to,
    cc,
    bcc,
    replyTo,
    subject,
    ...(text !== undefined && { text }),
    ...(html !== undefined && { html }),
    messageId: message.messageId ?? newId(from ?? { address: 'sandbox@localhost' }),
    date: message.sentAt ?? new Date().toISOString(),
    ...(inReplyTo !== undefined && { inReplyTo }),
    references,
    ...(importance && { importance }),
  };
}

function withFields(draft: Draft, fields: Element): Draft {
  const text = (name: string) => textIn(fields, name);
  const people = (name: string) => child(fields, name)?.children.map(addressOf);
  const body = child(fields, 'Body');
  const html = body?.attributes.get('BodyType') === 'HTML';
  const { text: _text, html: _html, ...rest } = draft;
  const bodies = body ? { [html ? 'html' : 'text']: body.text } : { ...draft };
  return {
    ...rest,
    ...bodies,
    ...(child(fields, 'From') && { from: addressOf(child(child(fields, 'From'), 'Mailbox')) }),
    attachments: [...(draft.attachments ?? []), ...(child(fields, 'Attachments')?.children ?? []).map(attachmentIn)],
    to: people('ToRecipients') ?? draft.to,
    cc: people('CcRecipients') ?? draft.cc ?? [],
    bcc: people('BccRecipients') ?? draft.bcc ?? [],
    replyTo: people('ReplyTo') ?? draft.replyTo ?? [],
    subject: (text('Subject') ?? draft.subject).replace(/[\r\n]+/g, ' '),
    ...given('messageId', text('InternetMessageId')),
    ...given('inReplyTo', text('InReplyTo')),
    ...given('references', text('References')?.match(/<[^>]+>/g)),
    ...given('importance', text('Importance')?.toLowerCase()),
    ...given('readReceipt', truth(text('IsReadReceiptRequested'))),
  };
}

/** A file as a client sends it. Errors: `Refusal` for what is none. */
export function attachmentIn(file: Element): Attachments[number] {
  const content = textIn(file, 'Content');
  if (file.name !== 'FileAttachment' || content === undefined) throw new Refusal('ErrorInvalidRequest', 'only files are taken');
  const contentId = textIn(file, 'ContentId');
  return {
    filename: textIn(file, 'Name') ?? '',
    contentType: textIn(file, 'ContentType') ?? 'application/octet-stream',
    ...(contentId !== undefined && { contentId }),
    open: bytes(Buffer.from(content, 'base64')).open,
  };
}

const given = (key: string, value: unknown): object => (value === undefined || value === null ? {} : { [key]: value });

function addressOf(mailbox: Element | undefined): Address {
  const name = textIn(mailbox, 'Name');
  return { address: textIn(mailbox, 'EmailAddress') ?? '', ...(name !== undefined && name !== '' && { name }) };
}

function newId({ address }: Address): string {
  return `<${randomUUID()}@${address.slice(address.lastIndexOf('@') + 1) || 'localhost'}>`;
}

async function composed(draft: Draft): Promise<Buffer> {
  try {
    return await buffer(compose(draft, { keepBcc: true }).stream());
  } catch (error) {
    if (error instanceof EmailError) throw new Refusal('ErrorItemSave', error.message);
    throw error;
  }
}

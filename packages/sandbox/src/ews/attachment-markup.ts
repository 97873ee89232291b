import { attachmentsOf, isMessage, type Item } from './item.ts';
import { attachmentId } from './ids.ts';
import { element, leaf, type Markup } from './xml.ts';

/** What an item's answer says of its attachments; their contents are fetched one by one. */
export function attachmentsMarkup(item: Item): Markup {
  if (item.attached) return undefined;
  const all = attachmentsOf(item).map((_, index) => {
    const [name, head] = attachmentHead(item, index);
    return element(name, head);
  });
  return all.length === 0 ? undefined : element('Attachments', all);
}

/** The element for an attachment, and what it begins with. A mail in a mail is an item. */
export function attachmentHead(item: Item, index: number): readonly [name: 'FileAttachment' | 'ItemAttachment', head: Markup] {
  const attachment = attachmentsOf(item)[index];
  if (!attachment) return ['FileAttachment', undefined];
  const { account, folder, message } = item;
  const id = attachmentId(account, folder, message, index);
  const head = [
    element('AttachmentId', undefined, { Id: id }),
    leaf('Name', attachment.filename),
    leaf('ContentType', attachment.contentType),
    leaf('ContentId', attachment.contentId),
    leaf('Size', attachment.size),
    leaf('LastModifiedTime', message.receivedAt),
    leaf('IsInline', attachment.inline),
  ];
  return [isMessage(attachment) ? 'ItemAttachment' : 'FileAttachment', head];
}

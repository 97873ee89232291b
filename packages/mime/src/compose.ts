import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Address, Draft } from '@mailwright/core';
import type MailComposer from 'nodemailer/lib/mail-composer';
import type { MailComposerAttachment } from 'nodemailer/lib/mail-composer';
import { Deferred } from './deferred.ts';
import { checkDraft } from './draft-check.ts';
import { networkLines } from './network-lines.ts';

/** A draft as bytes. Each stream gives the same bytes; attachments are opened one after the other as it is read, and never held. */
export interface Composed {
  stream(): Readable;
  /** Bytes, counted by going through the stream once. */
  size(): Promise<number>;
}

/**
 * Composes a draft (RFC 5322, MIME). Bcc stays out unless kept for the copy. Errors: `input.invalid` for what would become another header
 * or recipient; a stream fails with the error of an attachment that cannot be read.
 */
export function compose(draft: Draft, { keepBcc = false }: { readonly keepBcc?: boolean } = {}): Composed {
  checkDraft(draft);
  const stream = () =>
    new Deferred(async () => {
      const { default: Composer } = await import('nodemailer/lib/mail-composer');
      const message = new Composer(mailOf(draft, await textOf(draft))).compile();
      message.keepBcc = keepBcc;
      return message.createReadStream();
    });
  return {
    stream,
    async size() {
      let size = 0;
      for await (const chunk of stream() as AsyncIterable<Buffer>) size += chunk.length;
      return size;
    },
  };
}

async function textOf({ text, html }: Draft): Promise<string> {
  if (text !== undefined || html === undefined) return text ?? '';
  const { htmlToText } = await import('./html.ts');
  return htmlToText(html);
}

function mailOf(draft: Draft, text: string): ConstructorParameters<typeof MailComposer>[0] {
  const { importance = 'normal', from, html } = draft;
  return {
    ...(from && { from: address(from) }),
    to: draft.to.map(address),
    cc: draft.cc?.map(address),
    bcc: draft.bcc?.map(address),
    replyTo: draft.replyTo?.map(address),
    subject: draft.subject,
    messageId: draft.messageId,
    date: new Date(draft.date),
    inReplyTo: draft.inReplyTo,
    references: draft.references ? [...draft.references] : undefined,
    // An empty body is a body all the same: without it the first attachment would stand in its place.
    text: crlf(text) || '\r\n',
    ...(html !== undefined && html !== '' && { html: crlf(html) }),
    headers: {
      ...draft.headers,
      ...(draft.readReceipt && from && { 'Disposition-Notification-To': `<${from.address}>` }),
      ...(importance !== 'normal' && { Importance: importance, 'X-Priority': importance === 'high' ? '1 (Highest)' : '5 (Lowest)' }),
    },
    attachments: (draft.attachments ?? []).map(attachmentOf),
    baseBoundary: createHash('sha256').update(draft.messageId).digest('hex').slice(0, 24),
    newline: '\r\n',
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function attachmentOf({ filename, contentType, contentId, open }: NonNullable<Draft['attachments']>[number]): MailComposerAttachment {
  const type = typeOf(contentType);
  const message = /^message\//i.test(type);
  return {
    filename: filename === '' ? !message && 'attachment' : filename,
    contentType: type,
    contentDisposition: contentId === undefined ? 'attachment' : 'inline',
    ...(contentId !== undefined && { cid: contentId }),
    // A message within a message may not be encoded (RFC 2046 section 5.2.1), so its lines go out as they are.
    ...(message && { contentTransferEncoding: '8bit' }),
    content: new Deferred(message ? () => open().then(networkLines) : open),
  };
}

/** A stranger's type as far as it is one. A multipart would need parts, which an attachment has not. */
function typeOf(contentType: string): string {
  const [type = ''] = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?=\s*(?:;|$))/.exec(contentType.trim()) ?? [];
  return type === '' || /^multipart\//i.test(type) ? 'application/octet-stream' : contentType.trim();
}

const address = ({ address, name }: Address) => ({ address, name: name ?? '' });
const crlf = (text: string) => text.replace(/\r\n|\r|\n/g, '\r\n');

import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { EmailError, type Address, type Draft } from '@mailwright/core';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import { htmlToText } from './html.ts';

/** A draft as bytes. Each stream gives the same bytes; attachments are opened when it is read and never held. */
export interface Composed {
  stream(): Readable;
  /** Bytes, counted by going through the stream once. */
  size(): Promise<number>;
}

/** Composes a draft (RFC 5322, MIME). Bcc stays out unless kept for the copy. Errors: `input.invalid` for line breaks where none may be. */
export function compose(draft: Draft, { keepBcc = false }: { readonly keepBcc?: boolean } = {}): Composed {
  checkLines(draft);
  const stream = () => Readable.from(bytes(draft, keepBcc), { objectMode: false });
  return {
    stream,
    async size() {
      let size = 0;
      for await (const chunk of stream() as AsyncIterable<Buffer>) size += chunk.length;
      return size;
    },
  };
}

async function* bytes(draft: Draft, keepBcc: boolean): AsyncGenerator<Buffer> {
  // The library wants open streams up front.
  const contents = await Promise.all((draft.attachments ?? []).map((attachment) => attachment.open()));
  try {
    const node = new MailComposer(mailOf(draft, contents)).compile();
    node.keepBcc = keepBcc;
    yield* node.createReadStream() as AsyncIterable<Buffer>;
  } finally {
    for (const content of contents) content.destroy();
  }
}

function mailOf(draft: Draft, contents: readonly Readable[]): object {
  const { importance = 'normal' } = draft;
  return {
    ...(draft.from && { from: address(draft.from) }),
    to: draft.to.map(address),
    cc: draft.cc?.map(address),
    bcc: draft.bcc?.map(address),
    replyTo: draft.replyTo?.map(address),
    subject: draft.subject,
    messageId: draft.messageId,
    date: new Date(draft.date),
    inReplyTo: draft.inReplyTo,
    references: draft.references ? [...draft.references] : undefined,
    text: crlf(draft.text ?? (draft.html === undefined ? '' : htmlToText(draft.html))),
    ...(draft.html !== undefined && { html: crlf(draft.html) }),
    headers: {
      ...draft.headers,
      ...(draft.readReceipt && draft.from && { 'Disposition-Notification-To': draft.from.address }),
      ...(importance !== 'normal' && { Importance: importance, 'X-Priority': importance === 'high' ? '1 (Highest)' : '5 (Lowest)' }),
    },
    attachments: (draft.attachments ?? []).map(({ filename, contentType, contentId }, index) => ({
      filename: filename === '' ? 'attachment' : filename,
      contentType,
      ...(contentId !== undefined && { cid: contentId, contentDisposition: 'inline' }),
      ...(contentType.startsWith('message/') && { contentTransferEncoding: '8bit' }),
      content: contents[index],
    })),
    baseBoundary: createHash('sha256').update(draft.messageId).digest('hex').slice(0, 24),
    newline: '\r\n',
    disableFileAccess: true,
    disableUrlAccess: true,
    xMailer: false,
  };
}

const address = ({ address, name }: Address) => ({ address, name: name ?? '' });
const crlf = (text: string) => text.replace(/\r\n|\r|\n/g, '\r\n');

/** A line break in a header would start another header; in an address, another command. */
function checkLines(draft: Draft): void {
  const lists = {
    from: draft.from ? [draft.from] : [],
    to: draft.to,
    cc: draft.cc ?? [],
    bcc: draft.bcc ?? [],
    replyTo: draft.replyTo ?? [],
  };
  const texts: [string, string | undefined][] = [
    ['subject', draft.subject],
    ['messageId', draft.messageId],
    ['inReplyTo', draft.inReplyTo],
    ...(draft.references ?? []).map((one): [string, string] => ['references', one]),
    ...Object.entries(lists).flatMap(([field, list]) =>
      list.flatMap(({ address: one, name }): [string, string | undefined][] => [
        [field, one],
        [field, name],
      ]),
    ),
    ...Object.entries(draft.headers ?? {}).flatMap(([name, value]): [string, string][] => [
      [`headers.${name}`, name],
      [`headers.${name}`, value],
    ]),
    ...(draft.attachments ?? []).flatMap(({ filename, contentType, contentId }): [string, string | undefined][] => [
      ['attachments', filename],
      ['attachments', contentType],
      ['attachments', contentId],
    ]),
  ];
  // oxlint-disable-next-line no-control-regex -- these are the characters that may not be there
  const bad = texts.find(([, text]) => text !== undefined && /[\r\n\u0000]/.test(text));
  if (bad)
    throw new EmailError('input.invalid', {
      path: bad[0],
      problem: 'a line break or NUL is not allowed here',
      cure: 'Remove it; long texts belong into the body.',
    });
}

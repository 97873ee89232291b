import type { Readable } from 'node:stream';
import { EmailError, say, type Attachment, type Message, type MessageRef } from '@mailwright/core';
import { Defects, cleanText, parse } from '@mailwright/mime';
import type { Spool } from '@mailwright/network';
import type { Exchange } from './exchange.ts';
import { headerOf, type Item } from './item.ts';
import { Taken, readable } from './taken.ts';
import { child, textOf, type Element } from './xml.ts';

/** Fields of a header that tell of the bytes that we do not have. */
const OF_BYTES = /^(?:content-[\w-]+|mime-version)[ \t]*:.*(?:\r?\n[ \t].*)*(?:\r?\n|$)/gim;

/**
 * A message of which the server makes no MIME: its body as Exchange has it, its files one by one by GetAttachment. Undefined where the
 * server does not give these either. `raw` is what its bytes are asked for with, in case that they come another day. Errors: `message.not_found`.
 */
export async function withoutMime(
  exchange: Exchange,
  spool: Spool,
  { summary, bcc }: Item,
  { why, raw }: { readonly why: string; readonly raw: Message['raw'] },
): Promise<Message | undefined> {
  const { ref } = summary;
  const call = { what: say`read a message`, ms: exchange.ctx.limits.read, ref };
  const [answer] = await exchange.call(exchange.soap.getItems([ref.id], 'parts'), call);
  const element = answer?.ok ? child(answer.element, 'Items')?.children[0] : undefined;
  if (!element) {
    const error = answer && exchange.errorOf(answer, call);
    if (EmailError.is(error, 'message.not_found')) throw error;
    return undefined;
  }
  const header = (headerOf(element) ?? '').replace(OF_BYTES, '').trim();
  const message = await parse(asMail(header, child(element, 'Body')), { ref });
  const defects = new Defects();
  const attachments = (child(element, 'Attachments')?.children ?? []).flatMap(
    (one) => attachmentOf(one, defects, (id, kind) => fetched(exchange, spool, ref, { id, kind })) ?? [],
  );
  const { text, html } = message;
  return {
    ...message,
    ...summary,
    ...(header === '' && { headers: new Map() }),
    bcc,
    ...(text !== undefined && { text }),
    ...(html !== undefined && { html }),
    hasAttachments: attachments.some(({ inline }) => !inline),
    attachments,
    defects: [
      `pieced together: the server cannot give this message as it came (${why})`,
      ...new Set([...(summary.defects ?? []), ...(message.defects ?? []), ...defects.list()]),
    ],
    raw,
  };
}

/** The body under the header, so that it is read as that of every mail is. */
function asMail(header: string, body: Element | undefined): Buffer {
  const type = body?.attributes['BodyType'] === 'HTML' ? 'html' : 'plain';
  const lines = [
    `Content-Type: text/${type}; charset=utf-8`,
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(body?.text ?? '').toString('base64'),
  ];
  return Buffer.from([...(header === '' ? [] : [header]), ...lines].join('\r\n'));
}

type Kind = 'file' | 'item';

function attachmentOf(element: Element, defects: Defects, take: (id: string, kind: Kind) => Promise<Readable>): Attachment | undefined {
  const kind: Kind | undefined = element.name === 'FileAttachment' ? 'file' : element.name === 'ItemAttachment' ? 'item' : undefined;
  const id = child(element, 'AttachmentId')?.attributes['Id'];
  if (!kind || id === undefined) return undefined;
  const text = (name: string) =>
    defects
      .take(cleanText(textOf(element, name) ?? ''), 'attachment name')
      .replace(/\s+/g, ' ')
      .trim();
  const name = text('Name');
  const contentId = text('ContentId').replace(/^<|>$/g, '');
  return {
    // A mail within is named by its subject.
    filename: kind === 'item' && !/\.eml$/i.test(name) ? `${name}.eml` : name,
    contentType: kind === 'item' ? 'message/rfc822' : text('ContentType').toLowerCase() || 'application/octet-stream',
    inline: textOf(element, 'IsInline') === 'true',
    ...(contentId !== '' && { contentId }),
    open: () => take(id, kind),
  };
}

/** The bytes of one file, in memory or through the disk. Errors: `message.not_found`, `message.too_large`. */
async function fetched(
  exchange: Exchange,
  spool: Spool,
  ref: MessageRef,
  { id, kind }: { readonly id: string; readonly kind: Kind },
): Promise<Readable> {
  const { read, largestMessage, throughput } = exchange.ctx.limits;
  let taken: Taken | undefined;
  const sinkFor = () => {
    taken?.drop();
    return (taken = new Taken(spool, largestMessage));
  };
  const call = { what: say`read a message`, ms: read + (largestMessage / throughput) * 1000, ref, sinkFor };
  try {
    const [answer] = await exchange.call(exchange.soap.getAttachment(id, kind === 'item'), call);
    if (answer && !answer.ok) throw exchange.errorOf(answer, call);
    const source = await taken?.whole();
    if (source === undefined) throw new EmailError('server.refused', { what: call.what, serverSaid: answer?.code ?? '' });
    return readable(source);
  } catch (error) {
    taken?.drop();
    throw error;
  }
}

import { buffer } from 'node:stream/consumers';
import type { Attachment } from '@mailwright/core';
import { badRequest, noSuchItem, objectIn, textIn, type GraphAnswer } from './answer.ts';
import { HOST } from '../listener.ts';
import { contentOf } from './message-json.ts';
import type { Place } from './places.ts';
import type { Call } from './routes.ts';
import { withAttachment, type NewAttachment } from './write.ts';

/** Bytes up to which a file may be given in one piece. */
const SMALL = 3 * 1024 * 1024;

const of = (call: Call): Place => call.places.place(call.ids[0] ?? '');
const idOf = (index: number) => Buffer.from(`attachment ${index}`).toString('base64url');

async function attachmentJson(attachment: Attachment, index: number, content: boolean): Promise<object> {
  const { filename, contentType, size = 0, inline, contentId } = attachment;
  return {
    '@odata.type': contentType === 'message/rfc822' ? '#microsoft.graph.itemAttachment' : '#microsoft.graph.fileAttachment',
    id: idOf(index),
    name: filename,
    contentType,
    size,
    isInline: inline,
    ...(contentId !== undefined && { contentId }),
    ...(content && { contentBytes: (await buffer(await attachment.open())).toString('base64') }),
  };
}

export async function listAttachments(call: Call): Promise<GraphAnswer> {
  const { attachments } = await contentOf(of(call).message.raw);
  return { status: 200, json: { value: await Promise.all(attachments.map((one, index) => attachmentJson(one, index, false))) } };
}

async function found(call: Call): Promise<{ readonly attachment: Attachment; readonly index: number }> {
  const { attachments } = await contentOf(of(call).message.raw);
  const index = attachments.findIndex((_, at) => idOf(at) === call.ids[1]);
  const attachment = attachments[index];
  if (!attachment) throw noSuchItem();
  return { attachment, index };
}

export async function getAttachment(call: Call): Promise<GraphAnswer> {
  const { attachment, index } = await found(call);
  return { status: 200, json: await attachmentJson(attachment, index, true) };
}

export async function getAttachmentBytes(call: Call): Promise<GraphAnswer> {
  const { attachment } = await found(call);
  return { status: 200, headers: { 'content-type': attachment.contentType }, bytes: await buffer(await attachment.open()) };
}

/** What the JSON of an attachment says. */
function described(json: Readonly<Record<string, unknown>>): Omit<NewAttachment, 'bytes'> {
  const { name, contentType, isInline, contentId } = json;
  if (typeof name !== 'string' || name === '') throw badRequest('The attachment has no name.', 'ErrorInvalidProperty');
  return {
    name,
    contentType: typeof contentType === 'string' ? contentType : 'application/octet-stream',
    inline: isInline === true,
    ...(typeof contentId === 'string' && { contentId }),
  };
}

export async function addAttachment(call: Call): Promise<GraphAnswer> {
  const json = objectIn(call.question);
  const bytes = Buffer.from(textIn(json, 'contentBytes') ?? '', 'base64');
  if (bytes.length > SMALL) throw badRequest('The file is too large: use an upload session.', 'ErrorMessageSizeExceeded');
  put(call, of(call), { ...described(json), bytes });
  return { status: 201, json: { '@odata.type': '#microsoft.graph.fileAttachment', ...described(json), size: bytes.length } };
}

export function beginUpload(call: Call): GraphAnswer {
  const { question, world, origin, ids } = call;
  const item = (objectIn(question)['AttachmentItem'] ?? {}) as Readonly<Record<string, unknown>>;
  if (item['attachmentType'] !== 'file') throw badRequest('Only files can be attached in this way.', 'ErrorInvalidProperty');
  of(call);
  const { token, json } = world.uploads.begin({ ...described(item), size: Number(item['size']) }, (attachment) => {
    put(call, of(call), attachment);
    return `${origin}/v1.0/me/messages/${encodeURIComponent(ids[0] ?? '')}/attachments/${idOf(0)}`;
  });
  return { status: 201, json: { ...json, uploadUrl: `https://${HOST}:${new URL(origin).port}/upload/${token}` } };
}

function put({ places, ids }: Call, place: Place, attachment: NewAttachment): void {
  const grown = places.relocate(place, place.folder, withAttachment(place.message.raw, attachment));
  // A mutable id stays while the message is where it was.
  places.alias(ids[0] ?? '', grown);
}

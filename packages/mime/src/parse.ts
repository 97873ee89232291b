import { Readable } from 'node:stream';
import { EmailError, type Attachment, type Message, type MessageSummary } from '@mailwright/core';
import type { ParsedAttachment } from 'mailparser';
import { drain, openAttachment } from './attachment.ts';
import { CAPS } from './caps.ts';
import { parseHeaders } from './headers.ts';
import { parseInvite } from './invite.ts';
import { kindOfMethod } from './kind.ts';
import type { Pass } from './pass.ts';
import { Defects, cleanText, decodeBytes } from './text.ts';

/** The bytes of a message, to be opened again and again. */
export interface RawSource {
  open(): Promise<Readable>;
}
export type KnownSummary = Pick<MessageSummary, 'ref'> & Partial<MessageSummary>;

/** What the splitter says of a mail with more parts than it takes. */
const TOO_MANY = /^Max allowed child nodes/;

/** What the attachments of a message gave. */
interface Found {
  readonly attachments: Attachment[];
  calendar?: string;
}

/**
 * A message from its bytes. What the mail holds never makes this fail: one that cannot be read comes with what is known, the defect
 * `unreadable` and its raw bytes. Only the source's own errors (a lost connection) are thrown.
 */
export async function parse(source: RawSource | Buffer, known: KnownSummary): Promise<Message> {
  const raw = Buffer.isBuffer(source) ? { open: () => Promise.resolve(Readable.from([source], { objectMode: false })) } : source;
  const found: Found = { attachments: [] };
  const defects = new Defects();
  // Loaded with the first mail that is parsed: a bot that streams parts and moves need not hold the parser.
  const { passOver } = await import('./pass.ts');
  const pass = await passOver(await raw.open(), (part, index) => note(part, index, found, defects, raw, known));
  const { unreadable } = pass;
  if (unreadable) defects.add([cleanText(unreadable.message).text], 'unreadable');
  // Where the parser stops depends on how the bytes come in pieces: what it found until then would differ each time.
  if (unreadable && TOO_MANY.test(unreadable.message)) found.attachments.length = 0;
  if (pass.deep) defects.add([`nested more than ${CAPS.levels} levels`], 'parts');
  if (pass.partless) defects.add(['parts are announced, but none comes: what is there is read as text'], 'parts');
  defects.add(pass.guessed, 'text');
  if (pass.cut) defects.add(['only the beginning was read'], 'text');
  try {
    return assemble(pass, found, known, defects, raw);
  } catch (error) {
    defects.add([error instanceof Error ? cleanText(error.message).text : 'unknown reason'], 'unreadable');
    return assemble({ ...pass, header: Buffer.alloc(0), texts: { type: 'text' } }, { attachments: found.attachments }, known, defects, raw);
  }
}

async function note(
  part: ParsedAttachment,
  index: number,
  found: Found,
  defects: Defects,
  raw: RawSource,
  known: KnownSummary,
): Promise<void> {
  const contentType = cleanText((part.contentType || 'application/octet-stream').toLowerCase()).text;
  const calendar = contentType === 'text/calendar' && found.calendar === undefined;
  const { size, held } = await drain(part, calendar ? CAPS.calendar : 0);
  if (calendar) found.calendar = calendarText(held, part);
  if (index === CAPS.attachments) defects.add([`only the first ${CAPS.attachments} are listed`], 'attachments');
  if (index >= CAPS.attachments) return;
  const contentId = part.contentId?.trim().replace(/^<|>$/g, '');
  const name = defects.take(cleanText(part.filename ?? ''), 'attachment name');
  const { folder, id } = known.ref;
  found.attachments.push({
    filename: name.replace(/\s+/g, ' ').trim(),
    contentType,
    size,
    inline: part.contentDisposition === 'inline' || part.related === true,
    ...(contentId !== undefined && { contentId: cleanText(contentId).text }),
    open: () => Promise.resolve(openAttachment(raw.open.bind(raw), index, size, () => new EmailError('message.not_found', { folder, id }))),
  });
}

function calendarText(bytes: Buffer, { headers }: ParsedAttachment): string {
  const { params } = (headers.get('content-type') ?? {}) as { params?: { charset?: string } };
  try {
    if (params?.charset !== undefined && !/^(us-)?ascii$/i.test(params.charset)) return new TextDecoder(params.charset).decode(bytes);
  } catch {
    // A character set that nobody knows.
  }
  return decodeBytes(bytes).text;
}

function body(text: string | undefined, where: string, defects: Defects): string | undefined {
  if (text === undefined) return undefined;
  if (text.length > CAPS.body) defects.add([`cut after ${CAPS.body} characters`], where);
  return defects.take(cleanText(text.slice(0, CAPS.body)), where);
}

/** A mail without any header is all text. */
function headless(header: Buffer, text: string | undefined, defects: Defects): string | undefined {
  const first = decodeBytes(header).text;
  if (first.trim() === '') return text;
  defects.add(['there is none: its lines are read as text'], 'header');
  return first + (text ?? '');
}

function assemble(
  { header, texts }: Pass,
  { attachments, calendar }: Found,
  known: KnownSummary,
  defects: Defects,
  raw: RawSource,
): Message {
  const headers = parseHeaders(header);
  const text = body(headers.headers.size === 0 ? headless(header, texts.text, defects) : texts.text, 'text', defects);
  const html = body(texts.html, 'html', defects);
  const invite = calendar === undefined ? undefined : parseInvite(calendar);
  const kind = (headers.kind === 'mail' ? kindOfMethod(invite?.method) : undefined) ?? headers.kind;
  return {
    ...known,
    ...headers,
    kind,
    // What the listing knew stands where no header came.
    ...(header.length === 0 && known),
    defects: [...new Set([...(known.defects ?? []), ...headers.defects, ...defects.list()])],
    ...(text !== undefined && { text }),
    ...(html !== undefined && { html }),
    ...(invite && kindOfMethod(invite.method) === kind && { invite }),
    hasAttachments: attachments.some(({ inline }) => !inline),
    attachments,
    raw: () => raw.open(),
  };
}

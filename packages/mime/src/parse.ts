import { Readable } from 'node:stream';
import type { Attachment, Message, MessageSummary } from '@mailwright/core';
import { MailParser, type ParsedAttachment, type ParsedText } from 'mailparser';
import { parseHeaders, decodeWords, type ParsedHeaders } from './headers.ts';
import { htmlToText } from './html.ts';
import { parseInvite } from './invite.ts';
import { kindOfMethod } from './kind.ts';
import { Defects, cleanText } from './text.ts';

/** The bytes of a message, to be opened again and again. */
export interface RawSource {
  open(): Promise<Readable>;
}
export type KnownSummary = Pick<MessageSummary, 'ref'> & Partial<MessageSummary>;

const MOST_ATTACHMENTS = 500;
/** Bytes of a calendar part, characters of a body, that are held. */
const LARGEST_CALENDAR = 1024 * 1024;
const LONGEST_BODY = 10 * 1024 * 1024;

// Conversions off (nobody asked for them, and they are most of the cost); attached messages and delivery reports stay whole.
const OPTIONS = {
  skipHtmlToText: true,
  skipTextToHtml: true,
  skipImageLinks: true,
  skipTextLinks: true,
  keepDeliveryStatus: true,
  ignoreEmbedded: true,
};

interface Found {
  headers?: ParsedHeaders;
  text?: string;
  html?: string;
  calendar?: string;
  readonly attachments: Attachment[];
}

/**
 * A message from its bytes. What the mail holds never makes this fail: one that cannot be read comes with what is known, the defect
 * `unreadable` and its raw bytes. Only the source's own errors (a lost connection) are thrown.
 */
export async function parse(source: RawSource | Buffer, known: KnownSummary): Promise<Message> {
  const raw = Buffer.isBuffer(source) ? { open: () => Promise.resolve(Readable.from([source], { objectMode: false })) } : source;
  const found: Found = { attachments: [] };
  const defects = new Defects();
  try {
    await readOnce(await raw.open(), (part, index) => note(part, index, found, defects, raw), found);
  } catch (error) {
    if (error instanceof SourceError) throw error.cause;
    defects.add([`unreadable: ${error instanceof Error ? cleanText(error.message).text : 'unknown reason'}`], 'message');
  }
  return assemble(found, known, defects, raw);
}

/** Errors of the source, told apart from those of the parser. */
class SourceError extends Error {}

type Part = ParsedAttachment | ParsedText;

/** One pass over the bytes. `take` must read or release each attachment. */
async function readOnce(source: Readable, take: (part: Part, index: number) => Promise<void>, found?: Found): Promise<void> {
  const parser = new MailParser(OPTIONS);
  let failure: unknown;
  source.once('error', (error) => {
    failure = error;
    parser.destroy(new SourceError('source', { cause: error }));
  });
  if (found)
    parser.once('headerLines', (lines: readonly { line: string }[]) => {
      found.headers = parseHeaders(Buffer.from(lines.map(({ line }) => line).join('\r\n'), 'binary'));
    });
  let index = 0;
  try {
    source.pipe(parser);
    for await (const part of parser as AsyncIterable<Part>) await take(part, part.type === 'attachment' ? index++ : -1);
  } catch (error) {
    throw failure === undefined ? error : new SourceError('source', { cause: failure });
  } finally {
    source.unpipe(parser);
    source.destroy();
  }
}

async function note(part: Part, index: number, found: Found, defects: Defects, raw: RawSource): Promise<void> {
  if (part.type === 'text') {
    if (typeof part.text === 'string') found.text = body(part.text, 'text', defects);
    if (typeof part.html === 'string') found.html = body(part.html, 'html', defects);
    return;
  }
  const calendar = part.contentType.toLowerCase() === 'text/calendar' && found.calendar === undefined;
  const { size, held } = await drain(part, calendar ? LARGEST_CALENDAR : 0);
  if (calendar) found.calendar = held.toString('utf8');
  if (found.attachments.length === MOST_ATTACHMENTS) defects.add([`only the first ${MOST_ATTACHMENTS} are listed`], 'attachments');
  if (found.attachments.length >= MOST_ATTACHMENTS) return;
  const contentId = part.contentId?.trim().replace(/^<|>$/g, '');
  found.attachments.push({
    filename: defects
      .take(decodeWords(part.filename ?? ''), 'attachment name')
      .replace(/\s+/g, ' ')
      .trim(),
    contentType: cleanText(part.contentType.toLowerCase()).text,
    size,
    inline: part.contentDisposition === 'inline' || part.related === true,
    ...(contentId !== undefined && { contentId: cleanText(contentId).text }),
    open: () => openPart(raw, index),
  });
}

function body(text: string, where: string, defects: Defects): string {
  if (text.length > LONGEST_BODY) defects.add([`cut after ${LONGEST_BODY} characters`], where);
  return defects.take(cleanText(text.slice(0, LONGEST_BODY)), where);
}

/** Reads an attachment to its end, holding at most `keep` bytes. */
async function drain({ content, release }: ParsedAttachment, keep: number): Promise<{ size: number; held: Buffer }> {
  const chunks: Buffer[] = [];
  let size = 0;
  let kept = 0;
  for await (const chunk of content as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (kept < keep) chunks.push(chunk.subarray(0, keep - kept));
    kept += chunk.length;
  }
  release();
  return { size, held: Buffer.concat(chunks) };
}

/** A second pass that gives one attachment's decoded bytes, as its reader takes them. */
async function openPart(raw: RawSource, wanted: number): Promise<Readable> {
  const source = await raw.open();
  const bytes = (async function* () {
    const parser = new MailParser(OPTIONS);
    source.once('error', (error) => parser.destroy(error));
    source.pipe(parser);
    let index = 0;
    try {
      for await (const part of parser as AsyncIterable<Part>) {
        if (part.type !== 'attachment') continue;
        if (index++ !== wanted) {
          await drain(part, 0);
          continue;
        }
        for await (const chunk of part.content as AsyncIterable<Buffer>) yield chunk;
        part.release();
        return;
      }
    } finally {
      source.destroy();
      parser.destroy();
    }
  })();
  return Readable.from(bytes, { objectMode: false });
}

function assemble(found: Found, known: KnownSummary, defects: Defects, raw: RawSource): Message {
  const headers = found.headers ?? parseHeaders(Buffer.alloc(0));
  const invite = found.calendar === undefined ? undefined : parseInvite(found.calendar);
  const kind = (headers.kind === 'mail' ? kindOfMethod(invite?.method) : undefined) ?? headers.kind;
  const text = found.text ?? (found.html === undefined ? undefined : cleanText(htmlToText(found.html)).text);
  const all = [...new Set([...(known.defects ?? []), ...headers.defects, ...defects.list()])];
  const { defects: _known, ...rest } = known;
  return {
    ...rest,
    ...headers,
    // What the listing knew stands where the bytes gave nothing.
    ...(!found.headers && rest),
    kind,
    defects: all,
    ...(text !== undefined && { text }),
    ...(found.html !== undefined && { html: found.html }),
    ...(invite && { invite }),
    hasAttachments: found.attachments.some(({ inline }) => !inline),
    attachments: found.attachments,
    raw: () => raw.open(),
  };
}

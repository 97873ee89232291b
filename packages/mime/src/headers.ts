import type { Address, Importance, MessageSummary } from '@mailwright/core';
import libmime from 'libmime';
import addressparser from 'nodemailer/lib/addressparser';
import { CAPS } from './caps.ts';
import { parseDate } from './date.ts';
import { kindOf } from './kind.ts';
import { Defects, cleanText, decodeBytes } from './text.ts';

type FromHeaders = Pick<
  MessageSummary,
  'kind' | 'messageId' | 'inReplyTo' | 'references' | 'subject' | 'from' | 'to' | 'cc' | 'sentAt' | 'importance'
>;
export interface ParsedHeaders extends FromHeaders {
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly sender?: Address;
  readonly replyTo: readonly Address[];
  readonly bcc: readonly Address[];
  readonly defects: readonly string[];
}

/** What a header block (RFC 5322) says, decoded and clean. Never throws: what cannot be read is left out and named in `defects`. */
export function parseHeaders(block: Buffer): ParsedHeaders {
  const defects = new Defects();
  const raw = fields(block, defects);
  const first = (name: string) => raw.get(name)?.[0];
  const addresses = (name: string) => addressesOf(raw.get(name) ?? [], name, defects);
  const text = (name: string) => defects.take(decodeWords(first(name) ?? ''), name);
  const date = first('date');
  const sentAt = date === undefined ? undefined : parseDate(date);
  if (date !== undefined && sentAt === undefined) defects.add([`the date "${cleanText(date).text.slice(0, 60)}" cannot be read`], 'date');
  const messageId = id(first('message-id'));
  const inReplyTo = id(first('in-reply-to'));
  const importance = importanceOf(first('importance') ?? first('x-priority') ?? first('priority'));
  const sender = addresses('sender')[0];
  const headers = new Map([...raw].map(([name, values]) => [name, values.map((value) => defects.take(decodeWords(value), name))] as const));
  return {
    headers,
    kind: kindOf(headers),
    ...(messageId !== undefined && { messageId }),
    ...(inReplyTo !== undefined && { inReplyTo }),
    references:
      (first('references') ?? '')
        .match(/<[^<>\s]{1,998}>/g)
        ?.slice(-100)
        .map((one) => cleanText(one).text) ?? [],
    subject: text('subject').replace(/\s+/g, ' ').trim(),
    from: addresses('from'),
    to: addresses('to'),
    cc: addresses('cc'),
    bcc: addresses('bcc'),
    replyTo: addresses('reply-to'),
    ...(sender && { sender }),
    ...(sentAt !== undefined && { sentAt }),
    ...(importance && { importance }),
    defects: defects.list(),
  };
}

/** Lower-case names to unfolded values, in which encoded words still stand. A lone CR ends no line (RFC 5322 section 2.2). */
function fields(block: Buffer, defects: Defects): Map<string, string[]> {
  if (block.length > CAPS.headerBlock) defects.add([`only the first ${CAPS.headerBlock} bytes were read`], 'header');
  const found = new Map<string, string[]>();
  const [head = ''] = block.toString('latin1', 0, CAPS.headerBlock).split(/(?:^|\n)\r?\n/, 1);
  for (const line of head.split(/\r?\n(?![ \t])/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    if (colon <= 0 || !/^[!-9;-~]+$/.test(name)) continue;
    if (line.length > CAPS.header) defects.add([`cut after ${CAPS.header} bytes`], name);
    const value = defects.take(decodeBytes(Buffer.from(line.slice(colon + 1, CAPS.header), 'latin1')), name);
    const values = found.get(name);
    const unfolded = value.replace(/\r?\n[ \t]+/g, ' ').trim();
    if (values) values.push(unfolded);
    else found.set(name, [unfolded]);
  }
  return found;
}

/** An encoded word of a length that one may have; longer ones are left to the library. */
const QUOTED_WORD = /=\?([\w-]{1,60})\?q\?([^?\r\n]{1,1000})\?=/gi;

/** Raw 8-bit text inside an encoded word was read with the header already: it must not be read again in the word's own charset. */
function apart(value: string): string {
  return value.replace(QUOTED_WORD, (word, charset: string, content: string) =>
    // oxlint-disable-next-line no-control-regex -- ASCII is what it means
    /^[\0-\x7f]*$/.test(content) ? word : content.replace(/[\0-\x7f]+/g, (ascii) => `=?${charset}?q?${ascii}?=`),
  );
}

/** Encoded words (RFC 2047) decoded, the result clean. */
export function decodeWords(value: string): ReturnType<typeof cleanText> {
  if (!value.includes('=?')) return cleanText(value);
  try {
    return cleanText(libmime.decodeWords(apart(value)));
  } catch {
    const { text, defects } = cleanText(value);
    return { text, defects: [...defects, 'encoded words cannot be decoded'] };
  }
}

function addressesOf(values: readonly string[], name: string, defects: Defects): Address[] {
  const all = values.flatMap((value) => parseAddressHeader(value, name, defects));
  if (all.length > CAPS.addresses) defects.add([`only the first ${CAPS.addresses} addresses are listed`], name);
  return all.slice(0, CAPS.addresses);
}

/** An address list (RFC 5322 section 3.4), groups flattened. */
function parseAddressHeader(value: string, name: string, defects: Defects): Address[] {
  try {
    return addressparser(value, { flatten: true }).flatMap((one) => {
      const address = defects.take(cleanText(one.address), name).trim();
      const display = nameOf(one.name, name, defects);
      if (address.length > CAPS.address) {
        defects.add([`an address of ${address.length} characters was left out`], name);
        return [];
      }
      return address === '' && display === '' ? [] : [{ address, ...(display !== '' && { name: display }) }];
    });
  } catch {
    defects.add(['the addresses cannot be read'], name);
    return [];
  }
}

function nameOf(raw: string, header: string, defects: Defects): string {
  const name = defects.take(decodeWords(raw), header).replace(/\s+/g, ' ').trim();
  if (name.length > CAPS.address) defects.add([`a name was cut after ${CAPS.address} characters`], header);
  return name.slice(0, CAPS.address).toWellFormed();
}

function id(value: string | undefined): string | undefined {
  const found = value === undefined ? undefined : (/<[^<>]{1,998}>/.exec(value)?.[0] ?? value.trim().split(/\s+/)[0]);
  return found === undefined || found === '' ? undefined : cleanText(found).text.replace(/\s+/g, '');
}

function importanceOf(value: string | undefined): Importance | undefined {
  if (value === undefined) return undefined;
  if (/high|urgent|^\s*[12]\b/i.test(value)) return 'high';
  return /low|non-urgent|^\s*[45]\b/i.test(value) ? 'low' : 'normal';
}

/** The header says that there is but one text; whether one of several parts is an attachment only the whole message tells. */
export function isTextAlone(headers: ReadonlyMap<string, readonly string[]>): boolean {
  const [type = 'text/plain'] = headers.get('content-type') ?? [];
  return headers.size > 0 && /^text\/(plain|html)\s*(;|$)/i.test(type) && !/name/i.test(type) && !headers.has('content-disposition');
}

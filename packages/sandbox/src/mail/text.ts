import { parseHeaders, type ParsedHeaders } from '@mailwright/mime';
import { structureOf, valueOf, type Part } from './structure.ts';

const headers = new WeakMap<Buffer, ParsedHeaders>();
/** What a message's header says, decoded, parsed once. */
export function headersOf(raw: Buffer): ParsedHeaders {
  let found = headers.get(raw);
  if (!found) headers.set(raw, (found = parseHeaders(structureOf(raw).header)));
  return found;
}

/** The decoded texts of a message, for BODY and TEXT searches. */
export function decodedText(raw: Buffer): string {
  return textOf(structureOf(raw));
}

function textOf(part: Part): string {
  if (part.parts.length > 0) return part.parts.map(textOf).join('\n');
  if (part.message) return `${part.message.header.toString('latin1')}\n${textOf(part.message)}`;
  return part.type === 'text' || part.type === 'message' ? toText(decode(part), part.parameters.get('charset') ?? 'utf-8') : '';
}

function decode(part: Part): Buffer {
  const encoding = (valueOf(part.fields, 'content-transfer-encoding') ?? '').toLowerCase();
  if (encoding === 'base64') return Buffer.from(part.body.toString('latin1'), 'base64');
  if (encoding !== 'quoted-printable') return part.body;
  const text = part.body.toString('latin1').replace(/[ \t]*=\r?\n/g, '');
  const bytes = text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}

function toText(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

/** A text for comparing: case and compatible forms do not count (RFC 5051, i;unicode-casemap). */
export function fold(text: string): string {
  return text.normalize('NFKD').toUpperCase().normalize('NFKD');
}

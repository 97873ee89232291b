import { structureOf } from './describe.ts';
import { valueOf, type Part } from './structure.ts';

/** The decoded text parts of a message, for BODY and TEXT searches. */
export function decodedText(raw: Buffer): string {
  return textOf(structureOf(raw));
}

function textOf(part: Part): string {
  if (part.parts.length > 0) return part.parts.map(textOf).join('\n');
  if (part.message) return textOf(part.message);
  return part.type === 'text' ? toText(decode(part), part.parameters.get('charset') ?? 'utf-8') : '';
}

function decode(part: Part): Buffer {
  const encoding = (valueOf(part.fields, 'content-transfer-encoding') ?? '').toLowerCase();
  if (encoding === 'base64') return Buffer.from(part.body.toString('latin1'), 'base64');
  if (encoding !== 'quoted-printable') return part.body;
  const text = part.body.toString('latin1').replace(/[ \t]*=\r?\n/g, '');
  return Buffer.from(
    text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}

function toText(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

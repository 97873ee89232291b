import libmime from 'libmime';
import { structureOf, valueOf } from '../mail/structure.ts';

/** The header block as text: UTF-8 where it is that, else Windows-1252. */
export function decodeHeader(raw: Buffer): string {
  return textOf(structureOf(raw).header);
}

/** The subject with encoded words decoded and nothing repaired: Exchange gives control characters and the like to its clients. */
export function subjectOf(raw: Buffer): string {
  const value = textOf(Buffer.from(valueOf(structureOf(raw).fields, 'subject') ?? '', 'latin1'));
  // Other blanks are one blank; what XML does not know as one is none.
  return decoded(value)
    .replace(/[^\S\v\f]+/g, ' ')
    .replace(/^ | $/g, '');
}

function decoded(value: string): string {
  try {
    return libmime.decodeWords(value);
  } catch {
    return value;
  }
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

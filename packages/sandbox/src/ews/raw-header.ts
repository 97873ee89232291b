import { structureOf } from '../mail/structure.ts';

/** The header block as text: UTF-8 where it is that, else Windows-1252, without the blank line at its end. */
export function decodeHeader(raw: Buffer): string {
  const { header } = structureOf(raw);
  return textOf(header);
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

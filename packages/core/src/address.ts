import { EmailError } from './errors.ts';
import type { Address } from './message.ts';

/** Characters of one address with its name, and addresses of one field. */
const LONGEST = 1000;
const MOST = 100;
// oxlint-disable-next-line no-control-regex -- these are the characters that may not be there
const ADDRESS = /^[^\s<>()",;:\\@\u0000-\u001f\u007f]+@[^\s<>()",;:\\@\u0000-\u001f\u007f]+$/;
const NAMED = /^(?:"((?:[^"\\]|\\.)*)"\s*|([^"<>]*))<([^<>]*)>$/s;
// oxlint-disable-next-line no-control-regex -- these are the characters that may not be there
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * Addresses as an author types them: `a@b`, `Name <a@b>`, `"Last, First" <a@b>`, parted by `;` or `,` (RFC 5322 section 3.4, without
 * groups, comments and quoted local parts). `path` is the field that an error names. Errors: `input.invalid` with the piece.
 */
export function parseAddresses(text: string, path = 'address'): Address[] {
  return splitAddresses(text, path).map((piece) => parseAddress(piece, path));
}

/** The pieces of a list of addresses, which may be none. Errors: `input.invalid` for more than one mail can have. */
export function splitAddresses(text: string, path = 'address'): string[] {
  const pieces: string[] = [];
  let start = 0;
  let end: '"' | '>' | undefined;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (end === '"' && character === '\\') at++;
    else if (end !== undefined) end = character === end ? undefined : end;
    else if (character === '"') end = '"';
    else if (character === '<') end = '>';
    else if (character === ';' || character === ',') {
      pieces.push(text.slice(start, at));
      start = at + 1;
    }
  }
  const filled = [...pieces, text.slice(start)].map((piece) => piece.trim()).filter((piece) => piece !== '');
  if (filled.length > MOST)
    throw invalid(path, `${filled.length} addresses are too many for one mail`, `At most ${MOST}; send several mails.`);
  return filled;
}

/** Whether a text is one bare address that can go into a mail. */
export function isAddress(text: string): boolean {
  return text.length <= LONGEST && ADDRESS.test(text);
}

/** An address as people write it. */
export function formatAddress({ address, name }: Address): string {
  if (name === undefined || name === '') return address;
  return `${/^[\w .'-]+$/.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`} <${address}>`;
}

function parseAddress(piece: string, path: string): Address {
  const [, quoted, plain, inner] = (piece.length <= LONGEST && NAMED.exec(piece)) || [];
  const address = (inner ?? piece).trim();
  if (piece.length > LONGEST || CONTROL.test(piece) || !ADDRESS.test(address))
    throw invalid(
      path,
      `"${piece.slice(0, 100)}" is no address`,
      'Write name@example.com, or Name <name@example.com>; several with ; between.',
    );
  const name = (quoted?.replace(/\\(.)/gs, '$1') ?? plain ?? '').trim();
  return { address, ...(name !== '' && { name }) };
}

const invalid = (path: string, problem: string, cure: string) => new EmailError('input.invalid', { path, problem, cure });

import { EmailError } from './errors.ts';
import type { Address } from './message.ts';

const LONGEST = 1000;
const MOST = 100;
// oxlint-disable-next-line no-control-regex -- these are the characters that may not be there
const ADDRESS = /^[^\s<>()",;:\\\u0000-\u001f\u007f]+@[^\s<>()",;:\\@\u0000-\u001f\u007f]+$/;

/**
 * Addresses as an author types them: `a@b`, `Name <a@b>`, `"Last, First" <a@b>`, parted by `;` or `,` (RFC 5322 section 3.4, without
 * groups and comments). Errors: `input.invalid` naming the piece.
 */
export function parseAddresses(text: string, path = 'address'): Address[] {
  const pieces = [...text.matchAll(/(?:"(?:[^"\\]|\\.)*"|<[^>]*>|[^;,"<])+/g)]
    .map(([piece]) => piece.trim())
    .filter((piece) => piece !== '');
  if (pieces.length > MOST)
    throw invalid(path, `${pieces.length} addresses are too many for one mail`, `At most ${MOST}; send several mails.`);
  return pieces.map((piece) => parseAddress(piece, path));
}

function parseAddress(piece: string, path: string): Address {
  const named = /^(.*?)\s*<([^>]*)>$/s.exec(piece);
  const address = (named?.[2] ?? piece).trim();
  const name = (named?.[1] ?? '')
    .trim()
    .replace(/^"(.*)"$/s, '$1')
    .replace(/\\(.)/g, '$1');
  if (address.length > LONGEST || !ADDRESS.test(address) || /[\r\n]/.test(piece))
    throw invalid(
      path,
      `"${piece.slice(0, 100)}" is no address`,
      'Write name@example.com, or Name <name@example.com>; several with ; between.',
    );
  return { address, ...(name !== '' && { name }) };
}

/** An address as people write it. */
export function formatAddress({ address, name }: Address): string {
  if (name === undefined || name === '') return address;
  return `${/^[\w .'-]+$/.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`} <${address}>`;
}

const invalid = (path: string, problem: string, cure: string) => new EmailError('input.invalid', { path, problem, cure });

import { EmailError, type Address, type Draft } from '@mailwright/core';

/** Who a mail goes from and to, on the wire (RFC 5321); made from parsed addresses, never from header text. */
export interface Envelope {
  readonly from: string;
  readonly to: readonly string[];
}

const LONGEST = 1000;

/** The envelope of a draft, each recipient once. Errors: `input.invalid`. */
export function envelopeOf(draft: Draft): Envelope {
  if (!draft.from)
    throw invalid('from', 'nobody is named', 'Set `from` on the sending side or in the step: an address that this login may send as.');
  const all = [...draft.to, ...(draft.cc ?? []), ...(draft.bcc ?? [])];
  if (all.length === 0) throw invalid('to', 'there is no recipient', 'Name at least one address in to, cc or bcc.');
  const seen = new Map(all.map((one) => [one.address.toLowerCase(), checked(one, 'to')] as const));
  return { from: checked(draft.from, 'from'), to: [...seen.values()] };
}

/** An address that can stand in a command: a line break would be another command; a blank or bracket another address. */
export function checked({ address }: Address, field: string): string {
  // oxlint-disable-next-line no-control-regex -- these are the characters that may not be there
  if (address.length > LONGEST || !/^[^\s<>\u0000-\u001f\u007f]+@[^\s<>@\u0000-\u001f\u007f]+$/.test(address))
    throw invalid(field, `"${address.slice(0, 100)}" is no address`, 'Write it as name@example.com.');
  return address;
}

const invalid = (path: string, problem: string, cure: string) => new EmailError('input.invalid', { path, problem, cure });

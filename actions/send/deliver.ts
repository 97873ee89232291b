import { EmailError, isAddress, parseAddresses, splitAddresses, type ActionContext, type Address, type Draft } from '@mailwright/core';
import { z } from 'zod';

const One = z.object({ address: z.string(), name: z.string().optional() });
/** Addresses as text with `;` or `,` between, or a list of texts and addresses of another mail. */
export const Recipients = z.union([z.string(), z.array(z.union([z.string(), One]))]);

/** Recipients of one mail. */
const MOST = 100;

export const SentData = z.object({
  messageId: z.string(),
  state: z.enum(['sent', 'queued', 'skipped']),
  accepted: z.array(z.string()),
  rejected: z.array(z.object({ address: z.string(), serverSaid: z.string() })),
  savedTo: z.string().optional(),
  warnings: z.array(z.string()),
  /** Why nothing was sent, when `state` is skipped. */
  reason: z.string().optional(),
});

/**
 * The addresses of a field. With `left` a piece that is no address goes there instead of failing the step.
 * Errors: `input.invalid` with the piece.
 */
export function addressesOf(given: z.output<typeof Recipients> | undefined, path: string, left?: string[]): Address[] {
  const pieces = typeof given === 'string' ? [given] : (given ?? []);
  return pieces.flatMap((piece) => (typeof piece === 'string' ? fromText(piece, path, left) : fromData(piece, path, left)));
}

function fromText(text: string, path: string, left: string[] | undefined): Address[] {
  if (!left) return parseAddresses(text, path);
  return splitAddresses(text, path).flatMap((piece) => {
    try {
      return parseAddresses(piece, path);
    } catch (error) {
      if (!EmailError.is(error, 'input.invalid')) throw error;
      left.push(piece);
      return [];
    }
  });
}

/** An address of another mail is a stranger's text. */
function fromData({ address, name }: z.output<typeof One>, path: string, left: string[] | undefined): Address[] {
  if (isAddress(address)) return [{ address, ...(name !== undefined && { name }) }];
  if (!left) return parseAddresses(`<${address}>`, path);
  left.push(address);
  return [];
}

/** Sends; where some recipients were refused the step fails unless that is accepted, with the whole result in the error. */
export async function deliver(
  draft: Draft,
  ctx: ActionContext<'send'>,
  {
    saveToSent,
    partial,
    warnings = [],
  }: { readonly saveToSent: boolean; readonly partial: 'fail' | 'accept'; readonly warnings?: readonly string[] },
): Promise<z.output<typeof SentData>> {
  checkCount(draft);
  const sent = await ctx.mailbox.send(draft, { saveToSent });
  const { messageId, state, accepted, rejected, savedTo } = sent;
  const result = {
    messageId,
    state,
    accepted: [...accepted],
    rejected: rejected.map((one) => ({ ...one })),
    ...(savedTo !== undefined && { savedTo }),
    warnings: [...warnings, ...(sent.warnings ?? [])],
  };
  if (rejected.length === 0 || partial === 'accept') return result;
  throw new EmailError('send.rejected', {
    addresses: rejected.map(({ address }) => address),
    serverSaid: rejected[0]?.serverSaid ?? '',
  }).with(result);
}

function checkCount({ to, cc = [], bcc = [] }: Draft): void {
  const count = to.length + cc.length + bcc.length;
  const problem = count === 0 ? 'there is no recipient' : `${count} recipients are too many for one mail`;
  const cure = count === 0 ? 'Name at least one address in to, cc or bcc.' : `At most ${MOST}; send several mails.`;
  if (count === 0 || count > MOST) throw new EmailError('input.invalid', { path: 'to', problem, cure });
}

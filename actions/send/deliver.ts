import { EmailError, type ActionContext, type Draft } from '@mailwright/core';
import { z } from 'zod';

const One = z.object({ address: z.string(), name: z.string().optional() });
/** Addresses as text with `;` or `,` between, or a list of texts and addresses of another mail. */
export const Recipients = z.union([z.string(), z.array(z.union([z.string(), One]))]);

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

import { buffer } from 'node:stream/consumers';
import { EmailError, say, type Draft, type Sent } from '@mailwright/core';
import { compose } from '@mailwright/mime';
import type { Client } from './client.ts';

/** Bytes of MIME that one request takes: base64 makes 4 MB of them (learn.microsoft.com, request size). */
export const ONE_REQUEST = 2.9 * 1024 * 1024;

/**
 * Sends without a draft, for a token that may not make one: one question, never repeated but after a 429. `wasSent` looks for the mail
 * where no answer came; undefined where it cannot tell. Errors: `send.rejected`, `message.too_large`, `send.outcome_unknown`.
 */
export async function sendAtOnce(client: Client, draft: Draft, wasSent: () => Promise<boolean | undefined>): Promise<Sent> {
  const composed = compose(draft, { keepBcc: true });
  const size = await composed.size();
  if (size > ONE_REQUEST) throw new EmailError('message.too_large', { what: say`The message`, size, limit: ONE_REQUEST });
  const body = (await buffer(composed.stream())).toString('base64');
  const how = { what: say`send the mail`, ms: client.ctx.limits.send, size, once: true, headers: { 'content-type': 'text/plain' } };
  try {
    await client.json({ ...how, method: 'POST', path: 'sendMail', body });
  } catch (error) {
    if (!isDoubt(error)) throw rejected(error, draft);
    if ((await wasSent()) !== true) throw new EmailError('send.outcome_unknown', { messageId: draft.messageId }, { cause: error });
  }
  return { ...sentOf(draft), savedTo: 'role:sent' };
}

export function sentOf({ messageId, to, cc = [], bcc = [] }: Draft): Sent {
  const accepted = [...new Set([...to, ...cc, ...bcc].map(({ address }) => address))];
  return { messageId, state: 'sent', accepted, rejected: [] };
}

/** It may have been sent all the same. */
export const isDoubt = (error: unknown): boolean =>
  EmailError.is(error, 'connection') || EmailError.is(error, 'server.unavailable') || EmailError.is(error, 'server.unexpected');

/** What the server says of a mail that it does not take. */
export function rejected(error: unknown, { to }: Draft): unknown {
  if (!EmailError.is(error, 'server.refused') && !EmailError.is(error, 'send.rejected')) return error;
  const { serverSaid } = error.details;
  return new EmailError('send.rejected', { addresses: to.map(({ address }) => address), serverSaid }, { cause: error });
}

import { buffer } from 'node:stream/consumers';
import { EmailError, say, type Draft, type Listing, type Mailbox, type Sent } from '@mailwright/core';
import { compose } from '@mailwright/mime';
import type { Client } from './client.ts';
import { ONE_REQUEST, rejected, sentOf } from './send.ts';

/** A mailbox whose token allows nothing but sending (Mail.Send): whatever else is asked ends with why. */
export function senderOver(client: Client, why: EmailError): Mailbox {
  const refused = () => Promise.reject(why);
  const listing: Listing = {
    left: () => undefined,
    [Symbol.asyncIterator]: () => ({ next: refused }),
  };
  return {
    search: (() => listing) as unknown as Mailbox['search'],
    read: refused,
    plan: (filter) => ({ server: null, residual: filter }),
    alive: () => client.alive(),
    send: (draft) => send(client, draft),
    [Symbol.asyncDispose]: () => client.close(),
  };
}

/**
 * One question, never repeated but after a 429: nothing can be looked for afterwards. Errors: `send.rejected`, `message.too_large`,
 * `send.outcome_unknown` where no answer came.
 */
async function send(client: Client, draft: Draft): Promise<Sent> {
  const composed = compose(draft, { keepBcc: true });
  const size = await composed.size();
  if (size > ONE_REQUEST) throw new EmailError('message.too_large', { what: say`The message`, size, limit: ONE_REQUEST });
  const body = (await buffer(composed.stream())).toString('base64');
  const how = { what: say`send the mail`, ms: client.ctx.limits.send, size, once: true, headers: { 'content-type': 'text/plain' } };
  try {
    await client.json({ ...how, method: 'POST', path: 'sendMail', body });
  } catch (error) {
    const { messageId } = draft;
    const doubtful =
      EmailError.is(error, 'connection') || EmailError.is(error, 'server.unavailable') || EmailError.is(error, 'server.unexpected');
    throw doubtful ? new EmailError('send.outcome_unknown', { messageId }, { cause: error }) : rejected(error, draft);
  }
  return { ...sentOf(draft), savedTo: 'role:sent' };
}

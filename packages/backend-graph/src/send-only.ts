import type { EmailError, Listing, Mailbox } from '@mailwright/core';
import { sendAtOnce } from './at-once.ts';
import type { Client } from './client.ts';

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
    send: (draft) => sendAtOnce(client, draft, () => Promise.resolve(undefined)),
    [Symbol.asyncDispose]: () => client.close(),
  };
}

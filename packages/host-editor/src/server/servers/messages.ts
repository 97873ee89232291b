import { describeFilter, type Filter, type Mailbox, type MessageSummary } from '@mailwright/sdk';
import type { MessageShown, MessagesShown } from '../../api.ts';

/** Messages that are looked through for a count, where the server cannot count by itself, and for how long (milliseconds). */
const MOST = 2000;
const LONGEST = 8000;

export interface Listing {
  readonly folder: string;
  readonly subfolders?: boolean;
  readonly filter?: Filter;
}

/** The newest messages that match, and how many match in all; reading them marks nothing. */
export async function listMessages(
  mailbox: Mailbox,
  listing: Listing,
  limit: number,
  at: { readonly signal: AbortSignal; readonly language: string },
): Promise<MessagesShown> {
  const plan = listing.filter && mailbox.plan(listing.filter);
  const messages: MessageShown[] = [];
  const until = performance.now() + LONGEST;
  const found = mailbox.search({ ...listing, newestFirst: true }, at.signal);
  let count = 0;
  let more = false;
  for await (const one of found) {
    if (messages.length < limit) messages.push(shownMessage(one));
    count++;
    if (messages.length < limit) continue;
    // What the server found is a fixed list: its length is the count, unless we still have to look at each.
    const left = plan?.residual ? undefined : found.left();
    if (left) {
      count += left.length;
      break;
    }
    more = count >= MOST || performance.now() > until;
    if (more) break;
  }
  const shown = plan && { server: plan.server, here: plan.residual && describeFilter(plan.residual).in(at.language) };
  return { messages, count, more, ...(shown && { plan: shown }) };
}

export function shownMessage(message: MessageSummary): MessageShown {
  const { ref, kind, subject, from, to, receivedAt, sentAt, size, flags = [], hasAttachments, defects = [] } = message;
  return {
    ref,
    kind,
    subject,
    from,
    to,
    ...(receivedAt !== undefined && { receivedAt }),
    ...(sentAt !== undefined && { sentAt }),
    ...(size !== undefined && { size }),
    flags,
    ...(hasAttachments !== undefined && { hasAttachments }),
    defects,
  };
}

import { EmailError, say, type Mailbox } from '@mailwright/core';
import { ReadAhead, Spool } from '@mailwright/network';
import { changesIn } from './arrivals.ts';
import type { Conversation } from './conversation.ts';
import { Erasing } from './erase.ts';
import { INBOX } from './inbox.ts';
import { Search, type Request } from './listing.ts';
import type { Maildrop } from './maildrop.ts';
import { Reader } from './reader.ts';

/** The verbs over an open connection; erasing only where the session may change something and the server names messages for good. */
export function mailboxOver(talk: Conversation, drop: Maildrop): Mailbox {
  const spool = new Spool();
  const reader = new Reader(talk, drop, spool);
  const erasing = new Erasing(talk, drop);
  const reading: Mailbox = {
    search: ((query: Request, signal?: AbortSignal) =>
      new ReadAhead(new Search(query, { talk, drop, reader }), query.limit, signal)) as Mailbox['search'],
    async read(ref) {
      if (ref.folder !== INBOX) throw new EmailError('message.not_found', { folder: ref.folder, id: ref.id });
      return reader.read(ref);
    },
    plan: (filter) => ({ server: null, residual: filter }),
    alive: () => talk.alive(),
    // Numbers of a server without lasting ids would make new mail of old.
    ...(drop.lasting && { changes: (folder, cursor) => changesIn(talk, drop, folder, cursor) }),
    probe: { noop: () => talk.turn(say`do nothing`, talk.ctx.limits.command, () => talk.client.NOOP()) },
    async [Symbol.asyncDispose]() {
      spool.close();
      await erasing.leave();
    },
  };
  if (talk.ctx.readOnly || !drop.lasting) return reading;
  return { ...reading, erase: (refs) => erasing.mark(refs) };
}

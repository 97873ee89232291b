import { planFilter, say, type Filter, type Mailbox, type MailboxFeatures, type ShownPlan } from '@mailwright/core';
import { compose } from '@mailwright/mime';
import { ReadAhead, Spool } from '@mailwright/network';
import { changesIn } from './arrivals.ts';
import { RESTRICTIONS, showRestriction } from './dialect.ts';
import type { Exchange } from './exchange.ts';
import { Folders } from './folders.ts';
import { Search, type Request } from './listing.ts';
import { erase, label, mark } from './marks.ts';
import { Reader } from './reader.ts';
import { relocate } from './relocate.ts';
import { send } from './send.ts';
import { store } from './store.ts';

/** The verbs over an endpoint that lets us in; those that change something only where the session may. */
export function mailboxOver(exchange: Exchange): Mailbox {
  const spool = new Spool();
  const folders = new Folders(exchange);
  const reader = new Reader(exchange, spool);
  const reading: Mailbox = {
    search: ((query: Request, signal?: AbortSignal) =>
      new ReadAhead(new Search(query, { exchange, folders, reader }), query.limit, signal)) as Mailbox['search'],
    read: (ref) => reader.read(ref),
    plan: shownPlan,
    alive: () => exchange.alive(),
    listFolders: () => folders.list(),
    changes: (folder, cursor) => changesIn(exchange, folders, folder, cursor),
    probe: {
      async noop() {
        const call = { what: say`do nothing`, ms: exchange.ctx.limits.command };
        const [message] = await exchange.call(exchange.soap.getFolders([exchange.known('Inbox')]), call);
        if (message && !message.ok) throw exchange.errorOf(message, call);
      },
    },
    [Symbol.asyncDispose]() {
      exchange.close();
      spool.close();
      return Promise.resolve();
    },
  };
  return exchange.ctx.readOnly ? reading : { ...reading, ...changing(exchange, { folders, reader }) };
}

function changing(
  exchange: Exchange,
  { folders, reader }: { readonly folders: Folders; readonly reader: Reader },
): Partial<MailboxFeatures> {
  const append: MailboxFeatures['append'] = async (folder, raw, size, flags = []) =>
    (await store(exchange, await folders.locate(folder), { raw, size, flags })).ref;
  return {
    createFolder: (path) => folders.create(path),
    move: async (refs, to) => relocate(exchange, 'move', refs, await folders.locate(to), reader),
    copy: async (refs, to) => relocate(exchange, 'copy', refs, await folders.locate(to), reader),
    trash: async (refs) => relocate(exchange, 'move', refs, await folders.locate('role:trash'), reader),
    mark: (refs, marks) => mark(exchange, refs, marks),
    label: (refs, change) => label(exchange, reader, refs, change),
    erase: (refs) => erase(exchange, refs),
    append,
    async saveDraft(draft) {
      const composed = compose(draft, { keepBcc: true });
      return append('role:drafts', composed.stream(), await composed.size(), ['draft', 'seen']);
    },
    send: (draft, options) => send({ exchange, folders }, draft, options),
  };
}

function shownPlan(filter: Filter): ShownPlan {
  const { native, residual } = planFilter(filter, RESTRICTIONS);
  return { server: native && showRestriction(native), residual };
}

import { planFilter, say, type Mailbox, type MailboxFeatures } from '@mailwright/core';
import { ReadAhead } from '@mailwright/network';
import { changesIn } from './arrivals.ts';
import { Changes } from './change.ts';
import type { Client } from './client.ts';
import { DIALECT } from './dialect.ts';
import type { Folders } from './folders.ts';
import { Search, type Request } from './listing.ts';
import { Reader } from './reader.ts';
import { Outbox } from './send.ts';

/** The verbs over an open mailbox; those that change or send something only where the session may. */
export function mailboxOver(client: Client, folders: Folders): Mailbox {
  const reader = new Reader(client, folders);
  const reading: Mailbox = {
    search: ((query: Request, signal?: AbortSignal) =>
      new ReadAhead(new Search(query, { client, folders, reader }), query.limit, signal)) as Mailbox['search'],
    read: (ref) => reader.read(ref),
    plan(filter) {
      const { native, residual } = planFilter(filter, DIALECT);
      return { server: native, residual };
    },
    alive: () => client.alive(),
    listFolders: () => folders.list(),
    changes: (folder, cursor) => changesIn(client, folders, folder, cursor),
    probe: {
      noop: async () =>
        void (await client.json({
          path: 'mailFolders/inbox?$select=id',
          what: say`do nothing`,
          ms: client.ctx.limits.command,
          again: true,
        })),
    },
    async [Symbol.asyncDispose]() {
      reader.close();
      await client.close();
    },
  };
  return client.ctx.readOnly ? reading : { ...reading, ...changing(client, folders) };
}

function changing(client: Client, folders: Folders): Partial<MailboxFeatures> {
  const changes = new Changes(client, folders);
  const outbox = new Outbox(client, folders);
  return {
    createFolder: (path) => folders.create(path),
    move: (refs, to) => changes.move(refs, to),
    copy: (refs, to) => changes.copy(refs, to),
    trash: (refs) => changes.move(refs, 'role:trash', 'trash'),
    mark: (refs, marks) => changes.mark(refs, marks),
    label: (refs, change) => changes.label(refs, change),
    erase: (refs) => changes.erase(refs),
    saveDraft: (draft) => outbox.save(draft),
    send: (draft, options) => outbox.send(draft, options),
  };
}

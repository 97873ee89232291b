import {
  EmailError,
  resolveFolder,
  say,
  type Changes,
  type Draft,
  type Flag,
  type Mailbox,
  type MailboxFeatures,
  type OpenContext,
  type Phrase,
  type Sent,
} from '@mailwright/core';
import { compose } from '@mailwright/mime';
import { ReadAhead, cursorOf, knownIds, limited, stateIn, unknownTo } from '@mailwright/network';
import { Directory } from './directory.ts';
import type { Folders } from './folders.ts';
import type { Kind } from './kind.ts';
import { Search, type Request } from './listing.ts';
import { Reader } from './reader.ts';
import type { Shelf } from './stored.ts';
import { Writer } from './write.ts';

/** Where mail goes that is sent without a server. */
const OUTBOX = 'Outbox';

/** What a mailbox lies in: `path` names it for people. */
export interface Stand {
  readonly path: string;
  readonly ctx: OpenContext;
  open: boolean;
}

/** An mbox: it is only read. */
export function readingOver(stand: Stand, shelf: Shelf): Mailbox {
  const { ctx } = stand;
  const check = () => checkOpen(stand);
  const reader = new Reader(shelf);
  return {
    search: ((query: Request, signal?: AbortSignal) =>
      new ReadAhead(
        new Search(query, { shelf, reader, ctx, check, within: (what, ms, work) => within(stand, what, ms, work) }),
        query.limit,
        signal,
      )) as Mailbox['search'],
    async read(ref) {
      check();
      return within(stand, say`read a message`, ctx.limits.read, () => reader.message(ref));
    },
    plan: (filter) => ({ server: null, residual: filter }),
    alive: () => stand.open && !ctx.signal.aborted,
    changes: (folder, cursor) =>
      turn(stand, say`search in "${{ path: folder }}"`, ctx.limits.search, () => changesIn(shelf, folder, cursor)),
    [Symbol.asyncDispose]: () => {
      stand.open = false;
      return Promise.resolve();
    },
  };
}

/** Folders of one message a file; the verbs that change something only where the session may. */
export function mailboxOver(stand: Stand, folders: Folders, kind: Kind): Mailbox {
  const shelf = new Directory(folders, kind);
  const { ctx } = stand;
  const reading = {
    ...readingOver(stand, shelf),
    listFolders: () => turn(stand, say`list the folders`, ctx.limits.command, () => folders.list()),
  };
  return ctx.readOnly ? reading : { ...reading, ...changing(stand, folders, kind, new Writer(shelf, kind)) };
}

function changing(stand: Stand, folders: Folders, kind: Kind, writer: Writer): Partial<MailboxFeatures> {
  const { command, search, throughput, largestMessage } = stand.ctx.limits;
  const create: MailboxFeatures['createFolder'] = (path) =>
    turn(stand, say`create the folder "${{ path }}"`, command, () => folders.create(path));
  const move: MailboxFeatures['move'] = (refs, to) =>
    turn(stand, say`move messages`, search, async () => writer.move(refs, await folders.locate(to)));
  const append = async (...[folder, raw, size, flags = []]: Parameters<MailboxFeatures['append']>) => {
    raw.once('error', () => undefined);
    if (size > largestMessage) {
      raw.destroy();
      throw new EmailError('message.too_large', { what: say`The message`, size, limit: largestMessage });
    }
    const ms = command + (size / throughput) * 1000;
    // Not in a turn: an attachment of it may have to come from this very session.
    return within(stand, say`store a message in "${{ path: folder }}"`, ms, async () =>
      writer.append(await folders.locate(folder), raw, size, kind.marks ? flags : []),
    );
  };
  const file = async (draft: Draft, folder: string, flags: readonly Flag[]) => {
    const composed = compose(draft, { keepBcc: true });
    return append(folder, composed.stream(), await composed.size(), flags);
  };
  return {
    createFolder: create,
    move,
    append,
    copy: (refs, to) => turn(stand, say`copy messages`, search, async () => writer.copy(refs, await folders.locate(to))),
    trash: (refs) => move(refs, 'role:trash'),
    erase: (refs) => turn(stand, say`erase messages`, search, () => writer.erase(refs)),
    ...(kind.marks && {
      mark: (refs, marks) => turn(stand, say`mark messages`, search, () => writer.mark(refs, marks, (folder) => folders.locate(folder))),
    }),
    saveDraft: (draft) => file(draft, 'role:drafts', ['draft', 'seen']),
    async send(draft): Promise<Sent> {
      const { path } = await create(OUTBOX);
      await file(draft, path, ['seen']);
      const accepted = [...draft.to, ...(draft.cc ?? []), ...(draft.bcc ?? [])].map(({ address }) => address);
      const warnings = [`Nothing has left this machine: the mail is in the folder ${path}, since this session has no outgoing server.`];
      return { messageId: draft.messageId, state: 'queued', accepted, rejected: [], savedTo: path, warnings };
    },
  };
}

/** Files have no numbers: a cursor holds the ids of its time. */
async function changesIn(shelf: Shelf, folder: string, cursor: string | undefined): Promise<Changes> {
  const { path } = resolveFolder(folder, await shelf.folders());
  const state = cursor === undefined ? undefined : stateIn(cursor, 'file', path);
  const refs = (await shelf.list(path, false)).map(({ ref }) => ref);
  const isNew = state === undefined ? () => false : unknownTo(state);
  return { arrived: refs.filter(({ id }) => isNew(id)), cursor: cursorOf('file', path, knownIds(refs.map(({ id }) => id))) };
}

function checkOpen({ open, path, ctx }: Stand): void {
  if (ctx.signal.aborted) throw new EmailError('automation.cancelled', {});
  if (!open) throw new EmailError('connection.lost', { host: path });
}

const turn = <T>(stand: Stand, what: Phrase, ms: number, work: () => Promise<T>): Promise<T> =>
  stand.ctx.turn(() => within(stand, what, ms, work));

/** A disk that is a share of the network may never answer. */
async function within<T>(stand: Stand, what: Phrase, ms: number, work: () => Promise<T>): Promise<T> {
  checkOpen(stand);
  const address = { host: stand.path, port: 0, security: 'none' as const };
  return limited(work, { address, what, ms, signal: stand.ctx.signal, close: () => void (stand.open = false) });
}

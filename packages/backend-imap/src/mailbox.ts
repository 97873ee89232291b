import { EmailError, planFilter, type Filter, type Flag, type Mailbox, type MailboxFeatures, type ShownPlan } from '@mailwright/core';
import { compose } from '@mailwright/mime';
import { ReadAhead } from '@mailwright/network';
import { append } from './append.ts';
import { changesIn, watchIn } from './arrivals.ts';
import type { Conversation } from './conversation.ts';
import { dialectFor, showKeys, type SearchTraits } from './dialect.ts';
import { Folders } from './folders.ts';
import { Search, type Request } from './listing.ts';
import { erase, label, mark } from './marks.ts';
import { numbersOf } from './place.ts';
import { probeOf } from './probe.ts';
import { Reader } from './reader.ts';
import { Relocation } from './relocate.ts';

/** Time for the server to hear our LOGOUT, in milliseconds. */
const GOODBYE = 3000;

/** The verbs over an open connection; those that change something only where the session may. */
export function mailboxOver(talk: Conversation): Mailbox {
  const folders = new Folders(talk);
  const reader = new Reader(talk);
  const traits = traitsOf(talk);
  const reading: Mailbox = {
    search: ((query: Request, signal?: AbortSignal) =>
      new ReadAhead(new Search(query, { talk, folders, reader, traits }), query.limit, signal)) as Mailbox['search'],
    async read(ref) {
      const { uidValidity, uid } = numbersOf(ref);
      return reader.read(ref, { located: await folders.locate(ref.folder), uidValidity }, uid);
    },
    plan: (filter) => shownPlan(filter, traits),
    alive: () => talk.alive(),
    listFolders: () => folders.list(),
    changes: (folder, cursor) => changesIn(talk, folders, folder, cursor),
    ...(talk.has('IDLE') && { watch: (folder, signal) => watchIn(talk, folders, folder, signal) }),
    probe: probeOf(talk, folders),
    [Symbol.asyncDispose]: () => goodbye(talk),
  };
  return talk.ctx.readOnly ? reading : { ...reading, ...changing(talk, folders) };
}

function changing(talk: Conversation, folders: Folders): Partial<MailboxFeatures> {
  const relocate = async (verb: 'move' | 'copy', ...[refs, to]: Parameters<MailboxFeatures['move']>) =>
    new Relocation(talk, folders, verb, await folders.locate(to)).run(refs);
  const store: MailboxFeatures['append'] = (folder, raw, size, flags: readonly Flag[] = []) =>
    append(talk, folders, folder, { raw, size, flags });
  return {
    createFolder: (path) => folders.create(path),
    move: (refs, to) => relocate('move', refs, to),
    copy: (refs, to) => relocate('copy', refs, to),
    trash: (refs) => relocate('move', refs, 'role:trash'),
    mark: (refs, marks) => mark(talk, folders, refs, marks),
    label: async (refs, change) => label(talk, folders, refs, change),
    erase: (refs) => erase(talk, folders, refs),
    append: store,
    async saveDraft(draft) {
      const composed = compose(draft, { keepBcc: true });
      return store('role:drafts', composed.stream(), await composed.size(), ['draft', 'seen']);
    },
  };
}

/** Gmail, Exchange and full-text indexes find whole words or their beginnings, where RFC 3501 wants any part of a text. */
function traitsOf(talk: Conversation): SearchTraits {
  const byWords = talk.has('X-GM-EXT-1') || talk.has('SEARCH=FUZZY') || /microsoft exchange/i.test(talk.client.greeting ?? '');
  return { byWords };
}

function shownPlan(filter: Filter, traits: SearchTraits): ShownPlan {
  const { native, residual } = planFilter(filter, dialectFor(traits));
  return { server: native && showKeys(native), residual };
}

async function goodbye({ client }: Conversation): Promise<void> {
  const timer = setTimeout(() => client.close(), GOODBYE);
  try {
    if (client.usable) await client.logout();
  } catch (error) {
    // The connection was gone already: nothing is left to say.
    if (!(error instanceof Error)) throw EmailError.from(error, 'log out');
  } finally {
    clearTimeout(timer);
    client.close();
  }
}

import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Listing, Mailbox, MailboxFeatures, MessageRef, MessageSummary, Query } from '@mailwright/core';
import type { FakeServer } from './fake-mailbox.ts';

export type Verbs = Mailbox & MailboxFeatures;
type Search = (query: Query, signal?: AbortSignal) => Listing;
const searchOf =
  (mailbox: Verbs): Search =>
  (query, signal) =>
    mailbox.search(query, signal);
/** Turns an honest mailbox into one that breaks a promise. */
export type Sabotage = (honest: Verbs, server: FakeServer) => Partial<Verbs>;

/** A search whose items, query or list of what is left are not what they should be. */
const searching =
  (change: {
    query?: (query: Query) => Query;
    items?: (items: AsyncIterable<MessageSummary>, query: Query) => AsyncIterable<MessageSummary>;
    left?: Listing['left'];
    deaf?: true;
  }): Sabotage =>
  (honest) => ({
    search: ((query: Query, signal?: AbortSignal) => {
      const listing = searchOf(honest)(change.query?.(query) ?? query, change.deaf ? undefined : signal);
      const items = change.items?.(listing, query) ?? listing;
      return { left: change.left ?? (() => listing.left()), [Symbol.asyncIterator]: () => items[Symbol.asyncIterator]() };
    }) as Verbs['search'],
  });

async function* mapped<T, R>(items: AsyncIterable<T>, change: (item: T) => R[]): AsyncGenerator<R> {
  for await (const item of items) yield* change(item);
}
const without =
  (...keys: string[]) =>
  (query: Query) =>
    Object.fromEntries(Object.entries(query).filter(([key]) => !keys.includes(key))) as unknown as Query;
const bytes = (text: string) => Readable.from([Buffer.from(text, 'latin1')], { objectMode: false });

/** What the mailbox does wrong, how the title of the check begins that sees it, and how it is made to do so. */
export const SABOTAGES: readonly [string, string, Sabotage][] = [
  ['lists a message twice', 'search lists every message once', searching({ items: (items) => mapped(items, (item) => [item, item]) })],
  [
    'loses a message',
    'search lists every message once',
    searching({ items: (items) => mapped(items, (item) => (item.subject.startsWith('Invoice 4711') ? [] : [item])) }),
  ],
  [
    'shows wrong subjects',
    'search lists every message once',
    searching({ items: (items) => mapped(items, (item) => [{ ...item, subject: item.subject.toLowerCase() }]) }),
  ],
  [
    'shows no flags',
    'search tells when a message arrived',
    searching({ items: (items) => mapped(items, (item) => [{ ...item, flags: [] }]) }),
  ],
  ['ignores the order', 'newest first is the same list', searching({ query: without('newestFirst') })],
  ['ignores the limit', 'newest first is the same list', searching({ query: without('limit') })],
  [
    'limits before it filters',
    'newest first is the same list',
    searching({
      query: ({ limit = Infinity, ...rest }) =>
        rest.filter ? { ...rest, limit: Math.min(limit, 1) } : { ...rest, ...(limit < Infinity && { limit }) },
    }),
  ],
  ['ignores folders below', 'folders below are searched', searching({ query: without('subfolders') })],
  ['always takes folders below', 'folders below are searched', searching({ query: (query) => ({ ...query, subfolders: true }) })],
  [
    'takes a missing folder for an empty one',
    'an empty folder is an empty list',
    (honest) => ({
      search: ((query: Query) => searchOf(honest)(query.folder === 'Invoces' ? { ...query, folder: 'Trash' } : query)) as Verbs['search'],
    }),
  ],
  ['widens every filter', 'each kind of condition', searching({ query: without('filter') })],
  ['widens every filter', 'fifty random filters', searching({ query: without('filter') })],
  [
    'narrows by half',
    'fifty random filters',
    searching({ items: (items, { filter }) => mapped(items, (item) => (filter && item.size && item.size % 2 ? [] : [item])) }),
  ],
  [
    'takes a contains for a whole word',
    'conditions that servers read in ways of their own',
    searching({
      items: (items, { filter }) =>
        mapped(items, (item) => (filter?.op === 'contains' && !item.subject.split(/\W/).includes(filter.value) ? [] : [item])),
    }),
  ],
  ['shows a plan that leaves a condition out', 'the plan that is shown', () => ({ plan: () => ({ server: null, residual: null }) })],
  ['does not know what is left', 'a search knows what is left', searching({ left: () => [] })],
  ['searches anew instead of taking up a list', 'a search knows what is left', searching({ query: without('among') })],
  ['does not hear that it should stop', 'a search that is stopped ends', searching({ deaf: true })],
  ['lists while it goes', 'the list is fixed before the first item', livelySearch],
  [
    'reads and marks as read',
    'searching and reading change nothing',
    (honest) => ({
      read: async (ref) => (await honest.mark([ref], { seen: true }), honest.read(ref)),
      search: ((query: Query) => {
        const listing = searchOf(honest)(query);
        const items = (async function* () {
          for await (const item of listing) {
            if ('load' in query) await honest.mark([item.ref], { seen: true });
            yield item;
          }
        })();
        return { left: () => listing.left(), [Symbol.asyncIterator]: () => items };
      }) as Verbs['search'],
    }),
  ],
  [
    'changes line ends',
    'read gives the bytes',
    (honest) => ({
      read: async (ref) => {
        const message = await honest.read(ref);
        return { ...message, raw: async () => bytes((await buffer(await message.raw())).toString('latin1').replace(/\r/g, '')) };
      },
    }),
  ],
  [
    'gives attachments once',
    'attachments have their names',
    (honest) => ({
      read: async (ref) => {
        const message = await honest.read(ref);
        const opened = new Set<unknown>();
        return {
          ...message,
          attachments: message.attachments.map((one) => ({
            ...one,
            open: async () => (opened.has(one) ? bytes('') : (opened.add(one), one.open())),
          })),
        };
      },
    }),
  ],
  ['invents a text', 'read tells of each message', (honest) => ({ read: async (ref) => ({ ...(await honest.read(ref)), text: 'x' }) })],
  [
    'lets control characters through',
    'texts are clean',
    searching({ items: (items) => mapped(items, (item) => [{ ...item, subject: `${item.subject}\u0001` }]) }),
  ],
  ['finds no defect', 'texts are clean', searching({ items: (items) => mapped(items, ({ defects: _defects, ...item }) => [item]) })],
  [
    'loads less in a search than in a read',
    'a search that loads messages',
    searching({ items: (items) => mapped(items, (item) => ['attachments' in item ? { ...item, attachments: [] } : item]) }),
  ],
  [
    'finds any id',
    'a reference that is none',
    (honest, server) => ({ read: async (ref) => honest.read(ref).catch(() => honest.read(server.open().refs()[0] as MessageRef)) }),
  ],
  ['copies where it should move', 'move takes exactly these', (honest) => ({ move: (refs, to) => honest.copy(refs, to) })],
  [
    'loses flags on the way',
    'move takes exactly these',
    (honest) => ({ move: async (refs, to) => (await honest.mark(refs, { seen: false, flagged: false }), honest.move(refs, to)) }),
  ],
  [
    'names a wrong place',
    'move takes exactly these',
    (honest) => ({ move: async (refs, to) => (await honest.move(refs, to)).map(({ from }) => ({ from, to: { folder: to, id: '1' } })) }),
  ],
  [
    'copies to itself instead of leaving it',
    'moving to where it is',
    (honest) => ({
      move: async (refs, to) => {
        const copied = await honest.copy(refs, to);
        await honest.erase(refs);
        return copied;
      },
    }),
  ],
  [
    'says ok of what is gone',
    'a message that is gone is told apart',
    (honest) => ({ move: async (refs, to) => (await honest.move(refs, to)).map(({ from }) => ({ from })) }),
  ],
  [
    'makes a missing target',
    'a target that is missing',
    (honest) => ({ move: async (refs, to) => (await honest.createFolder(to), honest.move(refs, to)) }),
  ],
  ['moves where it should copy', 'copy makes a second message', (honest) => ({ copy: (refs, to) => honest.move(refs, to) })],
  [
    'never takes a mark off',
    'mark sets and takes off',
    (honest) => ({ mark: async (refs, marks) => honest.mark(refs, Object.fromEntries(Object.entries(marks).filter(([, on]) => on))) }),
  ],
  [
    'marks all others too',
    'mark sets and takes off',
    (honest, server) => ({ mark: async (refs, marks) => (await honest.mark(server.open().refs(), marks), honest.mark(refs, marks)) }),
  ],
  [
    'never removes a keyword',
    'label adds and removes',
    (honest) => ({ label: async (refs, { add }) => honest.label(refs, { ...(add && { add }) }) }),
  ],
  [
    'erases where it should trash',
    'trash moves to the trash',
    (honest) => ({ trash: async (refs) => (await honest.erase(refs)).map(({ ref }) => ({ from: ref })) }),
  ],
  [
    'erases the whole folder',
    'trash moves to the trash',
    (honest, server) => ({
      erase: async (refs) => {
        const done = await honest.erase(refs);
        await honest.erase(server.open().refs(refs[0]?.folder));
        return done;
      },
    }),
  ],
  [
    'stores a message cut',
    'append stores the bytes',
    (honest) => ({
      append: async (folder, raw, _, flags) => {
        const whole = await buffer(raw);
        return honest.append(folder, Readable.from([whole.subarray(0, -2)], { objectMode: false }), whole.length - 2, flags);
      },
    }),
  ],
  ['stores without flags', 'append stores the bytes', (honest) => ({ append: (folder, raw, size) => honest.append(folder, raw, size) })],
  [
    'drops hidden recipients of a draft',
    'a saved draft stands',
    (honest) => ({ saveDraft: ({ bcc: _bcc, ...draft }) => honest.saveDraft(draft) }),
  ],
  [
    'says that it made a folder that was there',
    'a folder is made',
    (honest) => ({ createFolder: async (path) => ({ ...(await honest.createFolder(path)), created: true }) }),
  ],
  [
    'knows no roles',
    'folders are listed with their roles',
    (honest) => ({ listFolders: async () => (await honest.listFolders()).map(({ path, name }) => ({ path, name })) }),
  ],
  [
    'tells all that is there as new',
    'what came since a cursor',
    (honest) => ({
      changes: async (folder, cursor) => ({
        ...(await honest.changes(folder, cursor)),
        ...(!cursor && { arrived: [{ folder, id: '1' }] }),
      }),
    }),
  ],
  ['forgets the cursor', 'what came since a cursor', (honest) => ({ changes: (folder) => honest.changes(folder) })],
  ['forgets the cursor', 'a message that is moved in', (honest) => ({ changes: (folder) => honest.changes(folder) })],
  [
    'takes any cursor',
    'a cursor of another folder',
    (honest) => ({ changes: (folder, cursor) => honest.changes(folder, cursor).catch(() => honest.changes(folder)) }),
  ],
  [
    'watches without looking first',
    'a folder that is watched',
    (honest) => ({
      watch: async function* (folder, signal) {
        let first = true;
        for await (const look of honest.watch(folder, AbortSignal.any([signal, AbortSignal.timeout(50)]))) {
          if (!first) yield look;
          first = false;
        }
      },
    }),
  ],
  ['has half a verb', 'the verbs that are there', () => ({ send: undefined as unknown as Verbs['send'] })],
  ['lives on', 'closed, it is no longer alive', () => ({ alive: () => true })],
];

/** Looks for the next message each time, by its place. */
function livelySearch(honest: Verbs): Partial<Verbs> {
  const lively = (query: Query): Listing => {
    const items = (async function* () {
      for (let at = 0; ; at++) {
        const now = await Array.fromAsync(searchOf(honest)(query));
        const item = now[at];
        if (!item) return;
        yield item;
      }
    })();
    return { left: () => undefined, [Symbol.asyncIterator]: () => items };
  };
  return { search: lively as Verbs['search'] };
}

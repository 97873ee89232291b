import assert from 'node:assert/strict';
import type { MessageSummary } from '@mailwright/core';
import { parseHeaders } from '@mailwright/mime';
import { all, expected, fails, keys, list, refsIn, seeded, some, verb, type Check, type Stand } from './check.ts';

/** What a listing knows from the bytes themselves. */
const FROM_BYTES = [
  'kind',
  'messageId',
  'inReplyTo',
  'references',
  'subject',
  'from',
  'to',
  'cc',
  'sentAt',
  'importance',
  'hasAttachments',
] as const;

const told = (message: MessageSummary) => Object.fromEntries(FROM_BYTES.map((field) => [field, message[field]]));

/** What a listing must tell: all of it, or, where it sees headers alone, what they say, and of attachments the truth or nothing. */
async function toldBy(stand: Stand, found: readonly MessageSummary[]) {
  const wanted = await expected(stand);
  if (!stand.traits.headersOnly) return wanted.map(told);
  return wanted.map((message, at) => ({
    ...told(message),
    kind: parseHeaders(seeded(stand)[at]?.raw ?? Buffer.alloc(0)).kind,
    hasAttachments: found[at]?.hasAttachments === undefined ? undefined : message.hasAttachments,
  }));
}

export const SEARCHING: readonly Check[] = [
  {
    title: 'search lists every message once, oldest first, and tells of each what its bytes say',
    async run(stand) {
      const found = await list(stand.mailbox);
      assert.deepEqual(found.map(told), await toldBy(stand, found));
      assert.deepEqual(
        found.map(({ size }) => size),
        seeded(stand).map(({ raw }) => raw.length),
      );
      assert.equal(new Set(keys(found)).size, found.length);
    },
  },
  {
    title: 'search tells when a message arrived and its flags',
    needs: ['mark'],
    async run(stand) {
      const shown = (messages: readonly { flags?: readonly string[]; receivedAt?: string }[]) =>
        messages.map(({ flags = [], receivedAt }) => [receivedAt, [...flags].sort()]);
      assert.deepEqual(shown(await list(stand.mailbox)), shown(seeded(stand)));
      assert.deepEqual(shown(await list(stand.mailbox, 'role:drafts')), shown(seeded(stand, 'Drafts')));
    },
  },
  {
    title: 'newest first is the same list from its end, and a limit takes the first of it',
    async run({ mailbox }) {
      const found = keys(await list(mailbox));
      assert.deepEqual(keys(await all(mailbox.search({ folder: 'INBOX', newestFirst: true }))), found.toReversed());
      assert.deepEqual(keys(await all(mailbox.search({ folder: 'INBOX', limit: 3 }))), found.slice(0, 3));
      assert.deepEqual(keys(await all(mailbox.search({ folder: 'INBOX', newestFirst: true, limit: 3 }))), found.toReversed().slice(0, 3));
      const filter = { op: 'matches', field: 'subject', pattern: '(?i)invoice' } as const;
      const fitting = keys(await all(mailbox.search({ folder: 'INBOX', filter })));
      assert.ok(fitting.length > 2);
      assert.deepEqual(keys(await all(mailbox.search({ folder: 'INBOX', filter, limit: 2 }))), fitting.slice(0, 2));
    },
  },
  {
    title: 'folders below are searched when asked, and only then',
    needs: ['listFolders'],
    async run(stand) {
      const { mailbox } = stand;
      const subjects = async (subfolders: boolean) =>
        (await all(mailbox.search({ folder: 'projects', subfolders }))).map(({ subject }) => subject);
      const within = async (folder: string) => (await expected(stand, folder)).map(({ subject }) => subject);
      const [above, below] = [await within('Projects'), await within('Projects/Äpfel & Birnen')];
      assert.ok(above.length > 0 && below.length > 0);
      assert.deepEqual(await subjects(false), above);
      assert.deepEqual((await subjects(true)).toSorted(), [...above, ...below].toSorted());
    },
  },
  {
    title: 'an empty folder is an empty list, and a missing one is an error',
    needs: ['listFolders'],
    async run({ mailbox }) {
      assert.deepEqual(await list(mailbox, 'role:trash'), []);
      await fails('folder.not_found', () => list(mailbox, 'Invoces'));
    },
  },
  {
    title: 'leaving a search early leaves the mailbox ready for the next verb',
    async run(stand) {
      const { mailbox } = stand;
      for (const load of [undefined, 'message'] as const) {
        for await (const _ of mailbox.search({ folder: 'INBOX', ...(load && { load }) } as never)) break;
        assert.equal((await list(mailbox)).length, seeded(stand).length);
      }
    },
  },
  {
    title: 'a search knows what is left, and such a list can be taken up again',
    async run({ mailbox }) {
      const found = keys(await list(mailbox));
      const listing = mailbox.search({ folder: 'INBOX' });
      const items = listing[Symbol.asyncIterator]();
      for (let count = 0; count < 5; count++) await items.next();
      const among = listing.left() ?? [];
      await items.return?.();
      assert.deepEqual(keys(among), found.slice(5));
      assert.deepEqual(keys(await all(mailbox.search({ folder: 'INBOX', among }))), found.slice(5));
      const filter = { op: 'contains', field: 'subject', value: 'invoice' } as const;
      const fitting = new Set(keys(await all(mailbox.search({ folder: 'INBOX', filter }))));
      assert.deepEqual(
        keys(await all(mailbox.search({ folder: 'INBOX', among, filter }))),
        found.slice(5).filter((key) => fitting.has(key)),
      );
    },
  },
  {
    title: 'a search that is stopped ends',
    async run({ mailbox }) {
      const stop = new AbortController();
      const items = mailbox.search({ folder: 'INBOX' }, stop.signal)[Symbol.asyncIterator]();
      await items.next();
      stop.abort();
      await fails('automation.cancelled', async () => {
        for (let count = 0; count < 1000; count++) if ((await items.next()).done) return;
      });
    },
  },
  {
    title: 'several verbs at once wait for each other',
    async run({ mailbox }) {
      const refs = await refsIn(mailbox);
      const [first, second, messages] = await Promise.all([
        list(mailbox),
        list(mailbox),
        Promise.all(refs.slice(0, 5).map((ref) => mailbox.read(ref))),
      ]);
      assert.deepEqual([keys(first), keys(second), keys(messages)], [keys(refs), keys(refs), keys(refs.slice(0, 5))]);
    },
  },
  {
    title: 'the list is fixed before the first item: each message is seen once although all are moved, and read on the way',
    needs: ['move'],
    changes: true,
    async run(stand) {
      const { mailbox } = stand;
      const seen: string[] = [];
      for await (const { ref, subject } of mailbox.search({ folder: 'INBOX' })) {
        seen.push(subject);
        assert.equal((await mailbox.read(ref)).subject, subject);
        assert.deepEqual(
          (await verb(mailbox, 'move')([ref], 'Projects')).map(({ error }) => error),
          [undefined],
        );
      }
      assert.deepEqual(
        seen,
        (await expected(stand)).map(({ subject }) => subject),
      );
      assert.deepEqual(await list(mailbox), []);
    },
  },
  {
    title: 'messages that vanished meanwhile are left out, and mail that came meanwhile waits',
    needs: ['erase', 'copy'],
    changes: true,
    async run({ mailbox }) {
      const found = keys(await list(mailbox));
      const listing = mailbox.search({ folder: 'INBOX' });
      const items = listing[Symbol.asyncIterator]();
      await items.next();
      const among = listing.left() ?? [];
      await items.return?.();
      const [first] = await some(mailbox);
      await verb(mailbox, 'copy')([first], 'INBOX');
      await verb(mailbox, 'erase')(among.slice(0, 3));
      assert.deepEqual(keys(await all(mailbox.search({ folder: 'INBOX', among }))), found.slice(4));
    },
  },
];

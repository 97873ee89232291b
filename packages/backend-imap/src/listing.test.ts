import type { Filter, MessageSummary } from '@mailwright/core';
import { closeStands, onCommand, smallMail, stand } from './stand.test.fixture.ts';
import { collect } from './trial.test.fixture.ts';

afterAll(closeStands);

const numbers = (found: readonly MessageSummary[]) => found.map(({ subject }) => Number(subject.replace('mail ', '')));
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, at) => first + at);
const fetches = (heard: readonly string[]) => heard.filter((command) => command === 'UID FETCH').length;
const unseen: Filter = { op: 'flag', name: 'seen', value: false };

test('oldest first, newest first, a limit, nothing', async () => {
  await using at = await stand({ mails: 60 });
  const search = async (query: object) => numbers(await collect(at.mailbox.search({ folder: 'INBOX', ...query })));
  expect(await search({})).toEqual(upTo(60));
  expect(await search({ newestFirst: true })).toEqual(upTo(60).reverse());
  expect(await search({ limit: 3 })).toEqual([1, 2, 3]);
  expect(await search({ newestFirst: true, limit: 2 })).toEqual([60, 59]);
  expect(await search({ filter: { op: 'contains', field: 'subject', value: 'mail 5' }, limit: 3 })).toEqual([5, 50, 51]);
  expect(await search({ filter: { op: 'flag', name: 'flagged', value: true } })).toEqual([]);
  expect(await collect(at.mailbox.search({ folder: 'Done' }))).toEqual([]);
});

test('the list is fixed before the first item: what the loop moves or brings does not disturb it', async () => {
  await using at = await stand({ mails: 80 });
  const seen: number[] = [];
  for await (const { ref, subject } of at.mailbox.search({ folder: 'INBOX', filter: unseen })) {
    seen.push(Number(subject.replace('mail ', '')));
    if (seen.length === 2) at.account.folder('INBOX')?.add(smallMail(999));
    if (seen.length % 2 === 0) await at.mailbox.move([ref], 'Done');
    else await at.mailbox.mark([ref], { seen: true });
    await at.mailbox.read(seen.length % 2 === 0 ? ((await at.refs('Done')).at(-1) ?? ref) : ref);
  }
  expect(seen).toEqual(upTo(80));
  expect([at.count('INBOX'), at.count('Done')]).toEqual([41, 40]);
});

test('what others take away meanwhile is left out', async () => {
  await using at = await stand({ mails: 40 });
  const found: MessageSummary[] = [];
  for await (const item of at.mailbox.search({ folder: 'INBOX' })) {
    found.push(item);
    if (found.length === 1) at.account.folder('INBOX')?.remove(new Set(upTo(35, 30)));
  }
  expect(numbers(found)).toEqual([...upTo(29), ...upTo(40, 36)]);
});

test('batches: a small first one, the next only when half is used, leaving early costs no more', async () => {
  await using at = await stand({ mails: 400 });
  at.heard.length = 0;
  let count = 0;
  for await (const _ of at.mailbox.search({ folder: 'INBOX' })) {
    if (++count === 10) break;
  }
  expect(fetches(at.heard)).toBe(1);
  at.heard.length = 0;
  count = 0;
  for await (const _ of at.mailbox.search({ folder: 'INBOX' })) {
    if (++count === 20) break;
  }
  expect((await at.mailbox.listFolders()).length).toBeGreaterThan(3);
  expect(fetches(at.heard)).toBe(2);
  at.heard.length = 0;
  expect(await collect(at.mailbox.search({ folder: 'INBOX' }))).toHaveLength(400);
  expect(fetches(at.heard)).toBe(3);
});

test('a search that waits for its reader holds no turn', async () => {
  await using at = await stand({ mails: 300 });
  const items = at.mailbox.search({ folder: 'INBOX' })[Symbol.asyncIterator]();
  for (let count = 0; count < 30; count++) await items.next();
  const others = Promise.all([
    at.mailbox.listFolders(),
    at.mailbox.createFolder('Other'),
    collect(at.mailbox.search({ folder: 'INBOX', limit: 1 })),
  ]);
  expect((await others)[2]).toHaveLength(1);
  expect((await items.next()).done).toBe(false);
  await items.return?.();
});

test('two searches at once and a search of another folder', async () => {
  await using at = await stand({ mails: 60 });
  at.account.folder('Done')?.add(smallMail(900));
  const [one, two, three] = await Promise.all(['INBOX', 'Done', 'INBOX'].map((folder) => collect(at.mailbox.search({ folder }))));
  expect([one?.length, two?.length, three?.length]).toEqual([60, 1, 60]);
});

test('folders below: one after the other', async () => {
  await using at = await stand({ mails: 2 });
  at.account.create('Done/2026/Q1').add(smallMail(31));
  at.account.folder('Done')?.add(smallMail(30));
  at.account.create('Doneness').add(smallMail(99));
  const found = await collect(at.mailbox.search({ folder: 'Done', subfolders: true }));
  expect(found.map(({ ref, subject }) => `${ref.folder} ${subject}`)).toEqual(['Done mail 30', 'Done/2026/Q1 mail 31']);
  expect(await collect(at.mailbox.search({ folder: 'Done', subfolders: true, limit: 1 }))).toHaveLength(1);
  at.account.create('INBOX/Below').add(smallMail(32));
  await using fresh = await at.open();
  expect(numbers(await collect(fresh.search({ folder: 'inbox', subfolders: true })))).toEqual([1, 2, 32]);
});

test('left() and among: another search goes on where one was left, in the same order, without searching', async () => {
  await using at = await stand({ mails: 70 });
  const listing = at.mailbox.search({ folder: 'INBOX', newestFirst: true, filter: unseen });
  expect(listing.left()).toBeUndefined();
  const first: MessageSummary[] = [];
  for await (const item of listing) {
    first.push(item);
    if (first.length === 30) break;
  }
  const left = listing.left() ?? [];
  expect(left).toHaveLength(40);
  await at.mailbox.mark(left.slice(0, 1), { seen: true });
  at.heard.length = 0;
  const rest = await collect(at.mailbox.search({ folder: 'INBOX', newestFirst: true, filter: unseen, among: left }));
  expect(numbers([...first, ...rest])).toEqual(
    upTo(70)
      .reverse()
      .filter((n) => n !== 40),
  );
  expect(at.heard).not.toContain('UID SEARCH');
});

test('left() after a lost connection names all that was not yielded', async () => {
  await using at = await stand({ mails: 60 });
  const listing = at.mailbox.search({ folder: 'INBOX' });
  const found: MessageSummary[] = [];
  const reading = (async () => {
    for await (const item of listing) {
      found.push(item);
      if (found.length === 5) at.sandbox.kick();
    }
  })();
  await expect(reading).rejects.toMatchObject({ code: 'connection.lost' });
  await using again = await at.open();
  const rest = await collect(again.search({ folder: 'INBOX', among: listing.left() ?? [] }));
  expect(numbers([...found, ...rest])).toEqual(upTo(60));
});

test('a folder that is numbered anew ends the search; nothing else is read for it', async () => {
  await using at = await stand({ mails: 40 });
  const listing = at.mailbox.search({ folder: 'INBOX' });
  const items = listing[Symbol.asyncIterator]();
  await items.next();
  // The folder is made anew, and the session has to open it again.
  at.account.folders.delete('INBOX');
  const anew = at.account.create('INBOX');
  for (let n = 0; n < 40; n++) anew.add(smallMail(n + 500));
  await collect(at.mailbox.search({ folder: 'Done' }));
  const rest = (async () => {
    for (let next = await items.next(); !next.done; next = await items.next())
      expect(Number(next.value.subject.slice(5))).toBeLessThan(100);
  })();
  await expect(rest).rejects.toMatchObject({ code: 'folder.changed' });
});

test('stopping a search: at once, and the session goes on', async () => {
  await using at = await stand({ mails: 60 });
  const stop = new AbortController();
  const seen: MessageSummary[] = [];
  const reading = (async () => {
    for await (const item of at.mailbox.search({ folder: 'INBOX' }, stop.signal)) {
      seen.push(item);
      if (seen.length === 3) stop.abort();
    }
  })();
  await expect(reading).rejects.toMatchObject({ code: 'automation.cancelled' });
  expect(seen).toHaveLength(3);
  expect(await at.refs()).toHaveLength(60);
});

test('a server that refuses the search is asked for everything, and the filter holds', async () => {
  await using at = await stand({ mails: 30 });
  let refused = 0;
  onCommand((command) => (command === 'UID SEARCH' && refused++ === 0 ? { no: '[BADCHARSET] I cannot search' } : undefined));
  const found = await collect(
    at.mailbox.search({ folder: 'INBOX', filter: { op: 'and', of: [unseen, { op: 'contains', field: 'subject', value: 'MAIL 2' }] } }),
  );
  expect(numbers(found)).toEqual([2, ...upTo(29, 20)]);
  expect(refused).toBe(2);
});

test('a filter that looks into bodies', async () => {
  await using at = await stand({ mails: 30 });
  const query = { folder: 'INBOX', filter: { op: 'contains', field: 'body', value: 'BODY 1' } as Filter };
  expect(numbers(await collect(at.mailbox.search(query)))).toEqual([1, ...upTo(19, 10)]);
  const whole = await collect(at.mailbox.search({ ...query, load: 'message', limit: 2 }));
  expect(whole.map(({ text }) => text?.trim())).toEqual(['body 1', 'body 10']);
});

test('the plan says who does what', async () => {
  await using at = await stand({ mails: 0 });
  const contains: Filter = { op: 'contains', field: 'subject', value: 'invoice' };
  expect(at.mailbox.plan({ op: 'and', of: [unseen, contains] })).toEqual({
    server: 'UNSEEN OR (SUBJECT "invoice") (SUBJECT "=?")',
    residual: { op: 'and', of: [contains] },
  });
  expect(at.mailbox.plan(unseen)).toEqual({ server: 'UNSEEN', residual: null });
  expect(at.mailbox.plan({ op: 'hasAttachments', value: true })).toEqual({ server: null, residual: { op: 'hasAttachments', value: true } });
});

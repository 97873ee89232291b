import { standFor } from './stand.test.fixture.ts';

const DELTA = 'GET mailFolders/{id}/messages/delta';
const mail = (n: number) => Buffer.from(`Subject: new ${n}\r\nMessage-ID: <new-${n}@example.com>\r\n\r\nx\r\n`);

test('marks and erased mails are no news; a page that breaks off is asked for again', async () => {
  await using stand = await standFor();
  const inbox = stand.sandbox.store.account(stand.sandbox.user.address)?.folder('INBOX');
  const { cursor } = await stand.mailbox.changes('INBOX');
  const refs = (await Array.fromAsync(stand.mailbox.search({ folder: 'INBOX' }))).map(({ ref }) => ref);
  await stand.mailbox.mark(refs.slice(0, 2), { flagged: true });
  await stand.mailbox.erase(refs.slice(2, 3));
  inbox?.add(mail(1));
  stand.faults.set(DELTA, 'drop', { status: 503, retryAfter: '0' });
  const told = await stand.mailbox.changes('INBOX', cursor);
  const [arrived, ...more] = await Promise.all(told.arrived.map((ref) => stand.mailbox.read(ref)));
  expect([arrived?.subject, more, told.resynced]).toEqual(['new 1', [], undefined]);
});

test('a server that has forgotten (410) tells all anew, once, and says so', async () => {
  await using stand = await standFor();
  const { cursor } = await stand.mailbox.changes('INBOX');
  stand.sandbox.graph.forgetChanges();
  const told = await stand.mailbox.changes('INBOX', cursor);
  const refs = (await Array.fromAsync(stand.mailbox.search({ folder: 'INBOX' }))).map(({ ref }) => ref);
  expect(told.resynced).toBe(true);
  expect(told.arrived.map(({ id }) => id).toSorted()).toEqual(refs.map(({ id }) => id).toSorted());
  expect(await stand.mailbox.changes('INBOX', told.cursor)).toMatchObject({ arrived: [] });
});

test('a cursor that leads to another server is not followed', async () => {
  await using stand = await standFor();
  const { cursor } = await stand.mailbox.changes('INBOX');
  const elsewhere = cursor.replace(/https:\/\/[^/]+/, 'https://elsewhere.example.com');
  await expect(stand.mailbox.changes('INBOX', elsewhere)).rejects.toMatchObject({ code: 'server.unexpected' });
});

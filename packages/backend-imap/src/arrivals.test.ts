import { closeStands, onCommand, smallMail, stand } from './stand.test.fixture.ts';

afterAll(closeStands);

test('a folder with another numbering is told anew, all of it', async () => {
  await using at = await stand({ mails: 3 });
  const { cursor } = await at.mailbox.changes('INBOX');
  const [backend, folder, state = ''] = JSON.parse(cursor) as string[];
  const old = JSON.stringify([backend, folder, state.replace(/^\d+/, (validity) => `${Number(validity) + 1}`)]);
  const told = await at.mailbox.changes('INBOX', old);
  expect(told).toEqual({ arrived: await at.refs(), cursor, resynced: true });
});

test('what came and what went meanwhile: UIDs alone count, and a folder that is emptied forgets none', async () => {
  await using at = await stand({ mails: 2 });
  const begin = await at.mailbox.changes('INBOX');
  const inbox = at.account.folder('INBOX');
  inbox?.remove(new Set(inbox.messages.map(({ uid }) => uid)));
  const empty = await at.mailbox.changes('INBOX', begin.cursor);
  expect(empty).toEqual({ arrived: [], cursor: begin.cursor });
  const came = [inbox?.add(smallMail(7)), inbox?.add(smallMail(8))];
  const told = await at.mailbox.changes('INBOX', empty.cursor);
  expect(told.arrived.map(({ id }) => Number(id.split('.')[1]))).toEqual(came.map((one) => one?.uid));
});

test('a watch whose connection is lost says so', async () => {
  await using at = await stand({ mails: 1 });
  const looks = at.mailbox.watch('INBOX', new AbortController().signal)[Symbol.asyncIterator]();
  expect((await looks.next()).value).toBe('look');
  onCommand((command) => (command === 'IDLE' ? 'drop' : undefined));
  await expect(looks.next()).rejects.toMatchObject({ code: 'connection.lost' });
});

test('a mark of somebody else is no mail: the watch goes on, and the next mail is told', async () => {
  await using at = await stand({ mails: 2 });
  const stop = new AbortController();
  const looks = at.mailbox.watch('INBOX', stop.signal)[Symbol.asyncIterator]();
  await looks.next();
  let looked = false;
  const next = looks.next().then((one) => ((looked = true), one));
  while (!at.heard.some((line) => line.includes('IDLE'))) await new Promise((resolve) => setTimeout(resolve, 5));
  at.flag(1, '\\Flagged');
  at.account.folder('INBOX')?.remove(new Set([2]));
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(looked).toBe(false);
  at.account.folder('INBOX')?.add(smallMail(3));
  expect(await next).toEqual({ value: 'look', done: false });
  stop.abort();
  expect((await looks.next()).done).toBe(true);
});

test('a server without IDLE cannot be watched, and tells what came all the same', async () => {
  await using at = await stand({ mails: 1, extensions: { idle: false } });
  expect('watch' in at.mailbox).toBe(false);
  expect((await at.mailbox.changes('INBOX')).arrived).toEqual([]);
});

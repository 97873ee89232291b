import { Place, smallMail } from './place.test.fixture.ts';

const place = new Place();
beforeAll(() => place.start());
afterAll(() => place.close());

test('what came is told at the next connection; what is erased meanwhile makes nothing new of what was there', async () => {
  await using stand = await place.stand([1, 2, 3].map(smallMail));
  const { mailbox, account } = stand;
  const [first] = await stand.refs();
  const begin = await mailbox.changes('INBOX');
  expect(begin.arrived).toEqual([]);
  if (first) await mailbox.erase([first]);
  const marked = await mailbox.changes('INBOX', begin.cursor);
  expect(marked).toEqual(begin);
  account.folder('INBOX')?.add(smallMail(4));
  await using later = await stand.open();
  const told = await later.changes('INBOX', marked.cursor);
  expect(await Promise.all(told.arrived.map(async (ref) => (await later.read(ref)).subject))).toEqual(['mail 4']);
  expect((await later.changes('INBOX', told.cursor)).arrived).toEqual([]);
  await expect(later.changes('Archive', told.cursor)).rejects.toMatchObject({ code: 'folder.not_found' });
});

test('a server without lasting ids cannot tell', async () => {
  place.fault = (command) => (command === 'UIDL' ? { no: 'no UIDL here' } : undefined);
  try {
    await using stand = await place.stand(1);
    expect('changes' in stand.mailbox).toBe(false);
    expect(await stand.refs()).toHaveLength(1);
  } finally {
    place.fault = () => undefined;
  }
});

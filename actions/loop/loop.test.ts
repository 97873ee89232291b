import { fakeContext, fakeMailbox, perform, performEach, type SeedMail } from '@mailwright/testing';
import { loop } from './loop.ts';
import { move } from '../move/move.ts';
import example from './loop.example.json' with { type: 'json' };

const MAILS: readonly SeedMail[] = [
  { subject: 'Invoice 1', from: 'Ann <ann@acme.test>', text: 'First.', attachments: [{ filename: 'a.pdf', content: 'pdf' }] },
  { subject: 'Hello', flags: ['seen'] },
  { subject: 'Your invoice 2', html: '<p>Second <b>one</b></p>' },
  { subject: 'Invoice 3', flags: ['seen'] },
  { subject: 'Invoice 4', folder: 'INBOX/2026' },
];

async function items(given: object, messages = MAILS) {
  const ctx = fakeContext(fakeMailbox({ messages }));
  return Array.fromAsync(performEach(loop, given, ctx));
}
const subjects = async (given: object) => (await items(given)).map(({ index, subject }) => `${index} ${subject}`);

test('R2.29 the example: unread mail of the inbox with the word in its subject, oldest first', async () => {
  expect(await subjects(example)).toEqual(['1 Invoice 1', '2 Your invoice 2']);
});

test('without a filter it gives the whole folder; newest first, with folders below, and at most so many when asked', async () => {
  expect(await subjects({})).toEqual(['1 Invoice 1', '2 Hello', '3 Your invoice 2', '4 Invoice 3']);
  expect(await subjects({ newestFirst: true, limit: 2 })).toEqual(['1 Invoice 3', '2 Your invoice 2']);
  expect(await subjects({ subfolders: true })).toHaveLength(5);
  expect(await subjects({ folder: 'INBOX/2026' })).toEqual(['1 Invoice 4']);
});

test('an item is the whole message as data: text, headers, the list of attachments', async () => {
  const [first, , third] = await items({});
  expect(first).toMatchObject({
    index: 1,
    ref: { folder: 'INBOX', id: expect.any(String) },
    kind: 'mail',
    from: [{ address: 'ann@acme.test', name: 'Ann' }],
    text: 'First.',
    attachments: [{ index: 0, filename: 'a.pdf', size: 3, inline: false }],
    hasAttachments: true,
    flags: [],
    receivedAt: '2026-11-01T08:00:00.000Z',
  });
  expect(first?.headers?.['subject']).toEqual(['Invoice 1']);
  expect(third).toMatchObject({ html: expect.stringContaining('<b>one</b>'), text: expect.stringContaining('Second') });
});

test('with load summary the text stays on the server', async () => {
  const [first] = await items({ load: 'summary' });
  expect(first).toMatchObject({ subject: 'Invoice 1', hasAttachments: true });
  expect(first).not.toHaveProperty('text');
  expect(first).not.toHaveProperty('attachments');
});

test('nothing that fits, and a folder with nothing in it, are an empty loop; a folder that is not there is an error', async () => {
  expect(await subjects({ filter: { op: 'contains', field: 'subject', value: 'nowhere' } })).toEqual([]);
  expect(await subjects({ folder: 'role:junk' })).toEqual([]);
  await expect(items({ folder: 'Invoces' })).rejects.toMatchObject({ code: 'folder.not_found' });
});

test('R6.5 the list is fixed first: moving each item in the body skips none, and new mail waits for the next run', async () => {
  const mailbox = fakeMailbox({ messages: MAILS, folders: ['Done'] });
  const ctx = fakeContext(mailbox);
  const seen: string[] = [];
  for await (const mail of performEach(loop, {}, ctx)) {
    seen.push(mail.subject);
    await perform(move, { messages: mail, to: 'Done' }, ctx);
    const [moved] = mailbox.refs('Done');
    if (moved) await mailbox.copy?.([moved], 'INBOX');
  }
  expect(seen).toEqual(['Invoice 1', 'Hello', 'Your invoice 2', 'Invoice 3']);
  expect(mailbox.refs('Done')).toHaveLength(4);
});

test('a message that vanished before its turn is left out', async () => {
  const mailbox = fakeMailbox({ messages: MAILS });
  const seen: string[] = [];
  for await (const { subject } of performEach(loop, { load: 'summary' }, fakeContext(mailbox))) {
    seen.push(subject);
    for (const ref of mailbox.refs().slice(1, 3)) if (seen.length === 1) mailbox.vanish(ref);
  }
  expect(seen).toEqual(['Invoice 1', 'Invoice 3']);
});

test('R6.5 a mail that cannot be read is an item with defects, and the loop goes on', async () => {
  const broken: SeedMail = { raw: Buffer.from([0x53, 0x75, 0x62, 0x3a, 0xff, 0xfe, 0x0d, 0x0a, 0x00, 0x01, 0x0d, 0x0a]) };
  const all = await items({}, [broken, { subject: 'After it' }]);
  expect(all.map(({ subject }) => subject)).toEqual(['', 'After it']);
});

test('a run that was stopped ends the loop', async () => {
  const stop = new AbortController();
  const ctx = fakeContext(fakeMailbox({ messages: MAILS }), { signal: stop.signal });
  const each = performEach(loop, {}, ctx);
  await each.next();
  stop.abort();
  await expect(each.next()).rejects.toMatchObject({ code: 'automation.cancelled' });
});

test('a misspelled key is refused: it would widen the loop', () => {
  expect(loop.input.safeParse({ filtr: { op: 'flag', name: 'seen', value: false } }).success).toBe(false);
  expect(loop.input.safeParse({ filter: { op: 'flag', name: 'seen', value: false, folder: 'x' } }).success).toBe(false);
});

import { linkSync, mkdirSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Draft } from '@mailwright/core';
import { openFiles, temporaryFolder } from './stand.test.fixture.ts';

let folder: ReturnType<typeof temporaryFolder>;
const at = (...names: string[]) => join(folder.path, ...names);
const write = (name: string, subject: string, more = '') => writeFileSync(at(name), `Subject: ${subject}\n${more}\nText.\n`);
beforeEach(() => void (folder = temporaryFolder()));
afterEach(() => folder.remove());

const list = async (mailbox: Awaited<ReturnType<typeof openFiles>>, path = 'INBOX') => Array.fromAsync(mailbox.search({ folder: path }));
const subjects = async (...of: Parameters<typeof list>) => (await list(...of)).map(({ subject }) => subject);

test('each .eml file is a mail, each folder a folder; other files are none', async () => {
  for (const name of ['10.eml', '9.EML', 'notes.txt', '.hidden.eml', 'x.eml.part']) write(name, name);
  for (const name of ['10.eml', '9.EML']) utimesSync(at(name), 1_700_000_000, 1_700_000_000);
  mkdirSync(at('Done', 'deep'), { recursive: true });
  mkdirSync(at('folder.eml'));
  const mailbox = await openFiles(folder.path);
  expect(await subjects(mailbox)).toEqual(['9.EML', '10.eml']);
  expect((await mailbox.listFolders()).map(({ path }) => path)).toEqual(['Done', 'Done/deep', 'INBOX', 'folder.eml']);
  expect('mark' in mailbox).toBe(false);
});

test('a folder that is called inbox is the inbox', async () => {
  mkdirSync(at('Inbox'));
  mkdirSync(at('Sent Items'));
  write('Inbox/a.eml', 'in');
  write('b.eml', 'beside');
  const mailbox = await openFiles(folder.path);
  expect(await subjects(mailbox)).toEqual(['in']);
  expect((await mailbox.listFolders()).map(({ path, role }) => [path, role])).toEqual([
    ['INBOX', 'inbox'],
    ['Sent Items', 'sent'],
  ]);
});

test('a mail arrived when the last server took it, else when its file was written', async () => {
  write('a.eml', 'a', 'Received: by mx; Tue, 24 Nov 2026 08:30:15 +0100\n');
  write('b.eml', 'b');
  for (const name of ['a.eml', 'b.eml']) utimesSync(at(name), 1_700_000_000, 1_700_000_000);
  const mailbox = await openFiles(folder.path);
  const times = (await list(mailbox)).map(({ receivedAt }) => receivedAt);
  expect(times).toEqual(['2026-11-24T07:30:15.000Z', '2023-11-14T22:13:20.000Z']);
  const loaded = await Array.fromAsync(mailbox.search({ folder: 'INBOX', load: 'message' }));
  expect(loaded.map(({ receivedAt }) => receivedAt)).toEqual(times);
});

test('a mail never replaces another: it gets the next number', async () => {
  mkdirSync(at('Done'));
  write('Invoice.eml', 'new');
  write('Done/Invoice.eml', 'old');
  write('Done/Invoice (2).eml', 'older');
  const mailbox = await openFiles(folder.path);
  const [moved] = await mailbox.move(
    (await list(mailbox)).map(({ ref }) => ref),
    'Done',
  );
  expect(moved?.to).toEqual({ folder: 'Done', id: 'Invoice (3).eml' });
  expect(readdirSync(at('Done')).toSorted()).toEqual(['Invoice (2).eml', 'Invoice (3).eml', 'Invoice.eml']);
  expect(readFileSync(at('Done', 'Invoice.eml'), 'utf8')).toContain('old');
  expect(await subjects(mailbox)).toEqual([]);
});

test('a move that a crash cut in two is finished, not doubled', async () => {
  mkdirSync(at('Done'));
  write('a.eml', 'one');
  linkSync(at('a.eml'), at('Done', 'a.eml'));
  const mailbox = await openFiles(folder.path);
  expect(
    await mailbox.move(
      (await list(mailbox)).map(({ ref }) => ref),
      'Done',
    ),
  ).toMatchObject([{ to: { id: 'a.eml' } }]);
  expect([await subjects(mailbox), await subjects(mailbox, 'Done')]).toEqual([[], ['one']]);
});

test('what is sent without a server waits in Outbox, with all its recipients, and the result says so', async () => {
  const mailbox = await openFiles(folder.path);
  const draft: Draft = {
    from: { address: 'me@example.test' },
    to: [{ address: 'ann@example.com' }],
    bcc: [{ address: 'hidden@example.com' }],
    subject: '../../escape',
    text: 'Hello',
    messageId: '<1@example.test>',
    date: '2026-11-24T08:00:00.000Z',
  };
  expect(await mailbox.send(draft)).toMatchObject({
    state: 'queued',
    savedTo: 'Outbox',
    accepted: ['ann@example.com', 'hidden@example.com'],
    warnings: [expect.stringContaining('Nothing has left this machine')],
  });
  const [sent] = await Array.fromAsync(mailbox.search({ folder: 'Outbox', load: 'message' }));
  expect(sent).toMatchObject({ subject: '../../escape', from: [{ address: 'me@example.test' }], bcc: draft.bcc });
  expect(readdirSync(at('Outbox'))).toEqual([expect.stringMatching(/^\d{8}T\d{6}-[0-9a-f]{8}\.eml$/)]);
});

test('an empty file and one without a header are mails too', async () => {
  writeFileSync(at('a.eml'), '');
  writeFileSync(at('b.eml'), 'no header at all');
  const mailbox = await openFiles(folder.path);
  const messages = await Array.fromAsync(mailbox.search({ folder: 'INBOX', load: 'message' }));
  expect(messages.length).toBe(2);
  expect(messages.map(({ size }) => size)).toEqual([0, 16]);
  for (const message of messages) expect((await buffer(await message.raw())).length).toBe(message.size);
});

import { LIMITS } from '@mailwright/core';
import type { Seed } from '@mailwright/sandbox';
import { standFor } from './stand.test.fixture.ts';

const mails = (count: number, at: (index: number) => number): Seed => ({
  folders: [],
  messages: Array.from({ length: count }, (_, index) => ({
    folder: 'INBOX',
    raw: Buffer.from(`Subject: mail ${index}\r\nMessage-ID: <${index}@example.com>\r\n\r\nx\r\n`),
    receivedAt: new Date(at(index)).toISOString(),
  })),
});
const LIST = 'GET mailFolders/{id}/messages';
const DAY = Date.parse('2026-11-24T10:00:00Z');

test.each([
  ['a minute apart', (index: number) => DAY + index * 60_000],
  ['some in each second', (index: number) => DAY + Math.floor(index / 7) * 1000 + (index % 7) * 100],
  ['all in one second', (index: number) => DAY + (index % 3) * 250],
])(
  'twelve hundred mails, %s: each once, in order, in few questions',
  async (_, at) => {
    await using stand = await standFor({ sandbox: { seed: mails(1200, at) }, context: { limits: LIMITS } });
    const found = await Array.fromAsync(stand.mailbox.search({ folder: 'INBOX' }));
    expect(found).toHaveLength(1200);
    expect(new Set(found.map(({ subject }) => subject)).size).toBe(1200);
    const times = found.map(({ receivedAt = '' }) => Date.parse(receivedAt));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    // Two pages of ids; then a page for up to 250 mails, the first of 25.
    expect(stand.faults.count(LIST)).toBeLessThanOrEqual(2 + 7);
  },
  60_000,
);

test('a limit asks for no more than it needs', async () => {
  await using stand = await standFor({ sandbox: { seed: mails(300, (index) => DAY + index * 1000) } });
  const found = await Array.fromAsync(stand.mailbox.search({ folder: 'INBOX', newestFirst: true, limit: 3 }));
  expect(found.map(({ subject }) => subject)).toEqual(['mail 299', 'mail 298', 'mail 297']);
  expect(stand.faults.count(LIST)).toBe(2);
  expect(await Array.fromAsync(stand.mailbox.search({ folder: 'INBOX', limit: 0 }))).toEqual([]);
});

test('a server that refuses the filter is asked for all, and the filter is checked here', async () => {
  await using stand = await standFor();
  const filter = { op: 'flag', name: 'seen', value: false } as const;
  const wanted = (await Array.fromAsync(stand.mailbox.search({ folder: 'INBOX', filter }))).length;
  stand.faults.set(LIST, { status: 400, code: 'InefficientFilter' });
  expect(await Array.fromAsync(stand.mailbox.search({ folder: 'INBOX', filter }))).toHaveLength(wanted);
  expect(wanted).toBe(stand.inbox().filter(({ flags }) => !flags.has('\\Seen')).length);
});

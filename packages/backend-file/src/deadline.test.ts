// A disk that never answers: a share of the network that is gone.
import { LIMITS } from '@mailwright/core';
import { openContext } from '@mailwright/testing';
import { readingOver } from './mailbox.ts';
import type { Shelf } from './stored.ts';

const never = () => new Promise<never>(() => undefined);
const ref = { folder: 'INBOX', id: '1.eml' };
const SHELF: Shelf = {
  marks: false,
  folders: () => Promise.resolve([]),
  list: () => Promise.resolve([{ ref, file: '1.eml', arrived: 'file' }]),
  find: never,
  open: never,
};
const ctx = () => openContext({ limits: { ...LIMITS, search: 150, read: 150 } });

test.each<[string, Partial<Shelf>]>([
  ['the list', { list: never }],
  ['a message', {}],
])('a search whose disk does not give %s ends in its time, and the mailbox with it', async (_, shelf) => {
  const mailbox = readingOver({ path: '/mnt/gone', ctx: ctx(), open: true }, { ...SHELF, ...shelf });
  await expect(Array.fromAsync(mailbox.search({ folder: 'INBOX' }))).rejects.toMatchObject({ code: 'connection.timeout' });
  expect(mailbox.alive()).toBe(false);
});

import { Dialog, start } from '../dialog.test.fixture.ts';
import type { Sandbox } from '../sandbox.ts';
import { fits } from './pattern.ts';

let sandbox: Sandbox;
let dialog: Dialog;
beforeAll(async () => {
  sandbox = await start();
  dialog = await Dialog.in(sandbox);
});
afterAll(async () => {
  dialog[Symbol.dispose]();
  await sandbox.close();
});
const names = async (command: string) => (await dialog.ask(command)).untagged.map((line) => / "\/" "(.*)"$/.exec(line)?.[1]);

test('LIST shows every folder with its attributes', async () => {
  expect((await dialog.ask('LIST "" "*"')).untagged).toEqual([
    'LIST (\\HasNoChildren) "/" "INBOX"',
    'LIST (\\HasNoChildren \\Sent) "/" "Sent"',
    'LIST (\\HasNoChildren \\Drafts) "/" "Drafts"',
    'LIST (\\HasNoChildren \\Trash) "/" "Trash"',
    'LIST (\\HasNoChildren \\Junk) "/" "Junk"',
    'LIST (\\HasNoChildren \\Archive) "/" "Archive"',
    'LIST (\\HasChildren) "/" "Projects"',
    'LIST (\\HasNoChildren) "/" "Projects/&AMQ-pfel &- Birnen"',
  ]);
});

test('patterns, references and the character between levels', async () => {
  expect(await names('LIST "" %')).not.toContain('Projects/&AMQ-pfel &- Birnen');
  expect(await names('LIST Projects/ *')).toEqual(['Projects/&AMQ-pfel &- Birnen']);
  expect(await names('LIST "" inbox')).toEqual(['INBOX']);
  expect(await names('LIST "" (S* T*)')).toEqual(['Sent', 'Trash']);
  expect((await dialog.ask('LIST "" ""')).untagged).toEqual(['LIST (\\Noselect) "/" ""']);
  expect((await dialog.ask('LIST "" * more')).status).toBe('BAD');
});

test('selections and returns of LIST-EXTENDED', async () => {
  expect(await names('LIST (SPECIAL-USE) "" *')).toEqual(['Sent', 'Drafts', 'Trash', 'Junk', 'Archive']);
  await dialog.ask('UNSUBSCRIBE Junk');
  expect(await names('LIST (SUBSCRIBED) "" *')).not.toContain('Junk');
  expect((await dialog.ask('LIST "" Sent RETURN (SPECIAL-USE SUBSCRIBED CHILDREN)')).untagged).toEqual([
    'LIST (\\HasNoChildren \\Sent \\Subscribed) "/" "Sent"',
  ]);
  expect((await dialog.ask('LIST "" Sent RETURN (STATUS (MESSAGES UNSEEN))')).untagged).toEqual([
    'LIST (\\HasNoChildren \\Sent) "/" "Sent"',
    'STATUS "Sent" (MESSAGES 2 UNSEEN 0)',
  ]);
  expect((await dialog.ask('LIST (NONSENSE) "" *')).status).toBe('BAD');
  await dialog.ask('SUBSCRIBE Junk');
});

test('LSUB lists subscriptions, also of folders that are gone, and what is above them', async () => {
  expect(await names('LSUB "" *')).toHaveLength(8);
  await dialog.ask('UNSUBSCRIBE Projects');
  expect((await dialog.ask('LSUB "" Proj%')).untagged).toEqual(['LSUB (\\Noselect) "/" "Projects"']);
  await dialog.ask('CREATE Short');
  await dialog.ask('SUBSCRIBE Short');
  expect((await dialog.ask('LSUB "" Short')).untagged).toEqual(['LSUB () "/" "Short"']);
  await dialog.ask('DELETE Short');
  expect((await dialog.ask('LSUB "" Short')).untagged).toEqual(['LSUB (\\Noselect) "/" "Short"']);
  expect((await dialog.ask('SUBSCRIBE Short')).status).toBe('NO');
  await dialog.ask('SUBSCRIBE Projects');
});

test('STATUS counts without opening', async () => {
  const inbox = sandbox.store.account(sandbox.user.address)?.folder('INBOX');
  const unseen = inbox?.messages.filter(({ flags }) => !flags.has('\\Seen')).length;
  const { untagged } = await dialog.ask('STATUS INBOX (UNSEEN MESSAGES UIDNEXT UIDVALIDITY RECENT)');
  expect(untagged).toEqual([
    `STATUS "INBOX" (UNSEEN ${unseen} MESSAGES ${inbox?.messages.length} UIDNEXT ${inbox?.uidNext} UIDVALIDITY ${inbox?.uidValidity} RECENT 0)`,
  ]);
  expect((await dialog.ask('STATUS Nowhere (MESSAGES)')).status).toBe('NO');
  expect((await dialog.ask('STATUS INBOX (NONSENSE)')).status).toBe('BAD');
  expect((await dialog.ask('STATUS INBOX MESSAGES')).status).toBe('BAD');
});

test.each([
  ['a/b', '*', true],
  ['a/b', '%', false],
  ['a/b', '%/%', true],
  ['a/b', 'a*b', true],
  ['a/b', 'a%b', false],
  ['INBOX/x', 'inbox/*', true],
  ['a.b', 'a?b', false],
  ['', '*', true],
])('%s fits %s: %s', (path, pattern, expected) => expect(fits(path, pattern)).toBe(expected));

test('a malicious pattern takes no longer than any other', () => {
  const began = performance.now();
  expect(fits('a/'.repeat(500), `${'*%'.repeat(200)}b`)).toBe(false);
  expect(performance.now() - began).toBeLessThan(1000);
});

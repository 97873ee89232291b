import { fakeContext, fakeMailbox, perform } from '@mailwright/testing';
import { folderExists } from './folder-exists.ts';
import example from './folder-exists.example.json' with { type: 'json' };

test('the example: not there, then there, with its path', async () => {
  const mailbox = fakeMailbox();
  const ctx = fakeContext(mailbox);
  expect(await perform(folderExists, example, ctx)).toEqual({ exists: false });
  await mailbox.createFolder?.('role:archive/2026');
  expect(await perform(folderExists, example, ctx)).toEqual({ exists: true, path: 'Archive/2026' });
});

test('a missing parent and an unknown role are "no"; another letter case and language are "yes"', async () => {
  const ctx = fakeContext(fakeMailbox());
  expect(await perform(folderExists, { folder: 'No/Such/Parent' }, ctx)).toEqual({ exists: false });
  expect(await perform(folderExists, { folder: 'role:nothing' }, ctx)).toEqual({ exists: false });
  expect(await perform(folderExists, { folder: 'inbox' }, ctx)).toEqual({ exists: true, path: 'INBOX' });
  expect(await perform(folderExists, { folder: 'Papierkorb' }, ctx)).toEqual({ exists: true, path: 'Trash' });
});

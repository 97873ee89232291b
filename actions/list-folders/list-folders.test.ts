import { fakeContext, fakeMailbox, perform } from '@mailwright/testing';
import { listFolders } from './list-folders.ts';
import example from './list-folders.example.json' with { type: 'json' };

const mailbox = fakeMailbox({ folders: ['INBOX/finance/1', 'Projects/A\\/B', 'INBOXes'] });
const ctx = fakeContext(mailbox);
const paths = async (given: object) => (await perform(listFolders, given, ctx)).folders.map(({ path }) => path);

test('the example: the folders below one, at all levels', async () => {
  expect(await paths(example)).toEqual(['INBOX/finance', 'INBOX/finance/1']);
});

test('all folders with their roles; the paths are those that other steps take', async () => {
  const { folders, count } = await perform(listFolders, {}, ctx);
  expect(count).toBe(folders.length);
  expect(folders).toContainEqual({ path: 'Sent', name: 'Sent', role: 'sent' });
  expect(folders).toContainEqual({ path: 'Projects/A\\/B', name: 'A/B' });
});

test('one level only', async () => {
  expect(await paths({ subfolders: false })).toEqual(['INBOX', 'Sent', 'Drafts', 'Trash', 'Junk', 'Archive', 'Projects', 'INBOXes']);
  expect(await paths({ under: 'inbox', subfolders: false })).toEqual(['INBOX/finance']);
  expect(await paths({ under: 'Projects', subfolders: false })).toEqual(['Projects/A\\/B']);
  expect(await paths({ under: 'role:sent' })).toEqual([]);
});

test('a folder that is not there is an error', async () => {
  await expect(perform(listFolders, { under: 'Projekts' }, ctx)).rejects.toMatchObject({
    code: 'folder.not_found',
    details: { similar: ['Projects'] },
  });
});

test('a mailbox without folders refuses', async () => {
  const ctx = fakeContext(fakeMailbox({ provides: [] }));
  await expect(perform(listFolders, {}, ctx)).rejects.toMatchObject({ code: 'capability.unsupported' });
});

import { fakeContext, fakeMailbox, perform } from '@mailwright/testing';
import { createFolder } from './create-folder.ts';
import example from './create-folder.example.json' with { type: 'json' };

test('the example: the folder and the one above it; a second time it is there', async () => {
  const mailbox = fakeMailbox();
  const ctx = fakeContext(mailbox);
  expect(await perform(createFolder, example, ctx)).toEqual({ path: 'Invoices/2026', created: true });
  expect((await mailbox.listFolders?.())?.map(({ path }) => path)).toEqual(expect.arrayContaining(['Invoices', 'Invoices/2026']));
  expect(await perform(createFolder, example, ctx)).toEqual({ path: 'Invoices/2026', created: false });
});

test('below a role, in whatever language the folder is named', async () => {
  const ctx = fakeContext(fakeMailbox());
  expect(await perform(createFolder, { folder: 'role:archive/2026' }, ctx)).toEqual({ path: 'Archive/2026', created: true });
});

test('a mailbox that cannot refuses', async () => {
  const ctx = fakeContext(fakeMailbox({ provides: ['move'] }));
  await expect(perform(createFolder, { folder: 'x' }, ctx)).rejects.toMatchObject({ code: 'capability.unsupported' });
});

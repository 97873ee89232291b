import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmailError } from '@mailwright/core';
import { isGone, toEmailError } from './errors.ts';
import { openFiles, temporaryFolder } from './stand.test.fixture.ts';

const failure = (code: string) => Object.assign(new Error(`${code}: said the system`), { code });

test.each([
  ['EACCES', 'rights'],
  ['EROFS', 'read_only'],
  ['ENOSPC', 'full'],
  ['EMFILE', 'busy'],
  ['ENAMETOOLONG', 'name'],
  ['EIO', 'away'],
])('%s is told as %s', (code, reason) => {
  const error = toEmailError(failure(code), '/mail/INBOX');
  expect(error).toMatchObject({ code: 'folder.disk', details: { path: '/mail/INBOX', reason } });
  expect((error as EmailError).message).not.toContain('{');
});

test('an error of ours and one that is none of the disk stay what they are', () => {
  const ours = new EmailError('automation.cancelled', {});
  const other = new TypeError('a bug');
  expect([toEmailError(ours, 'x'), toEmailError(other, 'x')]).toEqual([ours, other]);
});

test.each([
  ['ENOENT', true],
  ['ENOTDIR', true],
  ['EACCES', false],
])('a file with %s is gone: %s', (code, gone) => expect(isGone(failure(code))).toBe(gone));

test.each([
  ['nothing there', 'missing', {}, 'there is no file or folder'],
  ['a file that is to be a folder', 'file.eml', { form: 'maildir' }, 'is a file'],
  ['a folder that is to be an mbox', '.', { form: 'mbox' }, 'is a folder'],
])('%s is said before anything is read', async (_, path, config, text) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder.path, 'file.eml'), 'Subject: x\n\nx\n');
  await expect(openFiles(join(folder.path, path), config)).rejects.toMatchObject({
    code: 'input.invalid',
    message: expect.stringContaining(text),
  });
  folder.remove();
});

// Off on Windows, which has other rights.
const posix = process.platform === 'win32' ? test.skip : test;
posix('a folder that may not be looked into is told with its reason', async () => {
  const folder = temporaryFolder();
  const closed = join(folder.path, 'closed');
  mkdirSync(closed, { mode: 0o000 });
  // Nothing is forbidden to root: for as long as it takes, it is somebody else.
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) chmodSync(folder.path, 0o755);
  if (isRoot) process.seteuid?.(65_534);
  try {
    const refused = { code: 'folder.disk', details: { reason: 'rights' } };
    // Finding out the form already has to look into it.
    await expect(openFiles(folder.path)).rejects.toMatchObject(refused);
    const mailbox = await openFiles(folder.path, { form: 'eml' });
    await expect(mailbox.listFolders()).rejects.toMatchObject(refused);
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
  chmodSync(closed, 0o700);
  folder.remove();
});

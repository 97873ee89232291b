import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { BOX, openFiles, temporaryFolder } from './stand.test.fixture.ts';

const MAIL = Buffer.from('From: a@example.com\nSubject: one\n\nText.\n');
let folder: ReturnType<typeof temporaryFolder>;
const at = (...names: string[]) => join(folder.path, ...names);
const makeBox = (...names: string[]) => BOX.forEach((sub) => mkdirSync(at(...names, sub), { recursive: true }));
beforeEach(() => {
  folder = temporaryFolder();
  makeBox('.');
});
afterEach(() => folder.remove());

const list = async (mailbox: Awaited<ReturnType<typeof openFiles>>, path = 'INBOX') => Array.fromAsync(mailbox.search({ folder: path }));

test.each([
  ['cur/1700000001.M1P1.host:2,FRS', ['answered', 'flagged', 'seen']],
  ['cur/1700000001.M1P1.host,S=40,W=44:2,DPTa', ['draft']],
  ['cur/1700000001.M1P1.host;2,S', ['seen']],
  ['cur/1700000001.M1P1.host!2,S', ['seen']],
  ['cur/1700000001.M1P1.host', []],
  ['new/1700000001.M1P1.host', []],
])('%s has the marks %j', async (name, flags) => {
  writeFileSync(at(name), MAIL);
  const [found] = await list(await openFiles(folder.path));
  expect([...(found?.flags ?? [])].sort()).toEqual(flags);
  expect(found?.subject).toBe('one');
});

test('letters that other programs set stay, and a mail that is marked leaves the new ones', async () => {
  writeFileSync(at('cur', '1700000001.M1P1.host:2,Pab'), MAIL);
  writeFileSync(at('new', '1700000002.M1P1.host'), MAIL);
  const mailbox = await openFiles(folder.path);
  const refs = (await list(mailbox)).map(({ ref }) => ref);
  await mailbox.mark(refs, { seen: true, flagged: true });
  const mark = process.platform === 'win32' ? ';' : ':';
  expect(readdirSync(at('cur')).toSorted()).toEqual([`1700000001.M1P1.host:2,FPSab`, `1700000002.M1P1.host${mark}2,FS`]);
  expect((await list(mailbox)).map(({ ref }) => ref)).toEqual(refs);
});

test('a mail that another program marks or takes away meanwhile is found, or not found', async () => {
  writeFileSync(at('new', '1.host'), MAIL);
  const mailbox = await openFiles(folder.path);
  const [found] = await list(mailbox);
  const message = await mailbox.read(found!.ref);
  renameSync(at('new', '1.host'), at('cur', '1.host:2,S'));
  expect(await buffer(await message.raw())).toEqual(MAIL);
  expect((await mailbox.read(found!.ref)).flags).toEqual(['seen']);
  renameSync(at('cur', '1.host:2,S'), at('tmp', 'elsewhere'));
  await expect(mailbox.read(found!.ref)).rejects.toMatchObject({ code: 'message.not_found' });
  await expect(message.raw()).rejects.toMatchObject({ code: 'message.not_found' });
});

test('a mail is written whole beside the others, and nothing is left of one that broke off', async () => {
  const mailbox = await openFiles(folder.path);
  const broken = new Readable({ read() {} });
  broken.push('Subject: half');
  const stored = mailbox.append('INBOX', broken, 1000);
  broken.destroy(new Error('the source broke'));
  await expect(stored).rejects.toThrow('the source broke');
  await expect(mailbox.append('INBOX', Readable.from([MAIL], { objectMode: false }), MAIL.length + 1)).rejects.toMatchObject({
    code: 'input.invalid',
  });
  expect(BOX.flatMap((name) => readdirSync(at(name)))).toEqual([]);
  const refs = await Promise.all(
    Array.from({ length: 30 }, () => mailbox.append('INBOX', Readable.from([MAIL], { objectMode: false }), MAIL.length, ['seen'])),
  );
  expect(new Set(refs.map((ref) => ref?.id)).size).toBe(30);
  expect(readdirSync(at('cur')).length).toBe(30);
  expect(readdirSync(at('tmp'))).toEqual([]);
});

test('folders are those of Maildir++, with names as IMAP servers write them', async () => {
  makeBox('.Projects.&AMQ-pfel &- Birnen');
  makeBox('.Entwürfe');
  mkdirSync(at('.git'));
  mkdirSync(at('not a folder'));
  const mailbox = await openFiles(folder.path);
  const paths = async () => (await mailbox.listFolders()).map(({ path, role }) => [path, role]);
  expect(await paths()).toEqual([
    ['Entwürfe', 'drafts'],
    ['INBOX', 'inbox'],
    ['Projects/Äpfel & Birnen', undefined],
  ]);
  await mailbox.createFolder('Projects/日本');
  expect(existsSync(at('.Projects.&ZeVnLA-', 'maildirfolder'))).toBe(true);
  expect(readdirSync(at('.Projects')).toSorted()).toEqual(['cur', 'maildirfolder', 'new', 'tmp']);
});

test.each(['a.b', '../out', '/', 'a/..', '.hidden', 'a\u0000b', '~root', 'slash\\/in it'])(
  'the folder %j is refused, and none is made',
  async (name) => {
    const mailbox = await openFiles(folder.path);
    await expect(mailbox.createFolder(name)).rejects.toMatchObject({ code: 'input.invalid' });
    expect(readdirSync(folder.path).toSorted()).toEqual(BOX);
  },
);

test('links are not followed: neither out of the folder nor within it', async () => {
  const outside = temporaryFolder();
  BOX.forEach((sub) => mkdirSync(join(outside.path, sub)));
  writeFileSync(join(outside.path, 'cur', '1.host:2,'), MAIL);
  writeFileSync(join(outside.path, 'secret'), MAIL);
  symlinkSync(outside.path, at('.Linked'));
  symlinkSync(join(outside.path, 'secret'), at('cur', '2.host:2,'));
  const mailbox = await openFiles(folder.path);
  expect((await mailbox.listFolders()).map(({ path }) => path)).toEqual(['INBOX']);
  expect(await list(mailbox)).toEqual([]);
  for (const id of ['2.host', '../secret', '../../etc/passwd'])
    await expect(mailbox.read({ folder: 'INBOX', id })).rejects.toMatchObject({ code: 'message.not_found' });
  outside.remove();
});

test('a tree of Maildirs, as mbsync makes it, is one mailbox', async () => {
  const tree = temporaryFolder();
  const box = (...names: string[]) => BOX.forEach((sub) => mkdirSync(join(tree.path, ...names, sub), { recursive: true }));
  box('Inbox');
  box('Sent');
  box('Lists', 'one.two');
  writeFileSync(join(tree.path, 'Inbox', 'new', '1.host'), MAIL);
  const mailbox = await openFiles(tree.path);
  expect((await mailbox.listFolders()).map(({ path }) => path)).toEqual(['INBOX', 'Lists/one.two', 'Sent']);
  const [found] = await list(mailbox);
  await mailbox.move([found!.ref], 'Lists/one.two');
  expect(readdirSync(join(tree.path, 'Lists', 'one.two', 'new'))).toEqual(['1.host']);
  await mailbox.createFolder('Lists/three');
  expect(readdirSync(join(tree.path, 'Lists', 'three')).toSorted()).toEqual(BOX);
  tree.remove();
});

test('two mails of one name: neither replaces the other, and a move that was cut short is finished', async () => {
  makeBox('.Done');
  writeFileSync(at('cur', '1.host:2,S'), MAIL);
  writeFileSync(at('.Done', 'cur', '1.host:2,S'), 'Subject: other\n\n');
  const mailbox = await openFiles(folder.path);
  const [moved] = await mailbox.move(
    (await list(mailbox)).map(({ ref }) => ref),
    'Done',
  );
  expect(moved?.to?.id).not.toBe('1.host');
  expect((await list(mailbox, 'Done')).map(({ subject }) => subject).toSorted()).toEqual(['one', 'other']);
  expect(readFileSync(at('.Done', 'cur', '1.host:2,S'), 'utf8')).toBe('Subject: other\n\n');
});

import { Dialog, mailsIn, start } from '../dialog.test.fixture.ts';
import type { Sandbox } from '../sandbox.ts';

let sandbox: Sandbox;
let dialog: Dialog;
beforeEach(async () => {
  sandbox = await start();
  dialog = await Dialog.in(sandbox);
});
afterEach(async () => {
  dialog[Symbol.dispose]();
  await sandbox.close();
});
const account = () => sandbox.store.account(sandbox.user.address);
const validity = async (name: string) => /\[UIDVALIDITY (\d+)\]/.exec((await dialog.ask(`EXAMINE ${name}`)).untagged.join())?.[1] ?? '';

test('SELECT tells what a client must know', async () => {
  const inbox = mailsIn('INBOX');
  const firstUnseen = inbox.findIndex(({ flags = [] }) => !flags.includes('seen')) + 1;
  const { status, text, untagged } = await dialog.ask('SELECT inbox');
  expect([status, text]).toEqual(['OK', '[READ-WRITE] selected']);
  expect(untagged).toEqual([
    'FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)',
    `${inbox.length} EXISTS`,
    '0 RECENT',
    `OK [UNSEEN ${firstUnseen}] first unread`,
    'OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*)] flags that stay',
    expect.stringMatching(/^OK \[UIDVALIDITY [1-9]\d*\] valid$/),
    `OK [UIDNEXT ${inbox.length + 1}] next`,
  ]);
});

test('EXAMINE changes nothing: nothing is marked, moved or taken away, and recent stays recent', async () => {
  const examined = await dialog.ask('EXAMINE Archive');
  expect(examined.text).toMatch(/^\[READ-ONLY\]/);
  expect(examined.untagged).toContain('1 RECENT');
  expect(examined.untagged).toContain('OK [PERMANENTFLAGS ()] flags that stay');
  for (const command of ['STORE 1 +FLAGS (\\Deleted)', 'UID MOVE 1 Trash', 'EXPUNGE'])
    expect((await dialog.ask(command)).status).toBe('NO');
  expect((await dialog.ask('FETCH 1 BODY[]')).untagged[0]).not.toContain('FLAGS');
  expect((await dialog.ask('SELECT Archive')).untagged).toContain('1 RECENT');
  expect((await dialog.ask('SELECT Archive')).untagged).toContain('0 RECENT');
});

test('a folder that cannot be opened leaves none open', async () => {
  expect(await dialog.ask('SELECT Nowhere')).toMatchObject({ status: 'NO', text: expect.stringContaining('[NONEXISTENT]') });
  expect((await dialog.ask('FETCH 1 FLAGS')).status).toBe('BAD');
});

test('CREATE makes what is above too, and names any script in modified UTF-7', async () => {
  expect((await dialog.ask('CREATE Kunden/2026/&Zyg-/')).status).toBe('OK');
  expect(account()?.folder('Kunden/2026/木')).toBeDefined();
  expect(await dialog.ask('CREATE Kunden')).toMatchObject({ status: 'NO', text: expect.stringContaining('[ALREADYEXISTS]') });
  for (const name of ['""', '"a//b"', '"/a"', '"a*"', '"a%b"', 'InBox'])
    expect([name, (await dialog.ask(`CREATE ${name}`)).status]).toEqual([name, 'NO']);
});

test('a folder made anew has a new UIDVALIDITY, a renamed one keeps it', async () => {
  await dialog.ask('CREATE Once');
  const once = await validity('Once');
  await dialog.ask('DELETE Once');
  await dialog.ask('CREATE Once');
  const again = await validity('Once');
  expect(Number(again)).toBeGreaterThan(Number(once));
  await dialog.ask('RENAME Once Twice');
  expect(await validity('Twice')).toBe(again);
});

test('DELETE keeps the name while there are folders below', async () => {
  await dialog.ask('SELECT Projects');
  await dialog.ask('APPEND Projects ', Buffer.from('Subject: x\r\n\r\nx\r\n'));
  await dialog.ask('SELECT INBOX');
  expect((await dialog.ask('DELETE Projects')).status).toBe('OK');
  expect((await dialog.ask('LIST "" Projects*')).untagged).toEqual([
    'LIST (\\Noselect \\HasChildren) "/" "Projects"',
    'LIST (\\HasNoChildren) "/" "Projects/&AMQ-pfel &- Birnen"',
  ]);
  expect((await dialog.ask('SELECT Projects')).status).toBe('NO');
  expect((await dialog.ask('DELETE Projects')).status).toBe('NO');
  expect((await dialog.ask('CREATE Projects')).status).toBe('OK');
  expect((await dialog.ask('SELECT Projects')).untagged).toContain('0 EXISTS');
  expect((await dialog.ask('DELETE INBOX')).status).toBe('NO');
});

test('a folder that another session deletes closes the connection that has it open', async () => {
  using other = await Dialog.in(sandbox, 'Archive');
  expect((await dialog.ask('DELETE Archive')).status).toBe('OK');
  expect(await other.end()).toBe('* BYE the folder was deleted\r\n');
});

test('RENAME takes the folders below along', async () => {
  const before = await validity('"Projects/&AMQ-pfel &- Birnen"');
  expect((await dialog.ask('RENAME Projects Work/Old')).status).toBe('OK');
  expect([...(account()?.folders.keys() ?? [])]).toEqual(expect.arrayContaining(['Work', 'Work/Old', 'Work/Old/Äpfel & Birnen']));
  expect(account()?.folder('Projects')).toBeUndefined();
  expect(await validity('"Work/Old/&AMQ-pfel &- Birnen"')).toBe(before);
  expect((await dialog.ask('RENAME Work Work/Old/Deeper')).status).toBe('NO');
  expect((await dialog.ask('RENAME Work Sent')).status).toBe('NO');
  expect((await dialog.ask('RENAME Nowhere Somewhere')).status).toBe('NO');
});

test('RENAME of INBOX moves its mail and leaves an empty INBOX', async () => {
  const count = mailsIn('INBOX').length;
  expect((await dialog.ask('RENAME INBOX Before2026')).status).toBe('OK');
  expect(
    account()
      ?.folder('Before2026')
      ?.messages.map(({ raw }) => raw),
  ).toEqual(mailsIn('INBOX').map(({ raw }) => raw));
  expect(account()?.folder('INBOX')?.messages).toEqual([]);
  expect(count).toBeGreaterThan(20);
});

test('CLOSE takes away what is marked, without a word; UNSELECT does not', async () => {
  await dialog.ask('STORE 1:2 +FLAGS.SILENT (\\Deleted)');
  expect((await dialog.ask('UNSELECT')).untagged).toEqual([]);
  expect(account()?.folder('INBOX')?.messages).toHaveLength(mailsIn('INBOX').length);
  await dialog.ask('SELECT INBOX');
  expect((await dialog.ask('CLOSE')).untagged).toEqual([]);
  expect(
    account()
      ?.folder('INBOX')
      ?.messages.map(({ uid }) => uid)
      .slice(0, 2),
  ).toEqual([3, 4]);
  expect((await dialog.ask('CLOSE')).status).toBe('BAD');
});

test('APPEND keeps bytes, flags and date, and tells the new UID', async () => {
  const raw = Buffer.from('Subject: caf\xe9\r\n\r\n\x01 any bytes \xff\r\n', 'latin1');
  const { text } = await dialog.ask('APPEND Archive (\\seen $Label1 \\FLAGGED) "02-Mar-2024 01:30:00 +0530" ', raw);
  const stored = account()?.folder('Archive')?.messages.at(-1);
  expect(text).toBe(`[APPENDUID ${account()?.folder('Archive')?.uidValidity} ${stored?.uid}] stored`);
  expect(stored?.raw.equals(raw)).toBe(true);
  expect([...(stored?.flags ?? [])]).toEqual(['\\Seen', '$Label1', '\\Flagged']);
  expect(stored?.receivedAt.toISOString()).toBe('2024-03-01T20:00:00.000Z');
});

test.each([
  ['a folder that is not there', 'APPEND Nowhere ', 'NO'],
  ['a day that there is not', 'APPEND Archive "31-Feb-2026 10:00:00 +0000" ', 'BAD'],
  ['a flag that cannot be set', 'APPEND Archive (\\Recent) ', 'BAD'],
])('APPEND with %s', async (_name, words, status) => {
  expect((await dialog.ask(words, Buffer.from('Subject: x\r\n\r\n'))).status).toBe(status);
  expect(account()?.folder('Archive')?.messages).toHaveLength(mailsIn('Archive').length);
});

test('APPEND without bytes is refused, and with [TRYCREATE] where the folder is missing', async () => {
  expect((await dialog.ask('APPEND Archive ', Buffer.alloc(0))).status).toBe('NO');
  expect((await dialog.ask('APPEND Nowhere ', Buffer.from('x'))).text).toContain('[TRYCREATE]');
});

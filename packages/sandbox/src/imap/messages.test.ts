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
const folder = (path: string) => {
  const found = sandbox.store.account(sandbox.user.address)?.folder(path);
  if (!found) throw new Error(path);
  return found;
};
const flags = (uid: number) => [...(folder('INBOX').find(uid)?.flags ?? [])].sort();
const count = mailsIn('INBOX').length;

describe('STORE', () => {
  test('sets, adds and takes away, and answers with what is then there', async () => {
    await dialog.ask('STORE 3 FLAGS (\\Flagged $Invoice)');
    expect(flags(3)).toEqual(['$Invoice', '\\Flagged']);
    expect((await dialog.ask('STORE 3 +FLAGS (\\answered $INVOICE)')).untagged).toEqual([
      '3 FETCH (FLAGS (\\Flagged $Invoice \\Answered \\Recent))',
    ]);
    expect((await dialog.ask('UID STORE 3 -FLAGS (\\FLAGGED $invoice)')).untagged).toEqual(['3 FETCH (UID 3 FLAGS (\\Answered \\Recent))']);
    expect((await dialog.ask('STORE 3:4 FLAGS.SILENT \\Seen')).untagged).toEqual([]);
    expect([flags(3), flags(4)]).toEqual([['\\Seen'], ['\\Seen']]);
    expect((await dialog.ask('SELECT INBOX')).untagged[0]).toContain('$Invoice');
  });

  test.each(['STORE 1 FLAGS', 'STORE 1 LABELS (x)', 'STORE 1 FLAGS (\\Recent)', 'STORE 1 FLAGS (\\Nonsense)', 'STORE 1000 FLAGS ()'])(
    '%s is BAD',
    async (command) => expect((await dialog.ask(command)).status).toBe('BAD'),
  );
});

describe('COPY and MOVE', () => {
  test('COPY keeps bytes, flags and dates, and tells the new UIDs', async () => {
    await dialog.ask('STORE 5 +FLAGS ($Note)');
    const { status, text } = await dialog.ask('UID COPY 3,5:6 Archive');
    const target = folder('Archive');
    expect([status, text]).toEqual(['OK', `[COPYUID ${target.uidValidity} 3,5:6 2:4] copied`]);
    expect(target.messages.slice(1).map(({ raw, receivedAt }) => [raw, receivedAt])).toEqual(
      [3, 5, 6].map((uid) => [folder('INBOX').find(uid)?.raw, folder('INBOX').find(uid)?.receivedAt]),
    );
    expect([...(target.find(3)?.flags ?? [])]).toContain('$Note');
    expect(folder('INBOX').messages).toHaveLength(count);
  });

  test('MOVE tells the new UIDs first, then what is gone', async () => {
    const { status, untagged } = await dialog.ask('MOVE 2:3 Archive');
    expect(status).toBe('OK');
    expect(untagged).toEqual([`OK [COPYUID ${folder('Archive').uidValidity} 2:3 2:3] moved`, '2 EXPUNGE', '2 EXPUNGE']);
    expect(folder('INBOX').find(2)).toBeUndefined();
    expect((await dialog.ask('FETCH 2 UID')).untagged).toEqual(['2 FETCH (UID 4)']);
  });

  test('a missing target asks for CREATE and touches nothing', async () => {
    for (const command of ['COPY 1 Done', 'UID MOVE 1 Done']) expect((await dialog.ask(command)).text).toContain('[TRYCREATE]');
    expect(folder('INBOX').messages).toHaveLength(count);
  });

  test('UIDs that are not there are no error, and nothing happens', async () => {
    expect(await dialog.ask('UID MOVE 9999 Archive')).toMatchObject({ status: 'OK', text: 'UID MOVE done', untagged: [] });
    expect(folder('Archive').messages).toHaveLength(1);
  });

  test('into the same folder: new UIDs', async () => {
    const { untagged } = await dialog.ask('UID MOVE 1 INBOX');
    expect(untagged).toEqual([
      `OK [COPYUID ${folder('INBOX').uidValidity} 1 ${count + 1}] moved`,
      '1 EXPUNGE',
      `${count} EXISTS`,
      `${count} RECENT`,
    ]);
  });
});

describe('EXPUNGE', () => {
  test('takes away what is marked, UID EXPUNGE only of the UIDs that it names', async () => {
    await dialog.ask('STORE 1,4,7 +FLAGS.SILENT (\\Deleted)');
    expect((await dialog.ask('UID EXPUNGE 4:6,9999')).untagged).toEqual(['4 EXPUNGE']);
    expect((await dialog.ask('EXPUNGE')).untagged).toEqual(['1 EXPUNGE', '5 EXPUNGE']);
    expect(folder('INBOX').messages).toHaveLength(count - 3);
    expect(folder('INBOX').uidNext).toBe(count + 1);
  });
});

describe('two sessions', () => {
  test('what one takes away, the other learns of when its numbers may change', async () => {
    using other = await Dialog.in(sandbox);
    await dialog.ask('STORE 2 +FLAGS.SILENT (\\Deleted)');
    await dialog.ask('EXPUNGE');
    // The numbers stand while it fetches, stores or searches by number (RFC 3501 section 7.4.1).
    const fetched = await other.ask('FETCH 1:3 UID');
    expect(fetched.untagged).toEqual(['1 FETCH (UID 1)', '3 FETCH (UID 3)']);
    expect(fetched.text).toContain('[EXPUNGEISSUED]');
    expect((await other.ask('SEARCH UID 3')).untagged[0]).toBe('SEARCH 3');
    expect((await other.ask('STORE 3 +FLAGS (\\Flagged)')).untagged.join()).not.toContain('EXPUNGE');
    expect((await other.ask('COPY 2 Archive')).text).toContain('[EXPUNGEISSUED]');
    expect((await other.ask('NOOP')).untagged).toEqual(['2 EXPUNGE']);
    expect((await other.ask('FETCH 2 UID')).untagged).toEqual(['2 FETCH (UID 3)']);
  });

  test('UID commands may tell at once', async () => {
    using other = await Dialog.in(sandbox);
    await dialog.ask('UID MOVE 1 Archive');
    expect((await other.ask('UID FETCH 2 UID')).untagged).toEqual(['2 FETCH (UID 2)', '1 EXPUNGE']);
  });

  test('new mail and flags are told; what came and went in between is not', async () => {
    using other = await Dialog.in(sandbox);
    folder('INBOX').add(Buffer.from('Subject: gone\r\n\r\n'));
    folder('INBOX').remove(new Set([count + 1]));
    folder('INBOX').add(Buffer.from('Subject: stays\r\n\r\n'));
    await dialog.ask('UID STORE 1 FLAGS (\\Answered)');
    expect((await other.ask('NOOP')).untagged).toEqual([`${count + 1} EXISTS`, '0 RECENT', '1 FETCH (UID 1 FLAGS (\\Answered))']);
    expect((await other.ask(`FETCH ${count + 1} UID`)).untagged).toEqual([`${count + 1} FETCH (UID ${count + 2})`]);
  });

  test('IDLE tells at once, and ends with DONE', async () => {
    dialog.write('i IDLE\r\n');
    expect(await dialog.line()).toBe('+ idling');
    sandbox.store.deliver('a@example.com', [sandbox.user.address], Buffer.from('Subject: new\r\n\r\nnew\r\n'));
    expect([await dialog.line(), await dialog.line()]).toEqual([`* ${count + 1} EXISTS`, `* ${count + 1} RECENT`]);
    folder('INBOX').remove(new Set([1]));
    expect(await dialog.line()).toBe('* 1 EXPUNGE');
    dialog.write('DONE\r\n');
    expect(await dialog.line()).toBe('i OK IDLE done');
    dialog.write('j IDLE\r\n');
    await dialog.line();
    dialog.write('nonsense\r\n');
    expect(await dialog.line()).toMatch(/^j BAD/);
  });

  test('only the first session sees a mail as recent', async () => {
    using other = await Dialog.in(sandbox);
    expect((await dialog.ask('SEARCH RECENT')).untagged[0]?.split(' ')).toHaveLength(count + 1);
    expect((await other.ask('SEARCH RECENT')).untagged).toEqual(['SEARCH']);
    expect((await other.ask('FETCH 1 FLAGS')).untagged.join()).not.toContain('Recent');
  });
});

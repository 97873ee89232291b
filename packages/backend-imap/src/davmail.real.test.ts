import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { startSandbox, type Sandbox } from '@mailwright/sandbox';
import { describeReal, startDavMail, type DavMail } from '@mailwright/testing';
import type { Full } from './stand.test.fixture.ts';
import { collect, openAt, password } from './trial.test.fixture.ts';

// What it says of its folders is a while old, of kinds of mail nothing: of the conformance suite it passes what is asked here.
describeReal('an IMAP server that others wrote, DavMail on the EWS of the sandbox', ['davmail-server'], () => {
  let [sandbox, davMail]: [Sandbox?, DavMail?] = [];
  beforeAll(async () => {
    sandbox = await startSandbox();
    davMail = await startDavMail(`http://127.0.0.1:${sandbox.ews.port}/EWS/Exchange.asmx`);
  }, 90_000);
  afterAll(async () => {
    await davMail?.[Symbol.asyncDispose]();
    await sandbox?.close();
  });

  test('it is listed, read, marked, moved from and appended to', async () => {
    const { user, store } = sandbox!;
    const account = store.account(user.address)!;
    const inbox = account.folder('INBOX')!;
    const before = [...inbox.messages];
    const mailbox = (await openAt(davMail!.imap, {
      credential: password(user.address, user.password),
      config: { security: 'none', allowClearTextPassword: true },
    })) as Full;
    try {
      const roles = (await mailbox.listFolders()).flatMap(({ path, role }) => (role === undefined ? [] : [`${role} ${path}`]));
      expect(roles.toSorted()).toEqual(['archive Archive', 'drafts Drafts', 'inbox INBOX', 'junk Junk', 'sent Sent', 'trash Trash']);
      const listed = await collect(mailbox.search({ folder: 'INBOX' }));
      expect(listed.map(({ size }) => size)).toEqual(before.map(({ raw }) => raw.length));
      expect(listed.map(({ flags }) => flags?.includes('seen'))).toEqual(before.map(({ flags }) => flags.has('\\Seen')));
      const refs = listed.map(({ ref }) => ref);
      const raws = [];
      for (const ref of refs) raws.push(await buffer(await (await mailbox.read(ref)).raw()));
      expect(raws).toEqual(before.map(({ raw }) => raw));
      const [first, second, third] = refs;
      await mailbox.mark([first!], { flagged: true, seen: true });
      await mailbox.label([second!], { add: ['Urgent'] });
      expect((await mailbox.move([third!], 'Archive')).map(({ error }) => error)).toEqual([undefined]);
      const appended = Buffer.from('From: a@b.test\r\nSubject: appended\r\n\r\nText\r\n');
      await mailbox.append('Archive', Readable.from([appended]), appended.length, ['seen']);
    } finally {
      await mailbox[Symbol.asyncDispose]();
    }
    expect([...before[0]!.flags].toSorted()).toEqual(['\\Flagged', '\\Seen']);
    expect(before[1]!.flags.has('Urgent')).toBe(true);
    expect(inbox.messages).not.toContain(before[2]);
    const raws = account
      .folder('Archive')!
      .messages.slice(-2)
      .map(({ raw }) => raw.toString('latin1'));
    expect(raws).toEqual([before[2]!.raw.toString('latin1'), expect.stringContaining('Subject: appended') as string]);
  }, 120_000);
});

import { createHash } from 'node:crypto';
import { parseHeaders } from '@mailwright/mime';
import type { EwsExchange, Sandbox } from '@mailwright/sandbox';
import { startDavMail, type DavMail } from './davmail.ts';
import { expectValid, python, watched } from './ews-peers.test.fixture.ts';
import { describeReal } from './real.ts';

const SCRIPT = `
import imaplib, smtplib, poplib, sys, json, re, hashlib
imap_port, pop_port, smtp_port, user, password = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5]
poplib._MAXLINE = 1 << 20
out = {}
box = imaplib.IMAP4('127.0.0.1', imap_port)
box.login(user, password)
out['list'] = sorted(re.search(rb'"/" "(.*)"', row).group(1).decode() for row in box.list()[1])
status = box.status('INBOX', '(MESSAGES UNSEEN UIDNEXT)')[1][0].decode()
out['status'] = [int(n) for n in re.findall(r'(?:MESSAGES|UNSEEN|UIDNEXT) (\\d+)', status)]
box.select('INBOX')
found = lambda *keys: [int(n) for n in box.uid('SEARCH', None, *keys)[1][0].split()]
out['all'] = found('ALL')
out['unseen'] = found('UNSEEN')
out['subject'] = found('SUBJECT', '"invoice"')
out['since'] = found('SINCE', '10-Nov-2026')
rows = box.uid('FETCH', ','.join(str(n) for n in out['all']), '(UID RFC822.SIZE BODY.PEEK[])')[1]
out['hashes'] = [hashlib.sha256(row[1]).hexdigest() for row in rows if isinstance(row, tuple)]
first, second, third = out['all'][0:3]
box.uid('STORE', str(first), '+FLAGS', '(\\\\Seen \\\\Flagged)')
box.uid('STORE', str(second), '+FLAGS', '(\\\\Answered Urgent)')
box.uid('STORE', str(third), '-FLAGS', '(\\\\Seen)')
box.create('Made')
box.uid('COPY', str(first), 'Made')
box.append('Made', '(\\\\Seen)', None, b'From: a@b.test\\r\\nTo: d@e.test\\r\\nSubject: appended\\r\\nMessage-ID: <app@x>\\r\\n\\r\\nBody\\r\\n')
out['made'] = box.select('Made')[1][0].decode()
box.uid('STORE', str(found('ALL')[0]), '+FLAGS', '(\\\\Deleted)')
box.expunge()
out['left'] = len(found('ALL'))
box.select('INBOX')
out['moved'] = box.uid('MOVE', str(third), 'Archive')[0]
box.logout()
smtp = smtplib.SMTP('127.0.0.1', smtp_port)
smtp.login(user, password)
smtp.sendmail(user, [user, 'x@out.test', 'hidden@out.test'], b'From: demo@example.test\\r\\nTo: demo@example.test\\r\\nCc: x@out.test\\r\\nSubject: via davmail\\r\\nMessage-ID: <dm@x>\\r\\n\\r\\nHello\\r\\n')
smtp.quit()
pop = poplib.POP3('127.0.0.1', pop_port)
pop.user(user)
pop.pass_(password)
count = pop.stat()[0]
out['pop'] = count
out['ids'] = len(set(row.split()[1] for row in pop.uidl()[1]))
out['there'] = any(b'Subject: via davmail' in pop.retr(n + 1)[1] for n in range(count))
pop.dele(1)
pop.quit()
try:
    imaplib.IMAP4('127.0.0.1', imap_port).login(user, 'wrong')
    out['wrong'] = 'let in'
except imaplib.IMAP4.error:
    out['wrong'] = 'refused'
print(json.dumps(out))
`;

describeReal('DavMail on the EWS of the sandbox', ['davmail-server', 'python3', 'xmllint'], () => {
  let [sandbox, davMail]: [Sandbox?, DavMail?] = [];
  let exchanges: EwsExchange[] = [];
  beforeAll(async () => {
    ({ sandbox, exchanges } = await watched());
    davMail = await startDavMail(`http://127.0.0.1:${sandbox.ews.port}/EWS/Exchange.asmx`);
  }, 90_000);
  afterAll(async () => {
    await davMail?.[Symbol.asyncDispose]();
    await sandbox?.close();
  });

  test('lists, searches, reads, marks, copies, moves, appends, deletes and sends; all of it valid by the schema', async () => {
    const { user, store } = sandbox!;
    const account = store.account(user.address)!;
    const inbox = account.folder('INBOX')!;
    const before = [...inbox.messages];
    const uids = (fits: (message: (typeof before)[number]) => boolean) => before.filter(fits).map(({ uid }) => uid);
    const unseen = uids(({ flags }) => !flags.has('\\Seen'));
    const hashes = before.map(({ raw }) => createHash('sha256').update(raw).digest('hex'));
    const { imap, pop3, smtp } = davMail!;
    const out = await python(SCRIPT, [imap, pop3, smtp, user.address, user.password]);
    expect(out).toEqual({
      list: ['Archive', 'Drafts', 'INBOX', 'Junk', 'Projects', 'Projects/&AMQ-pfel &- Birnen', 'Sent', 'Trash', 'Unsent Messages'],
      status: [before.length, unseen.length, before.length + 1],
      all: uids(() => true),
      unseen,
      subject: uids(({ raw }) => /invoice/i.test(parseHeaders(raw).subject)),
      since: uids(({ receivedAt }) => receivedAt >= new Date('2026-11-10T00:00:00Z')),
      hashes,
      made: '2',
      left: 1,
      moved: 'OK',
      pop: before.length,
      ids: before.length,
      there: true,
      wrong: 'refused',
    });
    expect([...(inbox.find(before[1]!.uid)?.flags ?? [])].toSorted()).toEqual(['Urgent', '\\Answered', '\\Seen']);
    expect(account.folder('Made')?.messages.map(({ raw }) => raw.toString('latin1').includes('Subject: appended'))).toEqual([true]);
    expect(account.folder('Archive')?.messages.at(-1)?.raw).toEqual(before[2]?.raw);
    expect(store.outside.map(({ to }) => [...to].toSorted())).toEqual([['hidden@out.test', 'x@out.test']]);
    expect(inbox.messages.some(({ uid }) => uid === before[0]!.uid)).toBe(false);
    await expectValid(exchanges);
  }, 120_000);
});

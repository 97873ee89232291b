import { parse, parseHeaders } from '@mailwright/mime';
import type { EwsExchange, Sandbox } from '@mailwright/sandbox';
import { expectValid, python, watched } from './ews-peers.test.fixture.ts';
import { describeReal } from './real.ts';

const SCRIPT = `
import os, sys, json
from exchangelib import Credentials, Configuration, Account, DELEGATE, IMPERSONATION, Message, Mailbox, HTMLBody, FileAttachment, BASIC, NTLM, Q
from exchangelib.errors import ErrorItemNotFound, ErrorAccessDenied, ErrorImpersonateUserDenied, ErrorIrresolvableConflict, UnauthorizedError
from exchangelib.folders import Messages
from exchangelib.protocol import BaseProtocol, NoVerifyHTTPAdapter
from exchangelib.version import Version, EXCHANGE_2013_SP1
url, login, user, password, ca = sys.argv[1:6]
os.environ['REQUESTS_CA_BUNDLE'] = ca
BaseProtocol.TIMEOUT = 20
out = {}
def account(address=user, access=DELEGATE, secret=password):
    credentials = Credentials(user, secret)
    config = Configuration(service_endpoint=url, credentials=credentials, auth_type={'basic': BASIC, 'ntlm': NTLM}[login], version=Version(build=EXCHANGE_2013_SP1))
    return Account(address, config=config, autodiscover=False, access_type=access)
own = account()
inbox = own.inbox
out['name'] = [inbox.name, inbox.total_count, inbox.unread_count]
out['subjects'] = [item.subject or '' for item in inbox.all().order_by('datetime_received', 'subject')]
out['unread'] = sorted(item.subject or '' for item in inbox.filter(is_read=False))
out['filter'] = sorted(item.subject or '' for item in inbox.filter(subject__icontains='INVOICE', is_read=False))
out['either'] = inbox.filter(Q(subject__icontains='invoice') | Q(has_attachments=True)).count()
out['largest'] = [item.size for item in inbox.all().only('size').order_by('-size')[:2]]
files = [file for item in inbox.all() for file in item.attachments if isinstance(file, FileAttachment)]
out['files'] = sorted([file.name or '', len(file.content)] for file in files)
sent = Message(account=own, folder=own.sent, subject='A & B <c> "d" \\x01 end', body=HTMLBody('<p>Hi &amp; \\u00fc</p>'), to_recipients=[Mailbox(email_address=user, name='De, Mo')], cc_recipients=[Mailbox(email_address='x@out.test')])
sent.attach(FileAttachment(name='a&b.bin', content=b'hello \\x00\\xff'))
sent.send_and_save()
came = inbox.get(subject__startswith='A & B')
out['came'] = [came.subject, came.body, [[file.name, list(file.content)] for file in came.attachments], [one.name for one in came.to_recipients]]
came.categories = ['Big order', 'x']
came.importance = 'High'
came.is_read = True
came.save(update_fields=['categories', 'importance', 'is_read'])
fresh = inbox.get(id=came.id)
out['marked'] = [fresh.categories, fresh.importance, fresh.is_read]
try:
    came.changekey = 'stale'
    came.subject = 'stale'
    came.save(update_fields=['subject'], conflict_resolution='NeverOverwrite')
    out['stale'] = 'overwritten'
except ErrorIrresolvableConflict:
    out['stale'] = 'refused'
made = Messages(parent=inbox, name='Done & <gone>')
made.save()
state = list(inbox.sync_items())
out['synced'] = len(state)
fresh.move(made)
out['moved'] = [item.subject or '' for item in made.all()]
copy = fresh.copy(to_folder=inbox)
out['changes'] = [change[0] for change in inbox.sync_items()]
fresh.move_to_trash()
out['trash'] = own.trash.all().count()
draft = Message(account=own, folder=own.drafts, subject='draft', body='x', to_recipients=[user])
draft.save()
draft.subject = 'draft 2'
draft.save(update_fields=['subject'])
draft.attach(FileAttachment(name='late.txt', content=b'late'))
draft.send()
out['late'] = [[file.name for file in item.attachments] for item in inbox.filter(subject='draft 2')]
out['tree'] = sorted(folder.name for folder in own.msg_folder_root.walk())
out['names'] = [box.email_address for box in own.protocol.resolve_names(['demo'])]
def refused(work):
    try:
        work()
        return 'let in'
    except Exception as error:
        return type(error).__name__
out['shared'] = account('team@example.test').inbox.total_count
out['impersonated'] = account('team@example.test', IMPERSONATION).inbox.total_count
out['missing'] = refused(lambda: account('nobody@example.test', IMPERSONATION).inbox)
out['wrong'] = refused(lambda: account(secret='wrong').inbox)
print(json.dumps(out))
`;

/** Letters and digits: where a subject holds what XML does not allow, this client's parser loses other signs in the answer too. */
const bare = (subjects: readonly string[]) => subjects.map((subject) => subject.replace(/[^\p{L}\p{N}]/gu, '')).toSorted();

describeReal('exchangelib on the EWS of the sandbox', ['exchangelib', 'python3', 'xmllint'], () => {
  let sandbox: Sandbox | undefined;
  let exchanges: EwsExchange[] = [];
  beforeEach(async () => {
    const allowed = (user: string, mailbox: string) => user === 'demo@example.test' && mailbox === 'team@example.test';
    ({ sandbox, exchanges } = await watched({ mayOpen: allowed, mayImpersonate: allowed }));
  });
  afterEach(() => sandbox?.close());

  test.each(['basic', 'ntlm'])(
    'with %s: lists, searches, gets, marks, moves, follows changes and sends; all of it valid by the schema',
    async (login) => {
      const { user, store, ews, caFile } = sandbox!;
      const account = store.account(user.address)!;
      const inbox = account.folder('INBOX')!;
      const before = [...inbox.messages];
      const out = (await python(SCRIPT, [
        login === 'ntlm' ? ews.url : `http://127.0.0.1:${ews.port}/EWS/Exchange.asmx`,
        login,
        user.address,
        user.password,
        caFile,
      ])) as Record<string, unknown>;
      const unread = before.filter(({ flags }) => !flags.has('\\Seen'));
      const names = (messages: typeof before) => bare(messages.map(({ raw }) => parseHeaders(raw).subject));
      const invoices = unread.filter(({ raw }) => /invoice/i.test(parseHeaders(raw).subject));
      expect(out).toMatchObject({
        name: ['Inbox', before.length, unread.length],
        largest: before
          .map(({ raw }) => raw.length)
          .toSorted((one, other) => other - one)
          .slice(0, 2),
        // What may not stand in XML this client itself writes as a question mark.
        came: ['A & B <c> "d" ? end', '<p>Hi &amp; \u00fc</p>', [['a&b.bin', [...Buffer.from('hello \0\u00ff', 'latin1')]]], ['De, Mo']],
        marked: [['Big order', 'x'], 'High', true],
        stale: 'refused',
        synced: before.length + 1,
        moved: ['A & B <c> "d" ? end'],
        changes: ['delete', 'create'],
        late: [['late.txt']],
        names: [user.address],
        shared: 0,
        impersonated: 0,
        missing: 'ErrorNonExistentMailbox',
        wrong: 'UnauthorizedError',
      });
      const said = ['subjects', 'unread', 'filter'].map((name) => bare(out[name] as string[]));
      expect(said).toEqual([before, unread, invoices].map(names));
      const files = (await Promise.all(before.map(({ raw }) => parse(raw, { ref: { folder: 'INBOX', id: '1' } })))).flatMap(
        ({ attachments }) =>
          attachments.flatMap(({ filename, contentType, size }) => (contentType === 'message/rfc822' ? [] : [[filename, size]])),
      );
      expect(bare((out['files'] as unknown[]).map(String))).toEqual(bare(files.map(String)));
      expect(out['tree']).toEqual(expect.arrayContaining(['Inbox', 'Done & <gone>', 'Projects', 'Sent', 'Calendar']));
      expect(store.outside.map(({ to }) => to)).toEqual([['x@out.test']]);
      expect([...(account.folder('Trash')!.messages.at(-1)?.flags ?? [])].toSorted()).toEqual(['Big=20order', '\\Seen', 'x']);
      await expectValid(exchanges);
    },
    120_000,
  );
});

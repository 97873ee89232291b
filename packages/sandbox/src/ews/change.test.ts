import { SEED } from '../dialog.test.fixture.ts';
import { startSandbox, type Sandbox } from '../sandbox.ts';
import type { MailFolder } from '../store/folder.ts';
import { all, ask, codes, distinguished, ids, texts } from './asking.test.fixture.ts';
import type { Element } from './xml.ts';

let sandbox: Sandbox;
const folder = (path: string): MailFolder => sandbox.store.account(sandbox.user.address)!.folder(path)!;
beforeEach(async () => {
  sandbox = await startSandbox({ seed: SEED });
});
afterEach(() => sandbox.close());

const mail = (subject: string) => Buffer.from(`From: a@b.test\r\nTo: demo@example.test\r\nSubject: ${subject}\r\n\r\nText\r\n`);
const ID_ONLY = '<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>';

const sync = (state: string, most = 512) =>
  ask(
    sandbox,
    `<m:SyncFolderItems>${ID_ONLY}<m:SyncFolderId>${distinguished('inbox')}</m:SyncFolderId><m:SyncState>${state}</m:SyncState><m:MaxChangesReturned>${most}</m:MaxChangesReturned></m:SyncFolderItems>`,
  );
const kinds = (answer: Element) => all(answer, 'Changes')[0]!.children.map(({ name }) => name);
const stateIn = (answer: Element) => texts(answer, 'SyncState')[0] ?? '';

test('what changed is told once: in parts, and from where a client was', async () => {
  const count = folder('INBOX').messages.length;
  const seen: string[] = [];
  let state = '';
  for (let rounds = 0; rounds < 20; rounds++) {
    const answer = await sync(state, 7);
    seen.push(...ids(answer));
    state = stateIn(answer);
    if (texts(answer, 'IncludesLastItemInRange')[0] === 'true') break;
  }
  expect([seen.length, new Set(seen).size]).toEqual([count, count]);
  expect(kinds(await sync(state))).toEqual([]);
  const inbox = folder('INBOX');
  const [first, second] = inbox.messages;
  inbox.setFlags(first!, ['\\Flagged']);
  inbox.remove(new Set([second!.uid]));
  inbox.add(mail('New'));
  const changed = await sync(state);
  expect(kinds(changed)).toEqual(['Update', 'Delete', 'Create']);
  expect(ids(changed).slice(0, 2)).toEqual([seen[0], seen[1]]);
  expect(kinds(await sync(stateIn(changed)))).toEqual([]);
  // What came and went in between was never there.
  const brief = inbox.add(mail('Brief'));
  inbox.remove(new Set([brief.uid]));
  expect(codes(await sync('nonsense'))).toEqual(['ErrorInvalidSyncStateData']);
});

test('folders that came, changed and went', async () => {
  const hierarchy = (state: string) =>
    ask(
      sandbox,
      `<m:SyncFolderHierarchy><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:SyncState>${state}</m:SyncState></m:SyncFolderHierarchy>`,
    );
  const first = await hierarchy('');
  expect(new Set(kinds(first))).toEqual(new Set(['Create']));
  const account = sandbox.store.account(sandbox.user.address)!;
  account.create('Made');
  account.rename(folder('Archive'), 'Kept');
  const changed = await hierarchy(stateIn(first));
  expect([kinds(changed), texts(changed, 'DisplayName')]).toEqual([
    ['Update', 'Create'],
    ['Kept', 'Made'],
  ]);
  account.delete(folder('Made'));
  expect(kinds(await hierarchy(stateIn(changed)))).toEqual(['Delete']);
});

test('folders are made, renamed, moved and deleted; those that everybody has stay', async () => {
  const create = (parent: string, name: string) =>
    ask(
      sandbox,
      `<m:CreateFolder><m:ParentFolderId>${parent}</m:ParentFolderId><m:Folders><t:Folder><t:DisplayName>${name}</t:DisplayName></t:Folder></m:Folders></m:CreateFolder>`,
    );
  const [made = ''] = ids(await create(distinguished('inbox'), 'A &amp; B'), 'FolderId');
  const id = (given: string) => `<t:FolderId Id="${given}"/>`;
  expect(folder('INBOX/A & B')).toBeDefined();
  expect(codes(await create(distinguished('inbox'), 'A &amp; B'))).toEqual(['ErrorFolderExists']);
  expect(codes(await create(distinguished('inbox'), 'a/b'))).toEqual(['ErrorFolderSave']);
  const change = `<t:FolderChange>${id(made)}<t:Updates><t:SetFolderField><t:FieldURI FieldURI="folder:DisplayName"/><t:Folder><t:DisplayName>C</t:DisplayName></t:Folder></t:SetFolderField></t:Updates></t:FolderChange>`;
  expect(codes(await ask(sandbox, `<m:UpdateFolder><m:FolderChanges>${change}</m:FolderChanges></m:UpdateFolder>`))).toEqual(['NoError']);
  const move = (given: string, to: string) =>
    ask(sandbox, `<m:MoveFolder><m:ToFolderId>${to}</m:ToFolderId><m:FolderIds>${given}</m:FolderIds></m:MoveFolder>`);
  expect(codes(await move(id(made), distinguished('msgfolderroot')))).toEqual(['NoError']);
  expect(folder('C')).toBeDefined();
  expect(codes(await move(id(made), id(made)))).toEqual(['ErrorMoveCopyFailed']);
  const remove = (given: string, type: string) =>
    ask(sandbox, `<m:DeleteFolder DeleteType="${type}"><m:FolderIds>${given}</m:FolderIds></m:DeleteFolder>`);
  expect(codes(await remove(distinguished('inbox'), 'HardDelete'))).toEqual(['ErrorDeleteDistinguishedFolder']);
  expect(codes(await remove(id(made), 'MoveToDeletedItems'))).toEqual(['NoError']);
  expect(folder('Trash/C')).toBeDefined();
  expect(codes(await remove(id(made), 'HardDelete'))).toEqual(['NoError']);
  expect(codes(await remove(id(made), 'HardDelete'))).toEqual(['ErrorFolderNotFound']);
});

test('a draft is changed and gets attachments, and keeps its id', async () => {
  const fields =
    '<t:Message><t:Subject>One</t:Subject><t:Body BodyType="HTML">&lt;p&gt;Hi&lt;/p&gt;</t:Body><t:ToRecipients><t:Mailbox><t:Name>\u00c4</t:Name><t:EmailAddress>x@out.test</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message>';
  const [id = ''] = ids(await ask(sandbox, `<m:CreateItem MessageDisposition="SaveOnly"><m:Items>${fields}</m:Items></m:CreateItem>`));
  const item = `<t:ItemId Id="${id}"/>`;
  const set = (path: string, value: string) =>
    `<t:SetItemField><t:FieldURI FieldURI="${path}"/><t:Message>${value}</t:Message></t:SetItemField>`;
  const own = '<t:ExtendedFieldURI PropertySetId="00020329-0000-0000-c000-000000000046" PropertyName="Mine" PropertyType="Integer"/>';
  const updates = [
    set('item:Subject', '<t:Subject>Two &lt;3&gt;</t:Subject>'),
    set('item:Importance', '<t:Importance>High</t:Importance>'),
    set('item:Flag', '<t:Flag><t:FlagStatus>Flagged</t:FlagStatus></t:Flag>'),
    `<t:SetItemField>${own}<t:Message><t:ExtendedProperty>${own}<t:Value>7</t:Value></t:ExtendedProperty></t:Message></t:SetItemField>`,
  ];
  const update = (changes: string, how = 'ConflictResolution="AlwaysOverwrite" MessageDisposition="SaveOnly"') =>
    ask(
      sandbox,
      `<m:UpdateItem ${how}><m:ItemChanges><t:ItemChange>${item}<t:Updates>${changes}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
    );
  expect(codes(await update(updates.join('')))).toEqual(['NoError']);
  const attach = (name: string, content: string) =>
    ask(
      sandbox,
      `<m:CreateAttachment><m:ParentItemId Id="${id}"/><m:Attachments><t:FileAttachment><t:Name>${name}</t:Name><t:Content>${Buffer.from(content).toString('base64')}</t:Content></t:FileAttachment></m:Attachments></m:CreateAttachment>`,
    );
  const attached = await attach('a&amp;b.txt', 'first');
  expect(all(attached, 'AttachmentId')[0]?.attributes.get('RootItemId')).toBe(id);
  await attach('two.bin', '\u0000second');
  const get = () =>
    ask(
      sandbox,
      `<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape><t:AdditionalProperties>${own}</t:AdditionalProperties></m:ItemShape><m:ItemIds>${item}</m:ItemIds></m:GetItem>`,
    );
  const got = await get();
  const said = (name: string) => texts(got, name);
  expect([said('Subject'), said('Importance'), said('FlagStatus'), said('Value'), said('EmailAddress').at(-2), said('IsDraft')]).toEqual([
    ['Two <3>'],
    ['High'],
    ['Flagged'],
    ['7'],
    'x@out.test',
    ['true'],
  ]);
  expect([said('Body').map((text) => text.trim()), said('Size').length]).toEqual([['<p>Hi</p>'], 3]);
  const attachments = ids(got, 'AttachmentId');
  const fetch = (given: string) =>
    ask(sandbox, `<m:GetAttachment><m:AttachmentIds><t:AttachmentId Id="${given}"/></m:AttachmentIds></m:GetAttachment>`);
  const contents = await Promise.all(
    attachments.map(async (one) => Buffer.from(texts(await fetch(one), 'Content')[0] ?? '', 'base64').toString()),
  );
  expect(contents).toEqual(['first', '\u0000second']);
  await ask(
    sandbox,
    `<m:DeleteAttachment><m:AttachmentIds><t:AttachmentId Id="${attachments[0]}"/></m:AttachmentIds></m:DeleteAttachment>`,
  );
  expect(texts(await get(), 'Name').filter((name) => /txt|bin/.test(name))).toEqual(['two.bin']);
  expect(codes(await fetch(id))).toEqual(['ErrorInvalidIdNotAnItemAttachmentId']);
  const gone = `<t:DeleteItemField>${own}</t:DeleteItemField><t:DeleteItemField><t:FieldURI FieldURI="item:Flag"/></t:DeleteItemField>`;
  expect(codes(await update(gone, 'ConflictResolution="AutoResolve" MessageDisposition="SendAndSaveCopy"'))).toEqual(['NoError']);
  const { raw, flags } = folder('Sent').messages.at(-1)!;
  expect([raw.toString().includes('filename=two.bin'), [...flags]]).toEqual([true, ['\\Seen']]);
  expect(sandbox.store.outside.at(-1)?.to).toEqual(['x@out.test']);
  expect(codes(await get())).toEqual(['ErrorItemNotFound']);
});

test('a mail in a mail is an item with properties of its own, or its MIME', async () => {
  const inner = mail('Inner');
  const outer = Buffer.concat([
    Buffer.from(
      'From: a@b.test\r\nSubject: Outer\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: message/rfc822\r\n\r\n',
    ),
    inner,
    Buffer.from('\r\n--x--\r\n'),
  ]);
  folder('INBOX').add(outer);
  const shape =
    '<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:Attachments"/></t:AdditionalProperties></m:ItemShape>';
  const [id = ''] = ids(
    await ask(
      sandbox,
      `<m:FindItem Traversal="Shallow">${ID_ONLY}<m:ParentFolderIds>${distinguished('inbox')}</m:ParentFolderIds></m:FindItem>`,
    ),
  );
  const got = await ask(sandbox, `<m:GetItem>${shape}<m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`);
  const [attachment = ''] = ids(all(got, 'ItemAttachment')[0]!, 'AttachmentId');
  const fetch = (wanted: string) =>
    ask(sandbox, `<m:GetAttachment>${wanted}<m:AttachmentIds><t:AttachmentId Id="${attachment}"/></m:AttachmentIds></m:GetAttachment>`);
  expect(texts(await fetch(''), 'Subject')).toEqual(['Inner']);
  const whole = await fetch('<m:AttachmentShape><t:IncludeMimeContent>true</t:IncludeMimeContent></m:AttachmentShape>');
  expect(Buffer.from(texts(whole, 'MimeContent')[0] ?? '', 'base64').toString()).toContain('Subject: Inner');
});

test('what happens over EWS is seen by the other faces of the store, and the other way round', async () => {
  const { smtp, user } = sandbox;
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    host: sandbox.host,
    port: smtp.tlsPort,
    secure: true,
    tls: { ca: sandbox.caPem },
    auth: { user: user.address, pass: user.password },
  });
  await transport.sendMail({ from: user.address, to: user.address, subject: 'Over SMTP', text: 'x' });
  const listed = await ask(
    sandbox,
    `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape><m:ParentFolderIds>${distinguished('inbox')}</m:ParentFolderIds></m:FindItem>`,
  );
  expect(texts(listed, 'Subject')[0]).toBe('Over SMTP');
  const [id = ''] = ids(listed);
  await ask(
    sandbox,
    `<m:MoveItem><m:ToFolderId>${distinguished('deleteditems')}</m:ToFolderId><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:MoveItem>`,
  );
  const { ImapFlow } = await import('imapflow');
  const client = new ImapFlow({
    host: sandbox.host,
    port: sandbox.imap.tlsPort,
    secure: true,
    tls: { ca: sandbox.caPem },
    auth: { user: user.address, pass: user.password },
    logger: false,
  });
  await client.connect();
  await client.mailboxOpen('Trash');
  const found = await client.fetchOne('*', { envelope: true });
  await client.logout();
  expect(found && found.envelope?.subject).toBe('Over SMTP');
});

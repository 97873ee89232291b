import { SEED } from '../dialog.test.fixture.ts';
import { startSandbox, type Sandbox } from '../sandbox.ts';
import { ask, codes, distinguished, ids, post, soapOf, texts } from './asking.test.fixture.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ seed: SEED });
});
afterEach(() => sandbox.close());

const find = (folder: string, more = '', shape = '<t:BaseShape>Default</t:BaseShape>') =>
  `<m:FindItem Traversal="Shallow"><m:ItemShape>${shape}</m:ItemShape>${more}<m:ParentFolderIds>${distinguished(folder)}</m:ParentFolderIds></m:FindItem>`;

const inbox = () => sandbox.store.account(sandbox.user.address)!.folder('INBOX')!;

test('whoever says nothing is told the ways to sign in, and the connection stays', async () => {
  const refused = await post(sandbox, soapOf(find('inbox')), { authorization: '' });
  expect([refused.status, refused.headers['www-authenticate'], refused.headers['connection']]).toEqual([
    401,
    'Negotiate, NTLM, Basic realm="localhost"',
    'keep-alive',
  ]);
});

test('what lies in a folder is listed, and got', async () => {
  const found = await ask(sandbox, find('inbox'));
  expect(codes(found)).toEqual(['NoError']);
  expect(ids(found).length).toBe(inbox().messages.length);
  const got = await ask(
    sandbox,
    `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent></m:ItemShape><m:ItemIds>${ids(
      found,
    )
      .map((id) => `<t:ItemId Id="${id}"/>`)
      .join('')}</m:ItemIds></m:GetItem>`,
  );
  expect(texts(got, 'MimeContent').map((text) => Buffer.from(text, 'base64'))).toEqual(
    inbox()
      .messages.toSorted((one, other) => Number(other.receivedAt) - Number(one.receivedAt) || one.uid - other.uid)
      .map(({ raw }) => raw),
  );
});

test('a draft is saved, marked, sent; moved, copied and deleted', async () => {
  const mime = Buffer.from('From: demo@example.test\r\nTo: demo@example.test\r\nBcc: x@y.test\r\nSubject: One\r\n\r\nHi\r\n');
  const message = `<t:Message><t:MimeContent>${mime.toString('base64')}</t:MimeContent><t:Categories><t:String>Big order</t:String></t:Categories></t:Message>`;
  const made = await ask(sandbox, `<m:CreateItem MessageDisposition="SaveOnly"><m:Items>${message}</m:Items></m:CreateItem>`);
  expect(codes(made)).toEqual(['NoError']);
  const account = sandbox.store.account(sandbox.user.address)!;
  const drafts = account.folder('Drafts')!;
  expect([...drafts.messages.at(-1)!.flags]).toEqual(['\\Seen', '\\Draft', 'Big=20order']);
  const [id = ''] = ids(made);
  const stale = await ask(
    sandbox,
    `<m:SendItem SaveItemToFolder="true"><m:ItemIds><t:ItemId Id="${id}" ChangeKey="xx"/></m:ItemIds></m:SendItem>`,
  );
  expect(codes(stale)).toEqual(['ErrorIrresolvableConflict']);
  const [, key = ''] =
    /ChangeKey="([^"]+)"/.exec(
      (
        await post(
          sandbox,
          soapOf(
            `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`,
          ),
        )
      ).text,
    ) ?? [];
  const sent = await ask(
    sandbox,
    `<m:SendItem SaveItemToFolder="true"><m:ItemIds><t:ItemId Id="${id}" ChangeKey="${key}"/></m:ItemIds></m:SendItem>`,
  );
  expect(codes(sent)).toEqual(['NoError']);
  expect(drafts.messages.filter(({ raw }) => raw.equals(mime))).toEqual([]);
  expect(account.folder('Sent')!.messages.at(-1)!.raw).toEqual(mime);
  expect(inbox().messages.at(-1)!.raw.toString()).not.toContain('Bcc');
  expect(sandbox.store.outside.map(({ to }) => to)).toEqual([['x@y.test']]);
  const [newest = ''] = ids(await ask(sandbox, find('inbox')));
  const update = (set: string) =>
    `<m:UpdateItem ConflictResolution="AlwaysOverwrite" MessageDisposition="SaveOnly"><m:ItemChanges><t:ItemChange><t:ItemId Id="${newest}"/><t:Updates>${set}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`;
  const set = '<t:SetItemField><t:FieldURI FieldURI="message:IsRead"/><t:Message><t:IsRead>true</t:IsRead></t:Message></t:SetItemField>';
  expect(codes(await ask(sandbox, update(set)))).toEqual(['NoError']);
  expect([...inbox().messages.at(-1)!.flags]).toEqual(['\\Seen']);
  const transfer = (verb: string, to: string, given: string) =>
    ask(
      sandbox,
      `<m:${verb}><m:ToFolderId>${distinguished(to)}</m:ToFolderId><m:ItemIds><t:ItemId Id="${given}"/></m:ItemIds></m:${verb}>`,
    );
  const [moved = ''] = ids(await transfer('MoveItem', 'junkemail', newest));
  const [copied = ''] = ids(await transfer('CopyItem', 'inbox', moved));
  expect(codes(await transfer('MoveItem', 'inbox', newest))).toEqual(['ErrorItemNotFound']);
  const gone = await ask(
    sandbox,
    `<m:DeleteItem DeleteType="HardDelete"><m:ItemIds><t:ItemId Id="${copied}"/><t:ItemId Id="${copied}"/></m:ItemIds></m:DeleteItem>`,
  );
  expect(codes(gone)).toEqual(['NoError', 'ErrorItemNotFound']);
  expect(account.folder('Junk')!.messages.at(-1)!.raw.toString()).toContain('Subject: One');
});

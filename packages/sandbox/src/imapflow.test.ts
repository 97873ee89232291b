import { once } from 'node:events';
import { ImapFlow, type FetchMessageObject } from 'imapflow';
import { SEED, PASSWORD, mailsIn, start } from './dialog.test.fixture.ts';
import type { Sandbox } from './sandbox.ts';

const inbox = mailsIn('INBOX');
let sandbox: Sandbox;
let client: ImapFlow;
const open = async (options: object = {}) => {
  const made = new ImapFlow({
    host: sandbox.host,
    port: sandbox.imap.port,
    secure: false,
    doSTARTTLS: true,
    tls: { ca: sandbox.caPem, servername: 'localhost' },
    auth: { user: sandbox.user.address, pass: PASSWORD },
    logger: false,
    ...options,
  });
  await made.connect();
  return made;
};
beforeEach(async () => {
  sandbox = await start({ allowClearText: false });
  client = await open();
});
afterEach(async () => {
  client.close();
  await sandbox.close();
});
const stored = (path: string) => sandbox.store.account(sandbox.user.address)?.folder(path)?.messages ?? [];

test('STARTTLS and implicit TLS, verified; a wrong password', async () => {
  expect(client.secureConnection).toBe(true);
  const tls = await open({ port: sandbox.imap.tlsPort, secure: true, doSTARTTLS: undefined });
  await tls.logout();
  await expect(open({ auth: { user: sandbox.user.address, pass: 'wrong' } })).rejects.toMatchObject({ authenticationFailed: true });
  await expect(open({ tls: { servername: 'localhost' } })).rejects.toThrow(/self.signed|unable to (get|verify)/);
  await expect(open({ tls: { ca: sandbox.caPem, servername: 'mail.example.com' } })).rejects.toThrow(/altnames|match/);
});

test('folders: list with roles and counts, create, rename, delete', async () => {
  const folders = await client.list({ statusQuery: { messages: true, unseen: true } });
  expect(folders.map(({ path, specialUse }) => [path, specialUse])).toEqual(
    expect.arrayContaining([
      ['INBOX', '\\Inbox'],
      ['Sent', '\\Sent'],
      ['Drafts', '\\Drafts'],
      ['Projects/Äpfel & Birnen', undefined],
    ]),
  );
  expect(folders.find(({ path }) => path === 'INBOX')?.status).toMatchObject({ messages: inbox.length });
  expect(await client.mailboxCreate(['Kunden', 'Größe & Maß'])).toMatchObject({ path: 'Kunden/Größe & Maß', created: true });
  expect(await client.mailboxRename('Kunden', 'Clients')).toMatchObject({ newPath: 'Clients' });
  expect(await client.status('Clients/Größe & Maß', { messages: true, uidNext: true })).toMatchObject({ messages: 0, uidNext: 1 });
  await client.mailboxDelete('Clients/Größe & Maß');
  expect((await client.list()).map(({ path }) => path)).not.toContain('Clients/Größe & Maß');
});

test('every mail of every folder comes as its bytes, with its flags and date', async () => {
  for (const path of new Set(SEED.messages.map(({ folder }) => folder))) {
    const lock = await client.getMailboxLock(path);
    const found: FetchMessageObject[] = [];
    for await (const message of client.fetch('1:*', {
      source: true,
      flags: true,
      internalDate: true,
      size: true,
      envelope: true,
      bodyStructure: true,
    }))
      found.push(message);
    lock.release();
    expect(found.map(({ source }) => source?.toString('latin1'))).toEqual(mailsIn(path).map(({ raw }) => raw.toString('latin1')));
    expect(found.map(({ size }) => size)).toEqual(mailsIn(path).map(({ raw }) => raw.length));
    expect(found.map(({ internalDate }) => new Date(internalDate ?? 0).toISOString())).toEqual(
      mailsIn(path).map(({ receivedAt }) => receivedAt),
    );
    expect(found.map(({ flags }) => flags?.has('\\Seen'))).toEqual(mailsIn(path).map(({ flags = [] }) => flags.includes('seen')));
  }
});

test('a decoded attachment, its name from RFC 2231', async () => {
  const lock = await client.getMailboxLock('INBOX');
  const [uid = 0] = (await client.search({ header: { 'message-id': 'invoice-mueller@mueller.example.com' } }, { uid: true })) || [];
  const { content, meta } = await client.download(String(uid), '2', { uid: true });
  const bytes = Buffer.concat((await content?.toArray()) ?? []);
  lock.release();
  expect(meta?.filename).toBe('Rechnung für Müller & Söhne Nr. 77.pdf');
  expect(bytes.subarray(0, 8).toString()).toBe('%PDF-1.4');
  expect(bytes.subarray(-6).toString()).toBe('%%EOF\n');
});

test('search, flags, copy, move, delete, append', async () => {
  const lock = await client.getMailboxLock('INBOX');
  const invoices = (await client.search({ seen: false, subject: 'invoice' }, { uid: true })) || [];
  expect(invoices).toHaveLength(9);
  expect(await client.search({ or: [{ from: 'Ana Torres' }, { subject: '🎉' }], not: { seen: true } }, { uid: true })).toHaveLength(2);
  await client.messageFlagsAdd(invoices, ['\\Seen', '$Paid'], { uid: true });
  expect(await client.search({ keyword: '$Paid' }, { uid: true })).toEqual(invoices);
  const copied = await client.messageCopy(invoices.slice(0, 2), 'Archive', { uid: true });
  expect(copied).toMatchObject({
    uidMap: new Map([
      [invoices[0], 2],
      [invoices[1], 3],
    ]),
  });
  await client.mailboxCreate('Done');
  expect(await client.messageMove(invoices, 'Done', { uid: true })).toMatchObject({ destination: 'Done' });
  await client.messageDelete('1', {});
  lock.release();
  expect([stored('INBOX').length, stored('Done').length, stored('Archive').length]).toEqual([inbox.length - 10, 9, 3]);
  const raw = Buffer.from('Subject: draft\r\n\r\ntext\r\n');
  const appended = await client.append('Drafts', raw, ['\\Draft'], new Date('2026-05-01T10:00:00Z'));
  expect(appended).toMatchObject({ uid: 2 });
  expect(stored('Drafts').at(-1)).toMatchObject({ raw, receivedAt: new Date('2026-05-01T10:00:00Z') });
});

test('moves without MOVE and UIDPLUS', async () => {
  await using plain = await start({ extensions: { move: false, uidplus: false } });
  const old = new ImapFlow({
    host: plain.host,
    port: plain.imap.tlsPort,
    secure: true,
    tls: { ca: plain.caPem, servername: 'localhost' },
    auth: { user: plain.user.address, pass: PASSWORD },
    logger: false,
  });
  await old.connect();
  const lock = await old.getMailboxLock('INBOX');
  expect(await old.messageMove('1:2', 'Archive')).toBeTruthy();
  lock.release();
  old.close();
  expect(
    plain.store
      .account(plain.user.address)
      ?.folder('Archive')
      ?.messages.slice(1)
      .map(({ raw }) => raw),
  ).toEqual(inbox.slice(0, 2).map(({ raw }) => raw));
  expect(plain.store.account(plain.user.address)?.folder('INBOX')?.messages).toHaveLength(inbox.length - 2);
});

test('new mail is told while the client idles', async () => {
  await client.mailboxOpen('INBOX');
  void client.idle();
  const told = once(client, 'exists');
  sandbox.store.deliver('a@example.com', [sandbox.user.address], Buffer.from('Subject: new\r\n\r\n'));
  expect(await told).toMatchObject([{ path: 'INBOX', count: inbox.length + 1, prevCount: inbox.length }]);
});

test('a token instead of a password', async () => {
  await using world = await start({ acceptToken: (address, token) => address === 'demo@example.test' && token === 'good-token' });
  const sign = async (accessToken: string) => {
    const made = new ImapFlow({
      host: world.host,
      port: world.imap.tlsPort,
      secure: true,
      tls: { ca: world.caPem, servername: 'localhost' },
      auth: { user: world.user.address, accessToken },
      logger: false,
    });
    await made.connect();
    await made.logout();
  };
  await sign('good-token');
  await expect(sign('stale-token')).rejects.toMatchObject({ authenticationFailed: true });
});

// What a stranger's text does to a client without guards, and to ours: each attack with its negative control beside it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Mail } from '@mailwright/core';
import { startSandbox } from '@mailwright/sandbox';
import { smtpScript } from '@mailwright/testing';
import { ImapFlow } from 'imapflow';
import { createTransport } from 'nodemailer';
import { createEmail, memoryVault } from './index.ts';
import { safeName } from './safe-name.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'injection-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A client that writes what it is told, and waits for the goodbye. */
const naive = (port: number, text: string) =>
  new Promise<void>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (said) => void (/bye/i.test(String(said)) && socket.destroy()));
    socket.once('close', () => resolve()).once('error', reject);
  });

async function stand() {
  const sandbox = await startSandbox({ allowClearText: true });
  const email = createEmail({ vaults: [memoryVault('v', { password: sandbox.user.password })], ca: sandbox.caFile, files: folder });
  const auth = { mode: 'basic', username: sandbox.user.address, password: { credential: 'v/password' } };
  await email.connect({
    timeZone: 'UTC',
    server: { backend: 'imap', host: sandbox.host, port: sandbox.imap.tlsPort, auth },
    outgoing: { backend: 'smtp', host: sandbox.host, port: sandbox.smtp.tlsPort, auth },
  });
  const account = sandbox.store.account(sandbox.user.address);
  if (!account) throw new Error('the sandbox has no account');
  return {
    sandbox,
    email,
    account,
    async [Symbol.asyncDispose]() {
      await email.close();
      await sandbox.close();
    },
  };
}

/** A session that can only send, to a server that hears every line. */
async function sending(port: number) {
  const email = createEmail({ vaults: [memoryVault('v', { password: 'pa55word-of-a-test' })], files: folder });
  const auth = { mode: 'basic', username: 'me@example.test', password: { credential: 'v/password' } };
  await email.connect({ server: { backend: 'smtp', host: '127.0.0.1', port, security: 'none', allowClearTextPassword: true, auth } });
  return email;
}
const MAIL = { from: 'me@example.test', to: 'you@example.test', subject: 'x', text: 'x' };

describe('IMAP command injection', () => {
  const HOSTILE = 'Archive"\r\nx9 DELETE "Victim';
  test('a folder name with a line break is one more command for the naive, and refused here', async () => {
    await using at = await stand();
    const { sandbox, email, account } = at;
    account.create('Victim');
    for (const action of ['email.move', 'email.copy'])
      await expect(email.run(action, { messages: { folder: 'INBOX' }, to: HOSTILE })).rejects.toMatchObject({ code: 'folder.not_found' });
    for (const filter of [
      { field: 'subject', op: 'contains', value: 'x"\r\nx9 DELETE "Victim' },
      { field: 'from', op: 'contains', value: '"\r\nx9 DELETE "Victim' },
    ])
      await email.run('email.count', { folder: 'INBOX', filter }).catch(() => undefined);
    await email.run('email.mark', { messages: { folder: 'INBOX' }, addLabels: ['x)\r\nx9 DELETE "Victim"'] }).catch(() => undefined);
    expect(account.folder('Victim')).toBeDefined();
    const { address, password } = sandbox.user;
    await naive(sandbox.imap.port, `a LOGIN "${address}" "${password}"\r\nb CREATE "${HOSTILE}"\r\nc LOGOUT\r\n`);
    expect(account.folder('Victim')).toBeUndefined();
  });
});

describe('SMTP command injection', () => {
  const HOSTILE = 'a@example.test>\r\nRCPT TO:<evil@example.test';
  test('an address with a line break is one more recipient for the naive, and refused here', async () => {
    const script = await smtpScript();
    await using email = { client: await sending(script.port), [Symbol.asyncDispose]: () => email.client.close() };
    for (const field of ['to', 'cc', 'bcc', 'from', 'replyTo'])
      await expect(email.client.run('email.send', { ...MAIL, [field]: HOSTILE })).rejects.toMatchObject({ code: 'input.invalid' });
    expect(script.heard.join('\n')).not.toMatch(/evil/);
    await naive(script.port, `EHLO x\r\nMAIL FROM:<me@example.test>\r\nRCPT TO:<${HOSTILE}>\r\nQUIT\r\n`).catch(() => undefined);
    expect(script.heard).toContain('RCPT TO:<evil@example.test>');
    await script.close();
  });
});

describe('header injection', () => {
  const SUBJECT = '=?utf-8?Q?Invoice=0D=0ABcc:_evil@example.test?=';
  test('an encoded line break in a subject is a header of the answer for the naive, and gone here', async () => {
    await using at = await stand();
    const { sandbox, email, account } = at;
    account.create('Odd');
    account.folder('Odd')?.add(Buffer.from(`From: a@example.test\r\nSubject: ${SUBJECT}\r\nMessage-ID: <1@x>\r\n\r\nx\r\n`));
    const { address: user, password: pass } = sandbox.user;
    const client = new ImapFlow({
      host: sandbox.host,
      port: sandbox.imap.port,
      secure: false,
      tls: { ca: sandbox.caPem },
      auth: { user, pass },
      logger: false,
    });
    await client.connect();
    await client.mailboxOpen('Odd');
    const found = await client.fetchOne('1', { envelope: true });
    await client.logout();
    const headers = `To: a@example.test\r\nSubject: Re: ${(found && found.envelope?.subject) || ''}\r\n\r\n`;
    expect(headers).toMatch(/^Bcc: evil/m);
    const mails: Mail[] = [];
    for await (const mail of email.loop({ folder: 'Odd' })) mails.push(mail);
    expect(mails.map(({ subject }) => subject)).toEqual(['Invoice Bcc: evil@example.test']);
    await email.run('email.reply', { message: mails[0], text: 'x', force: true });
    const sent = account.folder('Sent')?.messages.at(-1)?.raw.toString('latin1') ?? '';
    expect(sent).toMatch(/^Subject: Re: Invoice/m);
    expect(sent).not.toMatch(/^Bcc/im);
    await expect(email.run('email.send', { ...MAIL, subject: 'x\r\nBcc: evil@example.test' })).rejects.toMatchObject({
      code: 'input.invalid',
    });
  });
});

describe('recipient confusion', () => {
  const NAME = 'evil@example.test, Boss';
  test('a name with an address in it is one more recipient of the answer for the naive, and a name here', async () => {
    await using at = await stand();
    const { sandbox, email, account } = at;
    account.create('Odd');
    account.folder('Odd')?.add(Buffer.from(`From: "${NAME}" <boss@example.test>\r\nSubject: x\r\nMessage-ID: <2@x>\r\n\r\nx\r\n`));
    const mails: Mail[] = [];
    for await (const mail of email.loop({ folder: 'Odd' })) mails.push(mail);
    expect(mails[0]?.from).toEqual([{ address: 'boss@example.test', name: NAME }]);
    await email.run('email.reply', { message: mails[0], text: 'x', force: true });
    expect(sandbox.store.outside.at(-1)?.to).toEqual(['boss@example.test']);
    const transport = createTransport({ streamTransport: true });
    const { envelope } = await transport.sendMail({ ...MAIL, to: `${NAME} <boss@example.test>` });
    expect(envelope.to).toEqual(['evil@example.test', 'boss@example.test']);
  });
});

describe('a file read through a field of a mail', () => {
  test('the library sends it; here only text is taken', async () => {
    const path = join(folder, 'secret.txt');
    writeFileSync(path, 'the content of a file');
    const script = await smtpScript();
    await createTransport({ host: '127.0.0.1', port: script.port, ignoreTLS: true }).sendMail({ ...MAIL, text: { path } as never });
    expect(script.mails[0]).toContain(readFileSync(path, 'utf8'));
    const email = await sending(script.port);
    for (const field of ['text', 'html', 'subject'])
      await expect(email.run('email.send', { ...MAIL, [field]: { path } })).rejects.toMatchObject({ code: 'input.invalid' });
    expect(script.mails).toHaveLength(1);
    await email.close();
    await script.close();
  });
});

describe('SMTP smuggling', () => {
  const SMUGGLED = 'x\n.\nMAIL FROM:<evil@example.test>\r\nRCPT TO:<you@example.test>\r\nDATA\r\nSubject: smuggled\r\n\r\nx\r\n.\r\n';
  test('a bare line feed around a dot is a second mail of the naive to a lax server, and one mail here', async () => {
    const server = await laxServer();
    await naive(server.port, `EHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nSubject: x\r\n\r\n${SMUGGLED}\r\n.\r\nQUIT\r\n`);
    expect(server.mails.length).toBeGreaterThan(1);
    server.mails.length = 0;
    const email = await sending(server.port);
    await email.run('email.send', { ...MAIL, text: SMUGGLED });
    await email.run('email.send', { ...MAIL, text: 'x', html: SMUGGLED.replaceAll('\r\n', '\r') });
    expect(server.mails).toHaveLength(2);
    await email.close();
    await server.close();
  });
});

describe('patterns that never end', () => {
  test('one that keeps a regular expression busy for hours is over at once here', async () => {
    await using at = await stand();
    const text = `${'a'.repeat(60)}!`;
    const busy = new Worker(`/^(a+)+$/.test(${JSON.stringify(text)}); require('node:worker_threads').parentPort.postMessage('done')`, {
      eval: true,
    });
    let done = false;
    busy.once('message', () => (done = true));
    await new Promise((resolve) => busy.once('online', resolve));
    at.account.folder('INBOX')?.add(Buffer.from(`Subject: ${text}\r\n\r\nx\r\n`));
    const filter = { field: 'subject', op: 'matches', pattern: '^(a+)+$' };
    expect(await at.email.run('email.count', { folder: 'INBOX', filter })).toMatchObject({ count: 0 });
    expect(done).toBe(false);
    await busy.terminate();
    for (const pattern of ['(?=a)b', '(a)\\1', '('])
      await expect(at.email.run('email.count', { folder: 'INBOX', filter: { ...filter, pattern } })).rejects.toMatchObject({
        code: 'input.invalid',
      });
  });
});

describe('names of attachments', () => {
  test.each(['../../out.txt', '/tmp/out.txt', '..\\..\\out.txt'])('%s leads out for the naive, and stays in the folder here', (name) => {
    expect(join(folder, safeName(name)).startsWith(join(folder, 'out'))).toBe(true);
    expect(
      [join(folder, name), name].some((path) => path.startsWith('/tmp/out') || path.includes('..\\') || !path.startsWith(folder)),
    ).toBe(true);
  });
});

/** Ends a mail at any line with a single dot, whatever its line ends: as some servers did (VU#302671). */
async function laxServer() {
  const mails: string[] = [];
  const server = createServer((socket) => {
    let held = '';
    let data = false;
    socket.write('220 ready\r\n');
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      held += chunk.toString('latin1');
      for (;;) {
        const end = (data ? /(?:\r\n|\n|\r)\.(?:\r\n|\n|\r)/ : /\r?\n/).exec(held);
        if (!end) return;
        const text = held.slice(0, end.index);
        held = held.slice(end.index + end[0].length);
        if (data) mails.push(text);
        const command = data ? '.' : text.split(' ')[0];
        data = command === 'DATA';
        if (command === 'QUIT') socket.end('221 bye\r\n');
        else
          socket.write(
            data
              ? '354 go on\r\n'
              : command === 'EHLO'
                ? '250-x\r\n250 AUTH PLAIN\r\n'
                : command === 'AUTH'
                  ? '235 welcome\r\n'
                  : '250 fine\r\n',
          );
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, mails, close: () => new Promise((done) => server.close(done)) };
}

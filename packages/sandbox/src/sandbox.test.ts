import { existsSync, readFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Dialog, SEED, mailsIn, start, until } from './dialog.test.fixture.ts';
import type { Fault } from './fault.ts';
import { startSandbox } from './sandbox.ts';

test('a password of its own at each start, and the sample mail in its folders', async () => {
  await using one = await startSandbox({ seed: SEED });
  await using other = await startSandbox({ seed: false });
  expect(one.user.address).toBe('demo@example.test');
  expect(one.user.password).toMatch(/^[\w-]{16}$/);
  expect(one.user.password).not.toBe(other.user.password);
  expect([...(one.store.account('demo@example.test')?.folders.keys() ?? [])]).toEqual(SEED.folders.map(({ path }) => path));
  for (const { path } of SEED.folders)
    expect(
      one.store
        .account('demo@example.test')
        ?.folder(path)
        ?.messages.map(({ raw }) => raw),
    ).toEqual(mailsIn(path).map(({ raw }) => raw));
  expect([...(other.store.account('demo@example.test')?.folders.keys() ?? [])]).toEqual(['INBOX']);
});

test('the sample shows a real inbox', () => {
  const inbox = mailsIn('INBOX').map(({ raw, flags = [] }) => ({ text: raw.toString('latin1'), unread: !flags.includes('seen') }));
  const having = (pattern: RegExp) => inbox.filter(({ text }) => pattern.test(text)).length;
  expect(SEED.messages.length).toBeGreaterThanOrEqual(28);
  expect(inbox.filter(({ text, unread }) => unread && /^Content-Type: application\/pdf/m.test(text)).length).toBeGreaterThanOrEqual(8);
  for (const pattern of [
    /^List-Unsubscribe:/m,
    /method=REQUEST/,
    /method=CANCEL/,
    /report-type=delivery-status/,
    /report-type=disposition-notification/,
    /^Auto-Submitted: auto-replied/m,
    /charset=ISO-2022-JP/i,
    /format=flowed/,
    /^Content-ID:/m,
    /filename\*0\*=/,
    /^From:.*no-?reply@/m,
  ])
    expect([pattern, having(pattern) > 0]).toEqual([pattern, true]);
  const domains = inbox.flatMap(({ text }) => [...text.matchAll(/@([a-z0-9.-]+\.[a-z]+)/gi)].map(([, domain]) => domain));
  expect(domains.filter((domain) => !/(^|\.)example\.(test|com|org)$/i.test(domain ?? ''))).toEqual([]);
});

test('the certificate is for loopback names and signed by the authority in the file', async () => {
  const sandbox = await start();
  const ca = new X509Certificate(readFileSync(sandbox.caFile));
  const socket = connectTls({ host: sandbox.host, port: sandbox.imap.tlsPort, ca: sandbox.caPem, servername: 'localhost' });
  await once(socket, 'secureConnect');
  const leaf = socket.getPeerX509Certificate();
  socket.destroy();
  expect(leaf?.verify(ca.publicKey)).toBe(true);
  expect(leaf?.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
  expect([ca.ca, leaf?.ca]).toEqual([true, false]);
  await sandbox.close();
  expect(existsSync(sandbox.caFile)).toBe(false);
});

test('close ends everything at once, silent clients too', async () => {
  const sandbox = await start();
  const { imap, smtp } = sandbox;
  const sockets = [imap.port, imap.tlsPort, smtp.port, smtp.tlsPort].map((port) =>
    connect(port, sandbox.host)
      .on('error', () => undefined)
      .resume(),
  );
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  const gone = Promise.all(sockets.map((socket) => once(socket, 'close')));
  await until(() => sandbox.connections() === 2);
  const began = performance.now();
  await sandbox.close();
  await gone;
  expect(performance.now() - began).toBeLessThan(2000);
  const late = connect(imap.port, sandbox.host);
  expect(await once(late, 'error').then(([error]) => (error as NodeJS.ErrnoException).code)).toBe('ECONNREFUSED');
});

test('given ports are used, and one that is taken is an error that says so', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  await expect(start({ smtpPort: port })).rejects.toMatchObject({
    code: 'input.invalid',
    details: { path: 'smtpPort' },
    message: expect.stringContaining(String(port)),
  });
  holder.close();
  await once(holder, 'close');
  await using sandbox = await start({ imapsPort: port });
  expect(sandbox.imap.tlsPort).toBe(port);
});

test('several users, each with mail of their own', async () => {
  const ann = { address: 'ann@example.test', password: 'ann-password' };
  await using sandbox = await start({ users: [{ address: 'demo@example.test', password: 'dialog-password' }, ann] });
  using dialog = await Dialog.open(sandbox);
  expect((await dialog.ask('LOGIN ann@example.test dialog-password')).status).toBe('NO');
  expect((await dialog.ask('LOGIN ann@example.test ann-password')).status).toBe('OK');
  expect((await dialog.ask('SELECT INBOX')).untagged).toContain('0 EXISTS');
  expect((await dialog.ask('LIST "" Sent')).untagged).toEqual(['LIST (\\HasNoChildren \\Sent) "/" "Sent"']);
});

test('faults on demand, and kick', async () => {
  let fault: Fault | undefined;
  const heard: string[] = [];
  await using sandbox = await start({
    fault: (command, protocol) => (command === 'NOOP' && protocol === 'imap' ? fault : undefined),
    log: (line) => heard.push(line),
  });
  using dialog = await Dialog.in(sandbox);
  fault = { no: '[UNAVAILABLE] later' };
  expect(await dialog.ask('NOOP')).toMatchObject({ status: 'NO', text: '[UNAVAILABLE] later' });
  fault = 'silence';
  dialog.write('x NOOP\r\ny CAPABILITY\r\n');
  expect(await dialog.line()).toMatch(/^\* CAPABILITY/);
  expect(await dialog.line()).toMatch(/^y OK/);
  fault = 'drop';
  dialog.write('z NOOP\r\n');
  expect(await dialog.end()).toBe('');
  expect(heard).toEqual(['LOGIN', 'SELECT', 'NOOP', 'NOOP', 'CAPABILITY', 'NOOP']);
  using other = await Dialog.in(sandbox);
  sandbox.kick();
  await other.end();
  await until(() => sandbox.connections() === 0);
});

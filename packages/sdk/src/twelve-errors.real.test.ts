import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmailError, type ErrorCode } from '@mailwright/core';
import { describeReal, startMailWorld, type MailWorld } from '@mailwright/testing';
import { createEmail, type Email } from './index.ts';
import { memoryStore } from './stores/memory.ts';

const CANARY = 'canary-Secret-9182';
const servers: Server[] = [];
const sockets: Socket[] = [];

/** A server that answers lines as it is told, and notes what it was sent. */
async function scripted(greeting: string, answer: (line: string) => string | undefined): Promise<{ port: number; heard: string[] }> {
  const heard: string[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    if (greeting) socket.write(greeting);
    socket.on('data', (chunk) => {
      for (const line of chunk.toString('latin1').split('\r\n').filter(Boolean)) {
        heard.push(line);
        const said = answer(line);
        if (said !== undefined) socket.write(said);
      }
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, heard };
}

describeReal('twelve troubles, twelve errors', ['dovecot', 'openssl'], () => {
  let world: MailWorld;
  let email: Email;
  const seen = new Map<ErrorCode, string>();

  const input = (changes: object = {}, password = CANARY) => ({
    session: 'S',
    server: {
      backend: 'imap',
      host: '127.0.0.1',
      port: world.ports.imap,
      security: 'starttls',
      auth: { mode: 'basic', username: 'demo@example.test', password: { insecure: password } },
      ...changes,
    },
  });
  const expectError = async (work: Promise<unknown>, code: ErrorCode) => {
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!EmailError.is(error)) throw new Error(`no EmailError but ${String(error)}`);
    expect(error.code).toBe(code);
    expect(error.message.length).toBeGreaterThan(10);
    expect(error.fix.length).toBeGreaterThan(10);
    expect(JSON.stringify(error) + String(error.stack) + String(error.cause)).not.toContain(CANARY);
    expect([...seen.values()]).not.toContain(error.message);
    seen.set(error.code, error.message);
  };

  beforeAll(async () => {
    world = await startMailWorld({ users: { demo: CANARY } });
    email = createEmail({ ca: world.caFile, store: memoryStore(), files: join(tmpdir(), 'mw-none') });
  }, 60_000);
  afterAll(async () => {
    await email?.close();
    for (const socket of sockets) socket.destroy();
    for (const server of servers) server.close();
    await world?.close();
  }, 30_000);

  test('R3.10 wrong password', () => expectError(email.connect(input({}, 'wrong-Password-1')), 'auth.rejected'));
  test('unknown host', () => expectError(email.connect(input({ host: 'no-such-host.invalid' })), 'connection.host_unknown'));
  test('closed port', async () => {
    const { port } = await scripted('', () => undefined);
    await new Promise((done) => servers.at(-1)?.close(done));
    await expectError(email.connect(input({ port })), 'connection.refused');
  });
  test('untrusted certificate', () => expectError(email.connect(input({ host: world.hosts.selfSigned })), 'connection.tls_untrusted'));
  test('expired certificate', () => expectError(email.connect(input({ host: world.hosts.expired })), 'connection.tls_expired'));
  test("another host's certificate", () =>
    expectError(
      email.connect(input({ host: world.hosts.wrongHost, port: world.ports.imaps, security: 'tls' })),
      'connection.tls_mismatch',
    ));
  test('R1.33 STARTTLS stripped: nothing secret is sent', async () => {
    const { port, heard } = await scripted('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n', (line) => {
      const [tag, command] = line.split(' ');
      return command === 'CAPABILITY' ? `* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n${tag} OK done\r\n` : `${tag} BAD no\r\n`;
    });
    await expectError(email.connect(input({ port })), 'connection.starttls_missing');
    expect(heard.join('\n')).not.toMatch(/LOGIN|AUTHENTICATE/i);
  });
  test('silent server', async () => {
    const { port } = await scripted('', () => undefined);
    const { ok, stages } = await email.testConnection(input({ port }));
    const failed = stages.find(({ state }) => state === 'failed');
    expect({ ok, stage: failed?.stage, code: failed?.code }).toEqual({
      ok: false,
      stage: expect.stringMatching(/tls|greeting/),
      code: 'connection.timeout',
    });
    expect(stages.at(-1)?.state).toBe('not-tried');
    seen.set('connection.timeout', failed?.text ?? '');
  }, 30_000);
  test('missing folder', async () => {
    await email.connect(input());
    await expectError(email.run('email.move', { session: 'S', messages: { folder: 'No such folder' }, to: 'Sent' }), 'folder.not_found');
  });
  test('R0.6 unknown session', () => expectError(email.run('email.list-folders', { session: 'Nobody' }), 'session.not_found'));
  test('R6.2 a capability that the session lacks: refused before any traffic', async () => {
    await email.connect({ ...input(), session: 'Looking', readOnly: true });
    await expectError(email.run('email.move', { session: 'Looking', messages: { folder: 'INBOX' }, to: 'Sent' }), 'capability.unsupported');
  });
  test('misspelled key', () => expectError(email.connect({ ...input({ prot: 993 }) }), 'input.invalid'));
  test('all are different', () => expect(seen.size).toBe(12));
});

import { createServer, type AddressInfo, type Socket } from 'node:net';
import { EmailError, LIMITS, Secret, type Credential, type Stage } from '@mailwright/core';
import { pop3Script } from '@mailwright/testing';
import { openAt, password } from './stand.test.fixture.ts';

const CANARY = 'canary-T0ken-of-the-trial';
const token = (given: string[] = []): Credential => ({
  kind: 'token',
  username: 'me@example.test',
  token: ({ fresh = false } = {}) => {
    given.push(fresh ? 'fresh' : 'kept');
    return Promise.resolve({ value: new Secret(CANARY), expiresAt: new Date(Date.now() + 3_600_000) });
  },
});
const XOAUTH2 = Buffer.from(`user=me@example.test\u0001auth=Bearer ${CANARY}\u0001\u0001`).toString('base64');
const BEARER = { capabilities: ['TOP', 'UIDL', 'SASL PLAIN XOAUTH2'] };

/** The lines of the sign-in. */
const loginLines = (received: string) => received.split('\r\n').filter((line) => line !== '' && !/^(CAPA|UIDL|QUIT)/.test(line));

test('USER and PASS, each alone', async () => {
  await using server = await pop3Script();
  await using _ = await openAt(server.port, { credential: password('me@example.test', 'a password with blanks') });
  expect(loginLines(server.received())).toEqual(['USER me@example.test', 'PASS a password with blanks']);
});

test.each([
  ['where USER is not offered', 'me', 'plain', ['UIDL', 'SASL PLAIN']],
  ['for a user name with a blank', 'my name', 'plain', ['UIDL', 'USER', 'SASL PLAIN']],
  ['for letters beyond ASCII', 'jörg', 'schlüssel', ['UIDL', 'USER', 'SASL PLAIN']],
])('AUTH PLAIN %s', async (_, username, secret, capabilities) => {
  await using server = await pop3Script((line) => (line === 'AUTH PLAIN' ? '+ \r\n' : 'honest'), { capabilities });
  await using mailbox = await openAt(server.port, { credential: password(username, secret) });
  expect(mailbox.alive()).toBe(true);
  expect(loginLines(server.received())).toEqual(['AUTH PLAIN', Buffer.from(`\u0000${username}\u0000${secret}`).toString('base64')]);
});

test('a token in two lines, as Exchange takes it', async () => {
  await using server = await pop3Script((line) => (line === 'AUTH XOAUTH2' ? '+ \r\n' : 'honest'), BEARER);
  await using mailbox = await openAt(server.port, { credential: token() });
  expect(mailbox.alive()).toBe(true);
  expect(loginLines(server.received())).toEqual(['AUTH XOAUTH2', XOAUTH2]);
});

test('a token in one line for who wants it so', async () => {
  await using server = await pop3Script((line) => (line === 'AUTH XOAUTH2' ? '-ERR malformed\r\n' : 'honest'), BEARER);
  await using mailbox = await openAt(server.port, { credential: token() });
  expect(mailbox.alive()).toBe(true);
  expect(loginLines(server.received())).toEqual(['AUTH XOAUTH2', `AUTH XOAUTH2 ${XOAUTH2}`]);
});

test('OAUTHBEARER where that alone is offered', async () => {
  await using server = await pop3Script((line) => (line === 'AUTH OAUTHBEARER' ? '+\r\n' : 'honest'), {
    capabilities: ['UIDL', 'SASL OAUTHBEARER'],
  });
  await using _ = await openAt(server.port, { credential: token() });
  const [, answer = ''] = loginLines(server.received());
  expect(Buffer.from(answer, 'base64').toString()).toBe(
    `n,a=me@example.test,\u0001host=127.0.0.1\u0001port=${server.port}\u0001auth=Bearer ${CANARY}\u0001\u0001`,
  );
});

test.each(['in two lines', 'in one line'])(
  'a refused token %s: its challenge is answered with nothing, and a fresh one is tried once',
  async (how) => {
    const challenge = Buffer.from('{"status":"401"}').toString('base64');
    await using server = await pop3Script((line) => {
      if (line === 'AUTH XOAUTH2') return how === 'in one line' ? '-ERR no\r\n' : '+ \r\n';
      if (line.endsWith(XOAUTH2)) return `+ ${challenge}\r\n`;
      return line === '' ? `-ERR [AUTH] refused, you said ${XOAUTH2}\r\n` : 'honest';
    }, BEARER);
    const given: string[] = [];
    const error = await openAt(server.port, { credential: token(given) }).then(
      () => undefined,
      (thrown: EmailError) => thrown,
    );
    expect([error?.code, given]).toEqual(['auth.token_expired', ['kept', 'fresh']]);
    expect(JSON.stringify(error) + String(error?.stack) + String((error?.cause as Error | undefined)?.stack)).not.toContain(CANARY);
    expect(JSON.stringify(error)).not.toContain(XOAUTH2);
  },
);

test('for the mailbox of somebody else the token says whose it is', async () => {
  await using server = await pop3Script((line) => (line === 'AUTH XOAUTH2' ? '+ \r\n' : 'honest'), BEARER);
  await using _ = await openAt(server.port, { credential: token(), context: { mailbox: 'team@example.test' } });
  expect(Buffer.from(loginLines(server.received())[1] ?? '', 'base64').toString()).toContain('user=team@example.test\u0001');
});

test.each([
  [password('a', 'b'), ['UIDL', 'SASL XOAUTH2'], undefined],
  [token(), ['UIDL', 'USER', 'SASL PLAIN'], undefined],
  [password('a', 'b'), ['UIDL', 'STLS'], 'unencrypted'],
])('no way to sign in that fits: nothing secret is said', async (credential, capabilities, hint) => {
  await using server = await pop3Script(undefined, { capabilities });
  await expect(openAt(server.port, { credential })).rejects.toMatchObject({
    code: 'auth.mechanism_missing',
    details: hint ? { hint } : {},
  });
  expect(loginLines(server.received())).toEqual([]);
});

test.each(['me\r\nDELE 1', 'me\u0000'])('a login that would be two lines or fields is not sent: %j', async (username) => {
  await using server = await pop3Script();
  await expect(openAt(server.port, { credential: password(username, 'x') })).rejects.toMatchObject({ code: 'input.invalid' });
  expect(loginLines(server.received())).toEqual([]);
});

test.each([
  [{ credential: { kind: 'none' as const } }, 'auth.mode'],
  [{ config: { allowClearTextPassword: false } }, 'security'],
  [{ context: { mailbox: 'team@example.test' } }, 'mailbox'],
])('what cannot be is refused before any traffic: %j', async (trial, path) => {
  await using server = await pop3Script();
  await expect(openAt(server.port, trial)).rejects.toMatchObject({ code: 'input.invalid', details: { path } });
  expect(server.connections()).toBe(0);
});

test('a mailbox that somebody else has open is tried again, a wrong password never', async () => {
  let tries = 0;
  await using server = await pop3Script((line) => (line.startsWith('PASS') && ++tries < 2 ? '-ERR [IN-USE] locked\r\n' : 'honest'));
  await using mailbox = await openAt(server.port);
  expect([mailbox.alive(), tries]).toEqual([true, 2]);
  let wrong = 0;
  await using other = await pop3Script((line) => (line.startsWith('PASS') ? (wrong++, '-ERR no\r\n') : 'honest'));
  await expect(openAt(other.port)).rejects.toMatchObject({ code: 'auth.rejected' });
  expect(wrong).toBe(1);
});

test('one that stays open is no use waiting for beyond the time of an opening', async () => {
  await using server = await pop3Script((line) => (line.startsWith('PASS') ? '-ERR [IN-USE] locked\r\n' : 'honest'));
  await expect(openAt(server.port, { context: { limits: { ...LIMITS, connect: 1500 } } })).rejects.toMatchObject({
    code: 'server.throttled',
  });
});

test('the stages tell what was found', async () => {
  await using server = await pop3Script(undefined, { greeting: '+OK Ready on 24 Nov 2026 10:00:00 +0000\r\n' });
  const stages: Stage[] = [];
  await using _ = await openAt(server.port, { stages });
  expect(stages.map(({ stage, state }) => `${stage} ${state}`)).toEqual([
    'name ok',
    'reach ok',
    'tls warning',
    'greeting ok',
    'sign-in ok',
  ]);
  expect(stages[3]).toMatchObject({
    serverTime: '2026-11-24T10:00:00.000Z',
    text: expect.stringContaining('Ways to sign in: USER, PLAIN.'),
  });
});

describe('STLS', () => {
  const starttls = { config: { security: 'starttls', allowClearTextPassword: false } };

  test('is required: not offered, or refused, nothing secret is said', async () => {
    await using stripped = await pop3Script();
    await expect(openAt(stripped.port, starttls)).rejects.toMatchObject({ code: 'connection.starttls_missing' });
    await using refusing = await pop3Script((line) => (line === 'STLS' ? '-ERR no\r\n' : 'honest'), {
      capabilities: ['STLS', 'USER', 'UIDL'],
    });
    await expect(openAt(refusing.port, starttls)).rejects.toMatchObject({ code: 'connection.starttls_missing' });
    expect(`${stripped.received()}${refusing.received()}`).not.toMatch(/USER|PASS|AUTH/);
  });

  test('what is slipped in behind its answer is refused, in one piece with it or after it', async () => {
    await using together = await pop3Script((line) => (line === 'STLS' ? '+OK go\r\n+OK hello\r\n' : 'honest'), {
      capabilities: ['STLS', 'USER'],
    });
    await expect(openAt(together.port, starttls)).rejects.toMatchObject({ code: 'connection.tls_failed' });
    const slip = (line: string, socket: Socket) => {
      if (line !== 'STLS') return 'honest';
      setTimeout(() => socket.write('+OK hello\r\n'), 20);
      return '+OK go\r\n';
    };
    await using apart = await pop3Script(slip, { capabilities: ['STLS', 'USER'] });
    await expect(openAt(apart.port, starttls)).rejects.toMatchObject({ code: 'connection.tls_failed' });
    expect(together.received() + apart.received()).not.toMatch(/USER|PASS|AUTH/);
  });
});

test('a server of another kind is told from one that is broken', async () => {
  const server = createServer((socket) => socket.write('* OK IMAP4rev1 ready\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await expect(openAt(port)).rejects.toMatchObject({ code: 'connection.wrong_server', details: { expected: 'POP3', found: 'IMAP' } });
  server.close();
});

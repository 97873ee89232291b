import { once } from 'node:events';
import { createServer as createProxy } from 'node:http';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { EmailError, LIMITS, Secret, type ErrorCode, type Stage } from '@mailwright/core';
import { dialer, proxyFrom } from '@mailwright/network';
import { startSandbox, type Sandbox } from '@mailwright/sandbox';
import { collect, honest, openAt, openSandbox, password, scripted, until } from './trial.test.fixture.ts';

const CANARY = 'canary-5ecret-of-open-test';
const CLEAR = { security: 'none', allowClearTextPassword: true };

/** A proxy that leads everywhere to one port; the first words of that server go out with its own. */
async function startTunnel(port: number, greets: boolean, asked: string[]): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createProxy((_, response) => response.end()).on('connect', (request, socket: Socket) => {
    asked.push(request.url ?? '');
    const way = connect(port, '127.0.0.1', () => {
      void (greets ? once(way, 'data') : Promise.resolve([''])).then(([greeting]) => {
        socket.write(`HTTP/1.1 200 OK\r\n\r\n${String(greeting)}`);
        way.pipe(socket).pipe(way);
      });
    });
    for (const one of [way, socket]) one.on('error', () => one.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

async function failure(opening: Promise<unknown>): Promise<EmailError> {
  const error = await opening.then(
    () => new Error('it opened'),
    (thrown: unknown) => thrown,
  );
  if (!EmailError.is(error)) throw error;
  expect(JSON.stringify([error.toJSON(), String(error.stack), String((error.cause as Error | undefined)?.stack)])).not.toContain(CANARY);
  return error;
}

describe('on the sandbox', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());
  const rightful = () => password(sandbox.user.address, sandbox.user.password);

  test.each([
    ['tls', (at: Sandbox) => at.imap.tlsPort],
    ['starttls', (at: Sandbox) => at.imap.port],
  ])('%s opens, reports its stages in order, and lets go', async (security, port) => {
    const stages: Stage[] = [];
    const mailbox = await openSandbox(sandbox, { config: { port: port(sandbox), security }, stages });
    expect(stages.map(({ stage, state }) => `${stage} ${state}`)).toEqual(['name ok', 'reach ok', 'tls ok', 'greeting ok', 'sign-in ok']);
    expect(stages[2]?.text).toMatch(/TLSv1\.[23], certificate of .*valid until/);
    expect(JSON.stringify(stages)).not.toContain(sandbox.user.password);
    expect(mailbox.alive()).toBe(true);
    await mailbox[Symbol.asyncDispose]();
    expect(mailbox.alive()).toBe(false);
    await until(() => sandbox.connections() === 0);
  });

  test('R1.33 an untrusted certificate ends it before anything secret', async () => {
    for (const config of [{}, { port: sandbox.imap.port, security: 'starttls' }]) {
      const error = await failure(openSandbox(sandbox, { config, context: { tls: { ca: [] } } }));
      expect(error.code).toBe('connection.tls_untrusted');
    }
  });

  test('a pinned certificate is accepted, and only that one', async () => {
    const untrusted = { tls: { ca: [] } };
    const other = 'ab'.repeat(32);
    const refused = await failure(openSandbox(sandbox, { config: { trustCertificate: other }, context: untrusted }));
    expect(refused.code).toBe('connection.tls_untrusted');
    const { sha256 = '' } = refused.details as { sha256?: string };
    expect(sha256).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    for (const config of [{}, { port: sandbox.imap.port, security: 'starttls' }]) {
      const stages: Stage[] = [];
      await using mailbox = await openSandbox(sandbox, { config: { ...config, trustCertificate: sha256 }, context: untrusted, stages });
      expect(mailbox.alive()).toBe(true);
      expect(stages.find(({ stage }) => stage === 'tls')).toMatchObject({ state: 'warning' });
    }
    expect(
      (
        await failure(
          openSandbox(sandbox, { config: { port: sandbox.imap.port, security: 'starttls', trustCertificate: other }, context: untrusted }),
        )
      ).code,
    ).toBe('connection.tls_untrusted');
  });

  test('R3.10 a wrong password is refused once, not tried again, and the connection is closed', async () => {
    const before = sandbox.connections();
    const error = await failure(openSandbox(sandbox, { credential: password(sandbox.user.address, CANARY) }));
    expect(error).toMatchObject({ code: 'auth.rejected', retry: 'never', details: { username: sandbox.user.address } });
    await until(() => sandbox.connections() <= before);
  });

  test('a plain port spoken to with TLS', async () => {
    expect((await failure(openAt(sandbox.imap.port, { credential: rightful() }))).code).toBe('connection.wrong_security');
  });

  test('an unencrypted login goes out only where that is said, and the stage warns', async () => {
    await using clear = await startSandbox({ seed: false, allowClearText: true });
    const credential = password(clear.user.address, clear.user.password);
    const stages: Stage[] = [];
    await using mailbox = await openAt(clear.imap.port, { config: CLEAR, credential, stages });
    expect(mailbox.alive()).toBe(true);
    expect(stages[2]).toMatchObject({ stage: 'tls', state: 'warning' });
  });

  test.each([
    ['tls', (at: Sandbox) => at.imap.tlsPort],
    ['starttls', (at: Sandbox) => at.imap.port],
  ])('R2.22 %s goes through a proxy, which alone knows the name', async (security, port) => {
    const asked: string[] = [];
    await using proxy = await startTunnel(port(sandbox), security === 'starttls', asked);
    const through = proxyFrom(`http://127.0.0.1:${proxy.port}`, 'proxy');
    const stages: Stage[] = [];
    const context = { dial: dialer(() => through), tls: { ca: [sandbox.caPem] } };
    const { details } = await failure(
      openSandbox(sandbox, { config: { trustCertificate: 'ab'.repeat(32) }, context: { tls: { ca: [] } } }),
    );
    const { sha256: trustCertificate } = details as { sha256?: string };
    const config = { host: 'imap.behind.example.test', port: 993, security, trustCertificate };
    await using mailbox = await openSandbox(sandbox, { config, stages, context });
    expect((await collect(mailbox.search({ folder: 'INBOX', limit: 1 }))).length).toBe(1);
    expect(stages.map(({ stage, state }) => `${stage} ${state}`)).toEqual([
      'name ok',
      'reach ok',
      'tls warning',
      'greeting ok',
      'sign-in ok',
    ]);
    expect(stages[1]?.text).toBe(`Through the proxy ${through.host}:${through.port}, port 993 answers.`);
    expect(asked).toEqual(['imap.behind.example.test:993']);
  });

  test('R0.8 nothing that can be looked into shows the password', async () => {
    await using mailbox = await openSandbox(sandbox);
    expect(inspect(mailbox, { depth: 12, showHidden: true })).not.toContain(sandbox.user.password);
  });

  test('the session of a kicked client is not alive', async () => {
    const mailbox = await openSandbox(sandbox);
    sandbox.kick();
    await until(() => !mailbox.alive());
    await expect(mailbox.listFolders?.()).rejects.toMatchObject({ code: 'connection.lost' });
    await mailbox[Symbol.asyncDispose]();
  });
});

test('a password is not sent in the clear unless that is allowed: there is no traffic at all', async () => {
  await using server = await scripted('* OK hello\r\n', (line) => honest(line));
  const error = await failure(openAt(server.port, { config: { security: 'none' } }));
  expect(error.code).toBe('input.invalid');
  expect((await failure(openAt(server.port, { config: CLEAR, credential: { kind: 'none' } }))).code).toBe('input.invalid');
  expect(server.received()).toBe('');
});

test('stripped STARTTLS: refused, and no byte of the credential was sent', async () => {
  await using server = await scripted('* OK hello\r\n', (line) => honest(line, { capabilities: 'AUTH=PLAIN' }));
  const error = await failure(openAt(server.port, { config: { security: 'starttls' }, credential: password('me@example.test', CANARY) }));
  expect(error).toMatchObject({ code: 'connection.starttls_missing', details: { port: server.port } });
  expect(server.received()).toMatch(/CAPABILITY/);
  expect(server.received()).not.toMatch(/LOGIN|AUTHENTICATE|canary/i);
  await until(() => server.connections() === 0);
});

test('bytes slipped in behind STARTTLS are not taken for the encrypted server', async () => {
  await using server = await scripted('* OK hello\r\n', (line) => {
    const [tag] = line.split(' ');
    return line.includes('STARTTLS') ? `${tag} OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n` : honest(line, { capabilities: 'STARTTLS' });
  });
  const error = await failure(openAt(server.port, { config: { security: 'starttls' }, credential: password('me@example.test', CANARY) }));
  expect(error.code).toBe('connection.tls_failed');
  expect(server.received()).not.toMatch(/canary/i);
});

test('a server that calls us signed in before we were is not believed', async () => {
  for (const config of [CLEAR, { security: 'starttls' }]) {
    await using server = await scripted('* PREAUTH welcome\r\n', (line) => honest(line, { capabilities: 'STARTTLS' }));
    expect((await failure(openAt(server.port, { config }))).code).toBe('server.unexpected');
    expect(server.received()).not.toMatch(/STARTTLS|LOGIN/);
  }
});

test('no way to sign in that fits', async () => {
  await using server = await scripted('* OK hello\r\n', (line) => honest(line, { capabilities: 'LOGINDISABLED AUTH=GSSAPI' }));
  const error = await failure(openAt(server.port, { config: CLEAR, credential: password('me@example.test', CANARY) }));
  expect(error).toMatchObject({ code: 'auth.mechanism_missing', details: { offered: ['GSSAPI'] } });
  expect(server.received()).not.toMatch(/LOGIN |AUTHENTICATE/);
});

test('a token goes out as XOAUTH2 or OAUTHBEARER; one that is refused is renewed once, and no more', async () => {
  for (const [mechanism, form] of [
    ['XOAUTH2', 'user=me@example.test\u0001auth=Bearer token-canary-value\u0001'],
    ['OAUTHBEARER', 'n,a=me@example.test,\u0001host=127.0.0.1\u0001'],
  ] as const) {
    let good = true;
    await using server = await scripted('* OK hello\r\n', (line) => {
      const [tag] = line.split(' ');
      return line.includes('AUTHENTICATE') && !good
        ? `${tag} NO [AUTHENTICATIONFAILED] token expired\r\n`
        : honest(line, { capabilities: `AUTH=PLAIN AUTH=${mechanism}` });
    });
    const token = () => Promise.resolve({ value: new Secret('token-canary-value'), expiresAt: new Date(Date.now() + 60_000) });
    const credential = { kind: 'token' as const, username: 'me@example.test', token };
    await using mailbox = await openAt(server.port, { config: CLEAR, credential });
    expect(mailbox.alive()).toBe(true);
    const sent = new RegExp(`AUTHENTICATE ${mechanism} (\\S+)`).exec(server.received())?.[1] ?? '';
    const said = Buffer.from(sent, 'base64').toString();
    expect([said.startsWith(form), said.includes('auth=Bearer token-canary-value')]).toEqual([true, true]);
    good = false;
    expect((await failure(openAt(server.port, { config: CLEAR, credential }))).code).toBe('auth.token_expired');
  }
});

test('a token is asked for at each opening, and not when the server cannot take one', async () => {
  let asked = 0;
  const credential = {
    kind: 'token' as const,
    username: 'me@example.test',
    token: () => {
      asked++;
      return Promise.reject(new Error('no token today'));
    },
  };
  await using without = await scripted('* OK hello\r\n', (line) => honest(line, { capabilities: 'AUTH=PLAIN' }));
  expect((await failure(openAt(without.port, { config: CLEAR, credential }))).code).toBe('auth.mechanism_missing');
  expect(asked).toBe(0);
  await using able = await scripted('* OK hello\r\n', (line) => honest(line, { capabilities: 'AUTH=XOAUTH2' }));
  await openAt(able.port, { config: CLEAR, credential }).catch(() => undefined);
  await openAt(able.port, { config: CLEAR, credential }).catch(() => undefined);
  expect(asked).toBe(2);
});

test.each([
  ['a server that says nothing', '', 'connection.timeout', /greeting/],
  ['a server that says goodbye', '* BYE Too many connections\r\n', 'server.throttled', /Too many/],
  ['a server without sense', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'connection.timeout', /greeting/],
])('%s', async (_, greeting, code, says) => {
  await using server = await scripted(greeting, () => undefined);
  const error = await failure(openAt(server.port, { config: CLEAR, context: { limits: { ...LIMITS, connect: 300 } } }));
  expect(error.code).toBe(code as ErrorCode);
  expect(error.message).toMatch(says);
  await until(() => server.connections() === 0);
});

test('a server that falls silent while signing in, or drips one byte at a time, ends at the total deadline', async () => {
  const drip = (socket: { write(text: string): unknown; destroyed: boolean }) => {
    const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write('*')), 20);
    return undefined;
  };
  for (const answer of [() => undefined, drip] as const) {
    await using server = await scripted('* OK hello\r\n', (line, socket) => (/ LOGIN /.test(line) ? answer(socket) : honest(line)));
    const began = Date.now();
    const error = await failure(openAt(server.port, { config: CLEAR, context: { limits: { ...LIMITS, connect: 400 } } }));
    expect(error).toMatchObject({ code: 'connection.timeout', message: expect.stringContaining('(sign-in, ') as string });
    expect(Date.now() - began).toBeLessThan(2000);
    await until(() => server.connections() === 0);
  }
});

test('a line without end is not held', async () => {
  await using server = await scripted('* OK hello\r\n', (line, socket) => {
    if (!/ LIST /.test(line)) return honest(line);
    for (let count = 0; count < 40; count++) socket.write('x'.repeat(64 * 1024));
    return undefined;
  });
  const error = await failure(openAt(server.port, { config: CLEAR }));
  expect(error.code).toBe('server.unexpected');
});

test('stopping ends the opening', async () => {
  await using server = await scripted('', () => undefined);
  const stop = new AbortController();
  const opening = failure(openAt(server.port, { config: CLEAR, context: { signal: stop.signal } }));
  await until(() => server.connections() === 1);
  stop.abort();
  expect((await opening).code).toBe('automation.cancelled');
  await until(() => server.connections() === 0);
});

test('no such host, closed port', async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  expect((await failure(openAt(port))).code).toBe('connection.refused');
  expect((await failure(openAt(993, { config: { host: 'no-such-host.invalid' } }))).code).toBe('connection.host_unknown');
});

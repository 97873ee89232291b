import { once } from 'node:events';
import type { Socket } from 'node:net';
import { inspect } from 'node:util';
import { EmailError } from '@mailwright/core';
import { dialer } from './dial.ts';
import { proxyFrom } from './proxy.ts';
import { saying, scripted, type Scripted } from './scripted.test.fixture.ts';

const PASSWORD = 'canary-proxy-pass/word';
const LOGIN = `bot:${encodeURIComponent(PASSWORD)}@`;
const MAIL = { host: 'imap.behind.example.test', port: 993 };

interface Trial {
  readonly scheme?: string;
  readonly login?: string;
  readonly limit?: number;
  readonly signal?: AbortSignal;
  readonly to?: typeof MAIL;
}
const told: string[] = [];
beforeEach(() => void (told.length = 0));

function dialing(port: number, { scheme = 'http', login = '', limit = 2000, signal, to = MAIL }: Trial = {}): Promise<Socket> {
  const proxy = proxyFrom(`${scheme}://${login}127.0.0.1:${port}`, 'proxy');
  return dialer(() => proxy)(to, {
    signal: signal ?? new AbortController().signal,
    limit,
    told: (stage, text) => void told.push(`${stage}: ${String(text)}`),
  });
}

/** The error of a dialing that fails; no secret is in it, and no connection is left. */
async function failure(proxy: Scripted | number, trial: Trial = {}): Promise<EmailError> {
  const port = typeof proxy === 'number' ? proxy : proxy.port;
  const error = await dialing(port, trial).then(
    () => new Error('it was let through'),
    (thrown: unknown) => thrown,
  );
  if (!EmailError.is(error)) throw error;
  for (const hidden of [PASSWORD, encodeURIComponent(PASSWORD), Buffer.from(`bot:${PASSWORD}`).toString('base64')])
    expect(inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error)).not.toContain(hidden);
  if (typeof proxy !== 'number') for (let tries = 0; proxy.open() > 0 && tries < 200; tries++) await new Promise((go) => setTimeout(go, 5));
  expect(typeof proxy === 'number' ? 0 : proxy.open()).toBe(0);
  return error;
}

async function allOf(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('latin1').on('data', (piece: string) => (text += piece));
  await once(socket, 'close');
  return text;
}

test('straight: the name and the port are told', async () => {
  await using server = await scripted((socket) => socket.end('* OK hello\r\n'));
  const direct = dialer();
  const socket = await direct(
    { host: 'localhost', port: server.port },
    { signal: new AbortController().signal, limit: 2000, told: (stage, text) => void told.push(`${stage}: ${String(text)}`) },
  );
  expect(await allOf(socket)).toBe('* OK hello\r\n');
  expect(told.at(-2)).toMatch(/^name: localhost is (127\.0\.0\.1|::1)\.$/);
  expect(told.at(-1)).toBe(`reach: Port ${server.port} answers.`);
});

test('straight: what fails is the host', async () => {
  const direct = (host: string, port: number, signal = new AbortController().signal) =>
    dialer()({ host, port }, { signal, limit: 2000 }).catch((error: unknown) => error);
  const { port } = await scripted(() => undefined).then(async (server) => {
    await server[Symbol.asyncDispose]();
    return server;
  });
  expect(await direct('127.0.0.1', port)).toMatchObject({ code: 'connection.refused', details: { host: '127.0.0.1', port } });
  expect(await direct('nosuch.invalid', 993)).toMatchObject({ code: 'connection.host_unknown' });
  expect(await direct('127.0.0.1', port, AbortSignal.abort())).toMatchObject({ code: 'automation.cancelled' });
});

describe('HTTP CONNECT', () => {
  test('asks by name, and loses nothing that came with the answer', async () => {
    await using proxy = await scripted((socket) => {
      saying('HTTP/1.1 200 Connection established\r\nVia: 1.1 proxy\r\n\r\n* OK hello', ' again\r\n')(socket);
    });
    const socket = await dialing(proxy.port, { login: LOGIN });
    socket.write('more\r\n');
    setTimeout(() => socket.end(), 50);
    expect(await allOf(socket)).toBe('* OK hello again\r\n');
    const basic = Buffer.from(`bot:${PASSWORD}`).toString('base64');
    expect(proxy.heard()).toMatch(/^CONNECT imap\.behind\.example\.test:993 HTTP\/1\.1\r\n/);
    expect(proxy.heard().toLowerCase()).toContain('\r\nhost: imap.behind.example.test:993\r\n');
    expect(proxy.heard()).toContain(`Basic ${basic}\r\n`);
    expect(told).toEqual([
      'name: The proxy looks imap.behind.example.test up.',
      `reach: Through the proxy 127.0.0.1:${proxy.port}, port 993 answers.`,
    ]);
  });

  test('names of other scripts and addresses as HTTP writes them', async () => {
    await using proxy = await scripted(saying('HTTP/1.0 200 OK\r\n\r\n'));
    (await dialing(proxy.port, { to: { host: 'bücher.example.test', port: 25 } })).destroy();
    (await dialing(proxy.port, { to: { host: '::1', port: 25 } })).destroy();
    expect(proxy.heard()).toMatch(/CONNECT xn--bcher-kva\.example\.test:25 /);
    expect(proxy.heard()).toMatch(/CONNECT \[::1\]:25 /);
  });

  test.each([
    ['407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM', 'connection.proxy_login'],
    ['401 Unauthorized', 'connection.proxy_login'],
    ['403 Forbidden', 'connection.proxy_blocked'],
    ['405 Method Not Allowed', 'connection.proxy_blocked'],
    ['302 Found\r\nLocation: http://login.example.test/', 'connection.proxy_blocked'],
    ['502 Bad Gateway', 'connection.host_unreachable'],
    ['503 Service Unavailable', 'connection.host_unreachable'],
    ['500 Unable to connect', 'connection.host_unreachable'],
  ] as const)('%s', async (answer, code) => {
    await using proxy = await scripted((socket) => {
      saying(`HTTP/1.1 ${answer}\r\nContent-Length: 5\r\n\r\nsorry`)(socket);
    });
    const error = await failure(proxy, { login: LOGIN });
    expect(error.code).toBe(code);
    expect(error.message).toContain(`proxy 127.0.0.1:${proxy.port}`);
    if (code !== 'connection.proxy_login') expect(error.message).toContain(answer.split('\r\n')[0]);
  });

  test('a login is asked for or refused, and what the proxy offers is said', async () => {
    const answer = 'HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n\r\n';
    await using proxy = await scripted(saying(answer));
    expect((await failure(proxy)).message).toBe(
      `The proxy 127.0.0.1:${proxy.port} wants a user name and a password (it offers: Negotiate, NTLM).`,
    );
    expect((await failure(proxy, { login: LOGIN })).message).toContain('refused the login of bot');
  });

  test.each([
    ['a server that is none', '* OK IMAP4rev1 ready\r\n'],
    ['garbage', '\u0005\u00ff\u0000\u0001'],
    ['headers without end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(40_000)}\r\n`],
  ])('%s', async (_, answer) => {
    await using proxy = await scripted((socket) => socket.write(answer));
    expect(await failure(proxy)).toMatchObject({ code: 'connection.proxy_unreachable', retry: 'later' });
  });

  test('one that hangs up', async () => {
    await using proxy = await scripted((socket) => socket.on('data', () => socket.end()));
    expect((await failure(proxy)).code).toBe('connection.proxy_unreachable');
  });
});

describe('SOCKS5', () => {
  const GRANTED = [5, 0, 0, 1, 0, 0, 0, 0, 0, 0];
  const trial = { scheme: 'socks5' };

  test('asks by name, signs in, and loses nothing that came with the answer', async () => {
    const greeting = [...Buffer.from('* OK hello\r\n')];
    await using proxy = await scripted(saying([5, 2], [1, 0], [...GRANTED, ...greeting], ' more'));
    const socket = await dialing(proxy.port, { ...trial, login: LOGIN });
    // Whoever comes late finds it all the same.
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.write('x');
    setTimeout(() => socket.end(), 50);
    expect(await allOf(socket)).toBe('* OK hello\r\n more');
    expect(proxy.heard()).toContain(`\u0001\u0003bot${String.fromCharCode(PASSWORD.length)}${PASSWORD}`);
    expect(proxy.heard()).toContain(`\u0005\u0001\u0000\u0003${String.fromCharCode(MAIL.host.length)}${MAIL.host}\u0003\u00e1`);
  });

  test('an answer byte by byte', async () => {
    await using proxy = await scripted((socket) => {
      const bytes = [5, 0, 'wait', ...GRANTED] as const;
      let at = 0;
      const next = () => {
        for (; at < bytes.length && bytes[at] !== 'wait'; at++) {
          const byte = bytes[at] as number;
          setTimeout(() => socket.write(Buffer.of(byte)), at * 5);
        }
        at++;
      };
      socket.on('data', next);
    });
    (await dialing(proxy.port, trial)).destroy();
  });

  test.each([
    [1, 'connection.host_unreachable', /general failure/],
    [2, 'connection.proxy_blocked', /not allowed/],
    [3, 'connection.host_unreachable', /network unreachable/],
    [4, 'connection.host_unreachable', /host unreachable/],
    [5, 'connection.host_unreachable', /connection refused/],
    [6, 'connection.host_unreachable', /too far/],
    [7, 'connection.proxy_blocked', /makes no connections/],
    [8, 'connection.proxy_blocked', /kind of address/],
    [99, 'connection.host_unreachable', /without a meaning/],
  ])('reply %d', async (reply, code, words) => {
    await using proxy = await scripted(saying([5, 0], [5, reply, 0, 1, 0, 0, 0, 0, 0, 0]));
    const error = await failure(proxy, trial);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(words);
  });

  test('a login is asked for or refused', async () => {
    await using wanting = await scripted(saying([5, 255]));
    expect((await failure(wanting, trial)).message).toContain('wants a user name and a password');
    await using refusing = await scripted(saying([5, 2], [1, 1]));
    expect((await failure(refusing, { ...trial, login: LOGIN })).message).toContain('refused the login of bot');
  });

  test.each([
    ['an HTTP server', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['garbage in a later answer', [5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ])('%s', async (_, answer) => {
    await using proxy = await scripted(saying(answer));
    expect((await failure(proxy, trial)).message).toMatch(/does not answer as a SOCKS5 proxy does/);
  });

  test('one that hangs up', async () => {
    await using proxy = await scripted((socket) => socket.on('data', () => socket.destroy()));
    expect((await failure(proxy, trial)).code).toBe('connection.proxy_unreachable');
  });

  test('a password that it cannot carry is refused before anything is sent', () => {
    expect(() => proxyFrom(`socks5://bot:${'x'.repeat(256)}@127.0.0.1:1080`, 'proxy')).toThrow(/255 bytes/);
  });
});

describe('both kinds', () => {
  test.each(['http', 'socks5'])('%s: a proxy that is not there is the proxy, not the host', async (scheme) => {
    const gone = await scripted(() => undefined);
    await gone[Symbol.asyncDispose]();
    const error = await failure(gone.port, { scheme });
    expect(error).toMatchObject({ code: 'connection.proxy_unreachable', retry: 'later' });
    expect(error.message).toContain(`does not accept connections on port ${gone.port}`);
  });

  test.each(['http', 'socks5'])('%s: silence ends at the deadline, and nothing stays open', async (scheme) => {
    await using proxy = await scripted(() => undefined);
    const began = Date.now();
    const error = await failure(proxy, { scheme, limit: 150, login: LOGIN });
    expect(error).toMatchObject({ code: 'connection.timeout', details: { host: MAIL.host } });
    expect(error.message).toContain(`the proxy 127.0.0.1:${proxy.port}`);
    expect(Date.now() - began).toBeLessThan(5_000);
  });

  test.each(['http', 'socks5'])('%s: a drip does not outlast the deadline', async (scheme) => {
    await using proxy = await scripted((socket) => {
      const drip = setInterval(() => socket.write(scheme === 'http' ? 'H' : '\u0005'), 20);
      socket.on('close', () => clearInterval(drip));
    });
    await failure(proxy, { scheme, limit: 200 });
  });

  test.each(['http', 'socks5'])('%s: stopping ends it', async (scheme) => {
    await using proxy = await scripted(() => undefined);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    expect((await failure(proxy, { scheme, signal: stop.signal })).code).toBe('automation.cancelled');
  });

  test('a proxy that has no name', async () => {
    const proxy = proxyFrom('http://proxy.invalid:3128', 'proxy');
    const error: unknown = await dialer(() => proxy)(MAIL, { signal: new AbortController().signal, limit: 3000 }).catch(
      (one: unknown) => one,
    );
    expect(error).toMatchObject({ code: 'connection.proxy_unreachable', message: expect.stringContaining('no host named proxy.invalid') });
  });

  test('https to a proxy that speaks http', async () => {
    await using proxy = await scripted(saying('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(await failure(proxy, { scheme: 'https' })).toMatchObject({ code: 'connection.proxy_unreachable' });
  });
});

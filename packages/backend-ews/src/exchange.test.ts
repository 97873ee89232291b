import { gzipSync } from 'node:zlib';
import type { ServerResponse } from 'node:http';
import { answers, backOff, fault, found, ordinary, startStand, subjects, envelope, type Answer, type Heard } from './stand.test.fixture.ts';

const status =
  (code: number, headers: Record<string, string> = {}, body = '') =>
  (response: ServerResponse) =>
    void response.writeHead(code, { 'content-type': 'text/html', ...headers }).end(body);
const first = (answer: Answer) => (one: Heard) => (one.operation === 'FindItem' && one.count === 0 ? answer : undefined);
const always = (answer: Answer) => (one: Heard) => (one.operation === 'FindItem' ? answer : undefined);
const soon = () => new Date(Date.now() + 1000).toUTCString();

test.each<[string, () => Answer, number]>([
  ['a fault with its time', () => fault('ErrorServerBusy', backOff(300)), 250],
  ['the same within a 200', () => answers('FindItem', ['ErrorServerBusy', backOff(300)]), 250],
  ['429 with seconds', () => status(429, { 'retry-after': '1' }), 950],
  ['503 with a date', () => status(503, { 'retry-after': soon() }), 1],
  ['503 without a time', () => status(503), 700],
])(
  'a server that is busy is waited for as long as it wants: %s',
  async (_, answer, least) => {
    await using stand = await startStand({ answer: (one) => first(answer())(one) });
    const mailbox = await stand.open();
    const began = performance.now();
    expect(await subjects(mailbox)).toEqual([]);
    expect(performance.now() - began).toBeGreaterThan(least);
    expect(stand.heard.filter(({ operation }) => operation === 'FindItem')).toHaveLength(2);
  },
  20_000,
);

test('what does not fit into the time of the step fails at once, with the wish of the server', async () => {
  await using stand = await startStand({ answer: always(fault('ErrorServerBusy', backOff(3_600_000))) });
  const began = performance.now();
  await expect(subjects(await stand.open())).rejects.toMatchObject({
    code: 'server.throttled',
    message: expect.stringContaining('3600 s') as string,
  });
  expect(performance.now() - began).toBeLessThan(5000);
});

test.each<[string, Answer, string, RegExp]>([
  ['an unknown response code keeps its name', answers('FindItem', ['ErrorNobodyKnows']), 'server.unexpected', /ErrorNobodyKnows/],
  ['a fault of an unknown code too', fault('ErrorFromTheFuture'), 'server.unexpected', /ErrorFromTheFuture: in words/],
  ['access denied', answers('FindItem', ['ErrorAccessDenied']), 'auth.mailbox_forbidden', /ErrorAccessDenied/],
  ['impersonation denied', fault('ErrorImpersonateUserDenied'), 'auth.mailbox_forbidden', /ErrorImpersonateUserDenied/],
  ['no such folder', answers('FindItem', ['ErrorFolderNotFound']), 'folder.not_found', /INBOX/],
  ['a version that the server does not know', fault('ErrorInvalidServerVersion'), 'server.refused', /ErrorInvalidServerVersion/],
  ['403 on premises', status(403), 'auth.mailbox_forbidden', /HTTP 403/],
  ['404', status(404), 'server.unexpected', /no EWS at this address/],
  [
    'a redirect, which no login follows',
    status(302, { location: 'https://elsewhere.example.com/' }),
    'server.unexpected',
    /sends us elsewhere/,
  ],
  ['a web page', status(200, {}, '<html><body>maintenance</body></html>'), 'server.unexpected', /web page/],
  ['an empty answer', status(200, { 'content-type': 'text/xml' }), 'server.unexpected', /./],
  ['a cut answer', status(200, { 'content-type': 'text/xml' }, envelope(found('a')).slice(0, 300)), 'server.unexpected', /unclosed/],
  ['a document type', status(200, { 'content-type': 'text/xml' }, '<!DOCTYPE x><x/>'), 'server.unexpected', /document type/],
  ['500 without a fault', status(500, {}, '<title>Runtime Error</title>'), 'server.unexpected', /HTTP 500 Runtime Error/],
  ['a gateway', status(502), 'server.unavailable', /HTTP 502/],
])('%s', async (_, answer, code, text) => {
  await using stand = await startStand({ answer: always(answer) });
  await expect(subjects(await stand.open())).rejects.toMatchObject({ code, message: expect.stringMatching(text) as string });
  expect(stand.heard.filter(({ operation }) => operation === 'FindItem')).toHaveLength(1);
});

test('a connection that breaks is opened anew once for what may be asked twice, then it is an error', async () => {
  const reset = (response: ServerResponse) => void response.socket?.destroy();
  await using once = await startStand({ answer: first(reset) });
  expect(await subjects(await once.open())).toEqual([]);
  await using ever = await startStand({ answer: always(reset) });
  await expect(subjects(await ever.open())).rejects.toMatchObject({ code: 'connection.lost' });
  expect(ever.heard.filter(({ operation }) => operation === 'FindItem')).toHaveLength(2);
});

test.each([
  ['never answers', () => undefined],
  [
    'drips',
    (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'text/xml' });
      const timer = setInterval(() => response.write(' '), 50);
      response.once('close', () => clearInterval(timer));
    },
  ],
])(
  'a server that %s ends in time',
  async (_, answer) => {
    await using stand = await startStand({ answer: always(answer) });
    const mailbox = await stand.open({ limits: { search: 1000 } });
    const began = performance.now();
    await expect(subjects(mailbox)).rejects.toMatchObject({ code: 'connection.timeout' });
    expect(performance.now() - began).toBeLessThan(5000);
  },
  20_000,
);

test('an answer that falls silent in the middle ends before the whole time is over', async () => {
  const half = (response: ServerResponse) => void response.writeHead(200, { 'content-type': 'text/xml' }).write('<x>');
  await using stand = await startStand({ answer: always(half) });
  await expect(subjects(await stand.open({ limits: { idle: 300 } }))).rejects.toMatchObject({ code: 'connection.timeout' });
}, 20_000);

test('answers come packed; one that unpacks without end is an error, and memory stays', async () => {
  const packed = (xml: string) => (response: ServerResponse) =>
    void response.writeHead(200, { 'content-type': 'text/xml', 'content-encoding': 'gzip' }).end(gzipSync(xml));
  await using fine = await startStand({ answer: (one) => packed(envelope(ordinary(one))) });
  expect(await subjects(await fine.open())).toEqual([]);
  await using bomb = await startStand({ answer: always(packed(`<x>${' '.repeat(80 * 1024 * 1024)}</x>`)) });
  const mailbox = await bomb.open();
  await expect(subjects(mailbox)).rejects.toMatchObject({ code: 'server.unexpected', message: expect.stringMatching(/no end/) as string });
}, 60_000);

test('four questions at a time, over all sessions of one mailbox', async () => {
  let [under, most] = [0, 0];
  const slow = (response: ServerResponse) => {
    most = Math.max(most, ++under);
    setTimeout(() => {
      under--;
      response.writeHead(200, { 'content-type': 'text/xml' }).end(envelope(found()));
    }, 30);
  };
  await using stand = await startStand({ answer: always(slow) });
  const mailboxes = [await stand.open(), await stand.open(), await stand.open()];
  await Promise.all(mailboxes.flatMap((mailbox) => Array.from({ length: 5 }, () => subjects(mailbox))));
  expect(most).toBe(4);
}, 20_000);

test('a session that is stopped ends what is under way, and what waits', async () => {
  const stop = new AbortController();
  await using stand = await startStand({ answer: always(() => undefined) });
  const mailbox = await stand.open({ overrides: { signal: stop.signal } });
  const waiting = Array.from({ length: 6 }, () => subjects(mailbox));
  setTimeout(() => stop.abort(), 100);
  for (const result of await Promise.allSettled(waiting)) expect(result).toMatchObject({ reason: { code: 'automation.cancelled' } });
});

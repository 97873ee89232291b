import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmailError } from '@mailwright/core';
import { makeCertificates, scripted } from '@mailwright/testing';
import { startStand, type Stand } from './stand.test.fixture.ts';

let stand: Stand;
let folder: string;
const web: Record<'http' | 'https', Server> = {} as never;
const asked: string[] = [];
beforeAll(async () => {
  stand = await startStand();
  folder = mkdtempSync(join(tmpdir(), 'mw-ports-'));
  makeCertificates(folder);
  const note = (request: { method?: string | undefined; url?: string | undefined }, response: { end(): unknown }) => {
    asked.push(`${request.method} ${request.url}`);
    response.end();
  };
  web.http = createHttp(note).listen(0, '127.0.0.1');
  web.https = createHttps({ key: readFileSync(join(folder, 'server.key')), cert: readFileSync(join(folder, 'server.pem')) }, note).listen(
    0,
    '127.0.0.1',
  );
  await Promise.all(Object.values(web).map((server) => once(server, 'listening')));
}, 30_000);
afterAll(async () => {
  for (const server of Object.values(web)) server.close();
  await stand[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const portOf = (server: Server) => (server.address() as AddressInfo).port;
const PORTS: Readonly<Record<string, () => number>> = {
  'IMAP, plain': () => stand.sandbox.imap.port,
  'IMAP, encrypted': () => stand.sandbox.imap.tlsPort,
  'SMTP, plain': () => stand.sandbox.smtp.port,
  'SMTP, encrypted': () => stand.sandbox.smtp.tlsPort,
  'HTTP, plain': () => portOf(web.http),
  'HTTP, encrypted': () => portOf(web.https),
};

async function failure(protocol: string, security: string, port: number): Promise<EmailError> {
  // The certificate of the web server is another authority's: what matters here comes after it.
  const ca = join(folder, 'all.pem');
  writeFileSync(ca, readFileSync(join(folder, 'ca.pem'), 'utf8') + stand.sandbox.caPem);
  const server = { backend: protocol, host: '127.0.0.1', port, security, allowClearTextPassword: true, auth: stand.auth() };
  const error: unknown = await stand
    .emailWith({ ca })
    .connect({ session: 'S', server })
    .then(
      () => new Error('it opened'),
      (thrown: unknown) => thrown,
    );
  if (!EmailError.is(error)) throw error;
  return error;
}

const WRONG = [
  ['imap', 'starttls', 'IMAP, encrypted', 'connection.wrong_security', /Choose security: tls for this port/],
  ['imap', 'none', 'IMAP, encrypted', 'connection.wrong_security', /Choose security: tls for this port/],
  ['imap', 'tls', 'IMAP, plain', 'connection.wrong_security', /starttls for this port, or keep tls and use port 993/],
  ['imap', 'starttls', 'SMTP, plain', 'connection.wrong_server', /speaks SMTP, not IMAP.*993.*outgoing/],
  ['imap', 'starttls', 'SMTP, encrypted', 'connection.wrong_server', /speaks SMTP, not IMAP/],
  ['imap', 'tls', 'SMTP, plain', 'connection.wrong_server', /speaks SMTP, not IMAP/],
  ['imap', 'tls', 'SMTP, encrypted', 'connection.wrong_server', /speaks SMTP, not IMAP/],
  ['imap', 'starttls', 'HTTP, plain', 'connection.wrong_server', /speaks HTTP, not IMAP.*web server/],
  ['imap', 'tls', 'HTTP, plain', 'connection.wrong_server', /speaks HTTP, not IMAP/],
  ['imap', 'tls', 'HTTP, encrypted', 'connection.wrong_server', /speaks HTTP, not IMAP/],
  ['smtp', 'starttls', 'SMTP, encrypted', 'connection.wrong_security', /Choose security: tls for this port/],
  ['smtp', 'tls', 'SMTP, plain', 'connection.wrong_security', /starttls for this port, or keep tls and use port 465/],
  ['smtp', 'starttls', 'IMAP, plain', 'connection.wrong_server', /speaks IMAP, not SMTP.*587.*read from/],
  ['smtp', 'starttls', 'IMAP, encrypted', 'connection.wrong_server', /speaks IMAP, not SMTP/],
  ['smtp', 'tls', 'IMAP, plain', 'connection.wrong_server', /speaks IMAP, not SMTP/],
  ['smtp', 'tls', 'IMAP, encrypted', 'connection.wrong_server', /speaks IMAP, not SMTP/],
  ['smtp', 'starttls', 'HTTP, plain', 'connection.wrong_server', /speaks HTTP, not SMTP/],
  ['smtp', 'tls', 'HTTP, encrypted', 'connection.wrong_server', /speaks HTTP, not SMTP/],
] as const;

test('R5.4 each wrong port has its own sentence, in less than ten seconds, and hears nothing secret', async () => {
  // At the same time: most of it is waiting for a silence to be long enough.
  const found = await Promise.all(
    WRONG.map(async ([protocol, security, port]) => {
      const began = performance.now();
      const { code, message, fix } = await failure(protocol, security, PORTS[port]?.() ?? 0);
      return { row: `${protocol} ${security} ${port}`, code, text: `${message} ${fix}`, quick: performance.now() - began < 10_000 };
    }),
  );
  expect(found).toEqual(
    WRONG.map(([protocol, security, port, code, text]) => ({
      row: `${protocol} ${security} ${port}`,
      code,
      text: expect.stringMatching(text) as string,
      quick: true,
    })),
  );
  expect(asked.filter((one) => !one.startsWith('HEAD /'))).toEqual([]);
}, 60_000);

test('a server that greets late, and one that never does, are not taken for another', async () => {
  await using late = await scripted(
    '',
    () => undefined,
    (socket) => void setTimeout(() => socket.write('* BYE not now\r\n'), 4000),
  );
  expect((await failure('imap', 'starttls', late.port)).code).toBe('server.unavailable');
  await using silent = await scripted('', () => undefined);
  expect((await failure('imap', 'starttls', silent.port)).code).toBe('connection.timeout');
  // The one that looked closer said nothing but a handshake and a question that only a web server answers.
  expect(silent.received()).not.toMatch(/LOGIN|AUTHENTICATE|PASS/);
}, 40_000);

import { createTransport, type SentMessageInfo, type Transporter } from 'nodemailer';
import { PASSWORD, mailsIn, start } from '../dialog.test.fixture.ts';
import type { Fault } from '../fault.ts';
import type { Sandbox } from '../sandbox.ts';

let sandbox: Sandbox;
let fault: (command: string, protocol: string) => Fault | undefined;
const open: Transporter[] = [];
const ANN = { address: 'ann@example.test', password: 'ann-password' };
beforeAll(async () => {
  sandbox = await start({
    allowClearText: false,
    users: [{ address: 'demo@example.test', password: PASSWORD }, ANN],
    acceptToken: (address, token) => address === 'demo@example.test' && token === 'good-token',
    fault: (command, protocol) => fault(command, protocol),
  });
});
beforeEach(() => {
  fault = () => undefined;
  sandbox.store.outside.length = 0;
});
afterEach(() => open.splice(0).forEach((transport) => transport.close()));
afterAll(() => sandbox.close());

function transport(options: object = {}): Transporter<SentMessageInfo> {
  const made = createTransport({
    host: sandbox.host,
    port: sandbox.smtp.port,
    requireTLS: true,
    tls: { ca: sandbox.caPem, servername: 'localhost' },
    auth: { user: sandbox.user.address, pass: PASSWORD },
    ...options,
  });
  open.push(made);
  return made;
}
const inbox = (address: string) => sandbox.store.account(address)?.folder('INBOX')?.messages ?? [];
const MAIL = { from: 'demo@example.test', to: 'billing@acme.example.com', subject: 'Thanks', text: 'Thank you.' };

test.each([
  ['STARTTLS', {}],
  ['implicit TLS', () => ({ port: sandbox.smtp.tlsPort, secure: true })],
  ['a token', { auth: { type: 'OAuth2', user: 'demo@example.test', accessToken: 'good-token' } }],
])('%s: mail to others is kept, and goes nowhere', async (_name, options) => {
  const info = await transport(typeof options === 'function' ? options() : options).sendMail(MAIL);
  expect(info).toMatchObject({ accepted: ['billing@acme.example.com'], rejected: [] });
  expect(sandbox.store.outside).toHaveLength(1);
  expect(sandbox.store.outside[0]).toMatchObject({ from: 'demo@example.test', to: ['billing@acme.example.com'] });
  expect(sandbox.store.outside[0]?.raw.toString()).toMatch(/^[\s\S]*Subject: Thanks\r\n[\s\S]*\r\n\r\nThank you\.\r\n$/);
});

test("mail to the sandbox's own users goes into their inboxes, byte for byte below the sender's address", async () => {
  const raw = mailsIn('INBOX').find(({ raw: bytes }) => bytes.includes('invoice-acme@'))?.raw ?? Buffer.alloc(0);
  const dots = Buffer.from('Subject: dots\r\n\r\n.\r\n..two\r\n\xfcber\r\n', 'latin1');
  const before = inbox('demo@example.test').length;
  for (const bytes of [raw, dots])
    await transport().sendMail({
      raw: bytes,
      envelope: { from: 'a@example.com', to: ['DEMO@example.test', 'ann@example.test', 'x@example.org', 'demo@example.test'] },
    });
  const header = Buffer.from('Return-Path: <a@example.com>\r\n');
  for (const address of ['demo@example.test', 'ann@example.test'])
    expect(
      inbox(address)
        .slice(-2)
        .map((mail) => mail.raw),
    ).toEqual([raw, dots].map((bytes) => Buffer.concat([header, bytes])));
  expect(inbox('demo@example.test')).toHaveLength(before + 2);
  expect(sandbox.store.outside.map(({ to }) => to)).toEqual([['x@example.org'], ['x@example.org']]);
});

test.each([
  ['a wrong password', { auth: { user: 'demo@example.test', pass: 'wrong' } }, { responseCode: 535 }],
  ['a stale token', { auth: { type: 'OAuth2', user: 'demo@example.test', accessToken: 'stale' } }, { code: 'EAUTH' }],
  ['no login', { auth: undefined }, { responseCode: 530 }],
  ['no TLS', { requireTLS: false, ignoreTLS: true }, { code: 'EAUTH' }],
  [
    'a certificate that is not trusted',
    { tls: { servername: 'localhost' } },
    { code: expect.stringMatching(/ETLS|ESOCKET/), message: expect.stringMatching(/certificate/) },
  ],
])('%s is refused', async (_name, options, error) => {
  await expect(transport(options).sendMail(MAIL)).rejects.toMatchObject(error);
  expect(sandbox.store.outside).toEqual([]);
});

test.each(['CONNECT', 'AUTH', 'MAIL', 'RCPT', 'DATA'])('a refusal on demand at %s', async (stage) => {
  fault = (command, protocol) => (command === stage && protocol === 'smtp' ? { no: '451 4.3.0 try later' } : undefined);
  await expect(transport().sendMail(MAIL)).rejects.toMatchObject({ responseCode: 451, response: expect.stringContaining('try later') });
  expect(sandbox.store.outside).toEqual([]);
  fault = (command) => (command === stage ? { no: 'never' } : undefined);
  await expect(transport().sendMail(MAIL)).rejects.toMatchObject({ responseCode: 554 });
});

test.each(['CONNECT', 'AUTH', 'MAIL', 'RCPT', 'DATA'])('the connection is dropped on demand at %s', async (stage) => {
  fault = (command) => (command === stage ? 'drop' : undefined);
  await expect(transport().sendMail(MAIL)).rejects.toMatchObject({ code: expect.stringMatching(/ECONNECTION|ESOCKET|ECONNRESET/) });
  expect(sandbox.store.outside).toEqual([]);
});

test('silence on demand', async () => {
  fault = (command) => (command === 'DATA' ? 'silence' : undefined);
  await expect(transport({ socketTimeout: 300 }).sendMail(MAIL)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  expect(sandbox.store.outside).toEqual([]);
});

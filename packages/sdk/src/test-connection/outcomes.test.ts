// What servers of the field answer to a sign-in, as Test connection tells it: each with its own sentence and what to do.
import { scripted, honest, smtpScript } from '@mailwright/testing';
import { named, startStand, type Stand } from './stand.test.fixture.ts';

let stand: Stand;
beforeAll(async () => {
  stand = await startStand();
});
afterAll(() => stand[Symbol.asyncDispose]());

const PLAIN = { security: 'none', allowClearTextPassword: true };
const connectTo = (backend: string, port: number) =>
  stand.emailWith().testConnection({ session: 'S', server: { backend, host: '127.0.0.1', port, ...PLAIN, auth: stand.auth() } });

test.each([
  ['NO [AUTHENTICATIONFAILED] Invalid credentials', 'auth.rejected', /Check the credential/],
  ['NO [ALERT] Application-specific password required', 'auth.rejected', /app password/],
  ['NO [WEBALERT https://accounts.example] Web login required.', 'auth.rejected', /browser/],
  ['NO [EXPIRED] Password expired', 'auth.rejected', /has expired/],
  ['NO [CONTACTADMIN] Blocked', 'auth.rejected', /administrator/],
  ['NO [AUTHORIZATIONFAILED] Not that mailbox', 'auth.mailbox_forbidden', /rights/],
  ['NO [PRIVACYREQUIRED] Not in the clear', 'auth.mechanism_missing', /starttls/],
  ['NO [UNAVAILABLE] User backend is down', 'server.unavailable', /administrator of the server/],
  ['NO [LIMIT] Too many simultaneous connections', 'server.throttled', /fewer bots/],
] as const)(
  'IMAP: %s',
  async (answer, code, fix) => {
    await using server = await scripted('* OK hello\r\n', (line) => {
      const [tag = ''] = line.split(' ');
      return / (LOGIN|AUTHENTICATE) /i.test(line) ? `${tag} ${answer}\r\n` : honest(line);
    });
    const { ok, stages } = await connectTo('imap', server.port);
    expect(ok).toBe(false);
    expect(named(stages, 'sign-in')).toMatchObject({ state: 'failed', code, fix: expect.stringMatching(fix) as string });
    expect(named(stages, 'folders')).toMatchObject({ state: 'not-tried' });
    expect(JSON.stringify(stages)).not.toContain(stand.sandbox.user.password);
  },
  20_000,
);

test('IMAP: no login before encryption, and a sign-in behind which there is no mailbox', async () => {
  await using disabled = await scripted('* OK hello\r\n', (line) => honest(line, { capabilities: 'STARTTLS LOGINDISABLED' }));
  const refused = named((await connectTo('imap', disabled.port)).stages, 'sign-in');
  expect(refused).toMatchObject({ code: 'auth.mechanism_missing', fix: expect.stringContaining('starttls') as string });
  expect(disabled.received()).not.toMatch(/LOGIN |AUTHENTICATE/);
  await using empty = await scripted('* OK The Microsoft Exchange IMAP4 service is ready.\r\n', (line) => {
    const [tag = ''] = line.split(' ');
    return /LIST|SELECT/.test(line) ? `${tag} BAD User is authenticated but not connected.\r\n` : honest(line);
  });
  const { stages } = await connectTo('imap', empty.port);
  expect(stages.find(({ state }) => state === 'failed')).toMatchObject({
    code: 'auth.mailbox_forbidden',
    fix: expect.stringContaining('mailbox permission in Exchange') as string,
  });
}, 20_000);

test.each([
  ['535 5.7.8 Error: authentication failed', 'auth.rejected', /Check the credential/],
  ['534 5.7.9 Application-specific password required', 'auth.rejected', /app password/],
  ['550 5.7.30 Basic authentication is not supported for Client Submission.', 'server.retired', /OAuth mode/],
  ['535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.', 'server.retired', /Set-CASMailbox/],
  [
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.',
    'server.retired',
    /Authenticated SMTP/,
  ],
  ['538 5.7.11 Encryption required', 'auth.mechanism_missing', /starttls/],
  ['454 4.7.0 Temporary authentication failure', 'server.unavailable', /later/],
  ['421 4.7.0 Too many connections', 'server.throttled', /later/],
] as const)(
  'SMTP: %s',
  async (answer, code, fix) => {
    const server = await smtpScript((command) => (command === 'AUTH' ? answer : 'honest'));
    const { ok, stages } = await connectTo('smtp', server.port);
    expect(ok).toBe(false);
    expect(named(stages, 'sign-in', 'sending')).toMatchObject({ state: 'failed', code, fix: expect.stringMatching(fix) as string });
    expect(JSON.stringify(stages)).not.toContain(stand.sandbox.user.password);
    await server.close();
  },
  20_000,
);

test('a clock that is told in a greeting is compared, an alert is shown', async () => {
  const told = new Date(Date.now() - 600_000).toUTCString().replace('GMT', '+0000');
  const server = await smtpScript((command) =>
    command === 'CONNECT' ? `220 mx.example.test Microsoft ESMTP MAIL Service ready at ${told}` : 'honest',
  );
  const { ok, stages } = await connectTo('smtp', server.port);
  expect([ok, named(stages, 'clock', 'sending')]).toMatchObject([
    true,
    { state: 'warning', text: expect.stringMatching(/10 min ahead of that of the server/) as string },
  ]);
  await server.close();
  await using alerting = await scripted('* OK [ALERT] Maintenance tonight\r\n', (line) => honest(line));
  expect(named((await connectTo('imap', alerting.port)).stages, 'greeting')).toMatchObject({
    state: 'warning',
    text: expect.stringContaining('Maintenance tonight') as string,
  });
}, 20_000);

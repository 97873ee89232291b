import { openingError, rightsError } from './errors.ts';

const trying = { host: 'smtp.example.test', port: 587, what: 'opening', seconds: 30, username: 'me@example.test' };
const login = (response: string) =>
  Object.assign(new Error('Invalid login'), { code: 'EAUTH', responseCode: Number(response.slice(0, 3)), response, command: 'AUTH PLAIN' });

test.each([
  ['535 5.7.8 Error: authentication failed', 'auth.rejected', /Check the credential/],
  ['535-5.7.8 Username and Password not accepted. gsmtp', 'auth.rejected', /app password/, 'smtp.gmail.com'],
  ['534-5.7.9 Application-specific password required. gsmtp', 'auth.rejected', /app password/],
  ['534-5.7.14 Please log in via your web browser and then try again. gsmtp', 'auth.rejected', /browser/],
  ['550 5.7.30 Basic authentication is not supported for Client Submission.', 'server.retired', /OAuth mode/],
  ['535 5.7.139 Authentication unsuccessful, basic authentication is disabled.', 'server.retired', /OAuth mode/],
  [
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.example',
    'server.retired',
    /Set-CASMailbox/,
  ],
  [
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. Visit https://aka.example',
    'server.retired',
    /Manage email apps/,
  ],
  [
    "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy.",
    'server.retired',
    /security defaults/,
  ],
  ['538 5.7.11 Encryption required for requested authentication mechanism', 'auth.mechanism_missing', /starttls/],
  ['454 4.7.0 Temporary authentication failure', 'server.unavailable', /later/],
  ['421 4.7.0 Too many connections', 'server.throttled', /later/],
] as const)('a sign-in answered with %s is %s', (response, code, fix, host: string = trying.host) => {
  const error = openingError(login(response), { ...trying, host });
  expect([error.code, error.fix]).toEqual([code, expect.stringMatching(fix)]);
});

test.each([
  ['530 5.7.57 Client not authenticated to send mail.', 'auth.rejected', /choose a login mode other than none/],
  ['530 5.7.0 Must issue a STARTTLS command first', 'auth.mechanism_missing', /starttls/],
  ['554 5.2.252 SendAsDenied; me@example.test not allowed to send as boss@example.test', 'auth.mailbox_forbidden', /Send As/],
  ['553 5.7.1 <boss@example.test>: Sender address rejected: not owned by user me', 'auth.mailbox_forbidden', /Send As/],
  ['550 5.7.60 SMTP; Client does not have permissions to send as this sender', 'auth.mailbox_forbidden', /Send As/],
] as const)('a mail answered with %s is %s: nothing is wrong with the mail', (response, code, fix) => {
  const error = rightsError(login(response), trying.host, 'boss@example.test');
  expect([error?.code, error?.fix]).toEqual([code, expect.stringMatching(fix)]);
});

test('what is about the mail itself is not about rights', () => {
  for (const response of ['550 5.1.1 No such user', '452 4.2.2 Mailbox full', '552 5.3.4 Too big'])
    expect(rightsError(login(response), trying.host, 'me@example.test')).toBeUndefined();
});

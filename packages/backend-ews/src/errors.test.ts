import { say, type EmailError } from '@mailwright/core';
import { refusal } from './answer.ts';
import { busyFor, isExchangeOnline, statusError, toEmailError } from './errors.ts';

const address = (host = 'mail.example.test') => ({ host, port: 443, security: 'tls' as const });
const doing = {
  address: address(),
  what: say`move messages`,
  seconds: 60,
  username: 'demo',
  mailbox: 'box@example.test',
  ref: { folder: 'INBOX', id: 'x' },
};
const of = (code: string, said = 'in words', backOff?: number): EmailError =>
  toEmailError(refusal({ code, said, backOff }), { ...doing, size: 9 });

test.each([
  ['ErrorServerBusy', 'server.throttled'],
  ['ErrorItemNotFound', 'message.not_found'],
  ['ErrorInvalidId', 'message.not_found'],
  ['ErrorInvalidIdMalformed', 'message.not_found'],
  ['ErrorFolderNotFound', 'folder.not_found'],
  ['ErrorMessageSizeExceeded', 'message.too_large'],
  ['ErrorInvalidRecipients', 'send.rejected'],
  ['ErrorSendAsDenied', 'auth.mailbox_forbidden'],
  ['ErrorImpersonateUserDenied', 'auth.mailbox_forbidden'],
  ['ErrorImpersonationDenied', 'auth.mailbox_forbidden'],
  ['ErrorAccessDenied', 'auth.mailbox_forbidden'],
  ['ErrorNonExistentMailbox', 'auth.mailbox_forbidden'],
  ['ErrorInvalidServerVersion', 'server.refused'],
  ['ErrorSchemaValidation', 'server.refused'],
  ['ErrorQuotaExceeded', 'server.refused'],
  ['ErrorMailboxStoreUnavailable', 'server.unavailable'],
  ['ErrorThatNobodyKnows', 'server.unexpected'],
])('%s is %s', (response, code) => {
  expect(of(response).code).toBe(code);
});

test('what the server said is in the text, its code first; the wish of a busy one too', () => {
  expect(of('ErrorThatNobodyKnows').message).toContain('ErrorThatNobodyKnows: in words');
  expect(of('ErrorServerBusy', 'slowly', 90_000).message).toContain('wait 90 s');
  expect(of('ErrorInvalidServerVersion').fix).toContain('lower Exchange version');
  expect(of('ErrorAccessDenied').fix).toContain('Full Access');
  expect(of('ErrorSendAsDenied').fix).toContain('Send As');
});

test('R1.24 403 of Exchange Online is its retirement, with the application and what to ask the administrator', () => {
  const retired = toEmailError(statusError(403, ''), { ...doing, address: address('outlook.office365.com'), application: 'app-1' });
  expect(retired).toMatchObject({
    code: 'server.retired',
    retry: 'never',
    message: expect.stringContaining('EWS for application app-1') as string,
  });
  expect(retired.fix).toMatch(/Graph.*2027-03-31.*EWSEnabled.*EwsAllowedAppIDs/s);
  expect(toEmailError(statusError(403, ''), doing).code).toBe('auth.mailbox_forbidden');
});

test.each([
  [401, 'auth.rejected'],
  [404, 'server.unexpected'],
  [413, 'server.refused'],
  [429, 'server.throttled'],
  [503, 'server.throttled'],
  [502, 'server.unavailable'],
  [500, 'server.unexpected'],
])('HTTP %d is %s', (status, code) => {
  expect(toEmailError(statusError(status, 'words'), doing).code).toBe(code);
});

test.each([
  ['ECONNRESET', 'connection.lost'],
  ['ECONNREFUSED', 'connection.refused'],
  ['ETIMEDOUT', 'connection.timeout'],
  ['HPE_INVALID_CONSTANT', 'server.unexpected'],
  ['Z_DATA_ERROR', 'server.unexpected'],
  ['XML', 'server.unexpected'],
  ['ENOTHING', 'server.unexpected'],
])('%s is %s', (code, known) => {
  expect(toEmailError(Object.assign(new Error('x'), { code }), doing).code).toBe(known);
});

test('a login with more than a password is told where the server says so', () => {
  expect(toEmailError(statusError(401, 'Multi-Factor authentication required'), doing).code).toBe('auth.mfa_required');
  expect(toEmailError(statusError(401, ''), { ...doing, byToken: true }).code).toBe('auth.token_expired');
});

test('how long a busy server wants us to wait: back-off, or what its header said', () => {
  expect(busyFor(refusal({ code: 'ErrorServerBusy', said: '', backOff: 250 }))).toBe(250);
  expect(busyFor(refusal({ code: 'ErrorServerBusy', said: '', backOff: undefined }))).toBe('unknown');
  expect(busyFor(statusError(429, '', 5000))).toBe(5000);
  expect(busyFor(statusError(403, '', 5000))).toBeUndefined();
});

test.each([
  ['outlook.office365.com', true],
  ['outlook.office365.us', true],
  ['mail.office365.com.example.test', false],
  ['mail.example.test', false],
])('%s is Exchange Online: %s', (host, online) => {
  expect(isExchangeOnline(host)).toBe(online);
});

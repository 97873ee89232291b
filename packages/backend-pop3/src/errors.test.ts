import { say } from '@mailwright/core';
import { isTaken, refusalOf, toEmailError, toSignInError } from './errors.ts';
import { wireError, type WireCode } from './wire.ts';

const doing = { address: { host: 'pop.example.test', port: 995, security: 'tls' as const }, what: say`do it`, seconds: 10 };
const refused = (words: string, name = 'PASS') => wireError('REFUSED', `${name} was refused`, { words });

test.each<[WireCode, string]>([
  ['SILENT', 'connection.timeout'],
  ['CLOSED', 'connection.lost'],
  ['INJECTED', 'connection.tls_failed'],
  ['UNASKED', 'server.unexpected'],
  ['UNEXPECTED', 'server.unexpected'],
  ['TOO_LONG', 'server.unexpected'],
  ['UNSENDABLE', 'input.invalid'],
  ['TOO_LARGE', 'message.too_large'],
  ['REFUSED', 'server.refused'],
])('%s is %s', (code, expected) => {
  const error = toEmailError(wireError(code, 'native', { words: 'no', size: 9, limit: 5 }), doing);
  expect(error.code).toBe(expected);
  expect(error.cause).toBeInstanceOf(Error);
});

test.each([
  ['ECONNREFUSED', 'connection.refused'],
  ['ECONNRESET', 'connection.lost'],
  ['CERT_HAS_EXPIRED', 'connection.tls_expired'],
  ['EPROTO', 'connection.tls_failed'],
  ['ENOSPC', 'server.unexpected'],
])('of the socket, %s is %s', (code, expected) => {
  expect(toEmailError(Object.assign(new Error('native'), { code }), doing).code).toBe(expected);
});

test.each([
  ['[AUTH] Invalid login', 'auth.rejected', undefined],
  ['Logon failure: unknown user name or bad password.', 'auth.rejected', undefined],
  ['[AUTH] Application-specific password required', 'auth.rejected', 'app_password'],
  ['[AUTH] Web login required: https://support.example', 'auth.rejected', 'web_login'],
  ['[SYS/PERM] Your account is not enabled for POP access.', 'auth.rejected', 'administrator'],
  ['[IN-USE] Mailbox is locked by another session', 'server.throttled', undefined],
  ['[LOGIN-DELAY] minimum time between logins is 300 seconds', 'server.throttled', undefined],
  ['[SYS/TEMP] Temporary failure', 'server.unavailable', undefined],
  ['Too many connections from your address', 'server.throttled', undefined],
  ['Basic authentication is disabled.', 'server.retired', undefined],
])('a login refused with "%s" is %s', (words, code, hint) => {
  const error = toSignInError(refused(words), 'me@example.test', doing);
  expect([error.code, (error.details as { hint?: string }).hint]).toEqual([code, hint]);
});

test('at a large service an app password is what is wanted', () => {
  const gmail = { ...doing, address: { ...doing.address, host: 'pop.gmail.com' } };
  expect(toSignInError(refused('[AUTH] Username and password not accepted.'), 'me@gmail.com', gmail).details).toMatchObject({
    hint: 'app_password',
  });
});

test('who is sent away with the greeting hears why', () => {
  expect(toSignInError(refused('closed for repairs', 'greeting'), 'me', doing)).toMatchObject({ code: 'server.unavailable' });
  expect(toSignInError(refused('[SYS/TEMP] too many sessions', 'greeting'), 'me', doing)).toMatchObject({ code: 'server.throttled' });
  expect(toSignInError(refused('no TLS', 'STLS'), 'me', doing)).toMatchObject({ code: 'connection.starttls_missing' });
});

test('only a mailbox that somebody else has open is waited for', () => {
  expect(isTaken(toSignInError(refused('[in-use] locked'), 'me', doing))).toBe(true);
  expect(isTaken(toSignInError(refused('[LOGIN-DELAY] wait'), 'me', doing))).toBe(false);
  expect(isTaken(toSignInError(refused('[AUTH] no'), 'me', doing))).toBe(false);
});

test('the words of a refusal, and of nothing else', () => {
  expect(refusalOf(refused(''))).toBe('no reason given');
  expect(refusalOf(refused('x'.repeat(5000)))?.length).toBeLessThan(600);
  expect(refusalOf(wireError('CLOSED', 'closed'))).toBeUndefined();
  expect(toEmailError(refused('disk full', 'DELE'), doing).message).toBe('The server refused to do it: disk full');
});

import { EmailError } from '@mailwright/core';
import { responseCode, toEmailError, toSignInError } from './errors.ts';

const doing = { address: { host: 'imap.example.test', port: 993, security: 'tls' as const }, what: 'do it', seconds: 10 };
const native = (fields: object, message = 'native') => Object.assign(new Error(message), fields);
const coded = (code: string) => ({ attributes: [{ section: [{ value: code }] }] });

test.each([
  [{ code: 'ECONNREFUSED' }, 'connection.refused'],
  [{ code: 'ENOTFOUND' }, 'connection.host_unknown'],
  [{ code: 'CERT_HAS_EXPIRED', tlsFailed: true }, 'connection.tls_expired'],
  [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID', tlsFailed: true }, 'connection.tls_mismatch'],
  [{ code: 'SELF_SIGNED_CERT_IN_CHAIN' }, 'connection.tls_untrusted'],
  [{ code: 'ERR_SSL_WRONG_VERSION_NUMBER' }, 'connection.tls_failed'],
  [{ code: 'STARTTLS_INJECTION', tlsFailed: true }, 'connection.tls_failed'],
  [{ tlsFailed: true }, 'connection.starttls_missing'],
  [{ code: 'CONNECT_TIMEOUT' }, 'connection.timeout'],
  [{ code: 'GREETING_TIMEOUT' }, 'connection.timeout'],
  [{ code: 'ETIMEOUT' }, 'connection.timeout'],
  [{ code: 'NoConnection' }, 'connection.lost'],
  [{ code: 'ClosedAfterConnectTLS', reason: 'Maximum number of connections from user+IP exceeded' }, 'server.throttled'],
  [{ code: 'ECONNRESET' }, 'connection.lost'],
  [{ code: 'LineTooLarge' }, 'server.unexpected'],
  [{ code: 'ResponseTooLarge' }, 'server.unexpected'],
  [{ code: 'ParserError9' }, 'server.unexpected'],
  [{ code: 'UnexpectedTag' }, 'server.unexpected'],
  [{ code: 'LiteralTooLarge', literalSize: 9, maxSize: 5 }, 'message.too_large'],
  [{ code: 'InvalidTokenValue' }, 'input.invalid'],
  [{ code: 'ETHROTTLE', responseStatus: 'BAD', responseText: 'Request is throttled.' }, 'server.throttled'],
  [{ responseStatus: 'NO', response: coded('UNAVAILABLE'), responseText: 'later' }, 'server.unavailable'],
  [{ responseStatus: 'NO', response: coded('LIMIT'), responseText: 'Too many sessions' }, 'server.throttled'],
  [{ responseStatus: 'BAD', responseText: 'User is authenticated but not connected.' }, 'auth.mailbox_forbidden'],
  [{ responseStatus: 'NO', response: coded('OVERQUOTA'), responseText: 'Quota exceeded' }, 'server.refused'],
  [{ responseStatus: 'BAD', responseText: 'Unknown command' }, 'server.refused'],
  [{}, 'server.unexpected'],
])('%j is %s', (fields, code) => {
  const error = toEmailError(native(fields), doing);
  expect(error.code).toBe(code);
  expect(error.cause).toBeInstanceOf(Error);
});

test('what stands in it is for people', () => {
  const refused = toEmailError(native({ responseStatus: 'NO', response: coded('OVERQUOTA'), responseText: 'Quota exceeded' }), doing);
  expect(refused.message).toBe('The server refused to do it: Quota exceeded');
  expect(toEmailError(native({ code: 'ETIMEOUT' }), doing).message).toMatch(
    /imap\.example\.test port 993 did not answer in time \(do it, 10 s\)/,
  );
  expect(toEmailError(native({ code: 'LiteralTooLarge', literalSize: 9, maxSize: 5 }), doing).details).toMatchObject({ size: 9, limit: 5 });
});

test.each([
  ['A1 NO [AUTHENTICATIONFAILED] Authentication failed.', 'auth.rejected', /credential/],
  ['A1 NO [UNAVAILABLE] Temporary authentication failure.', 'server.unavailable', /later/],
  ['A1 NO Too many login failures, try again later', 'server.throttled', /fewer bots/],
  ['A1 NO [LIMIT] Too many simultaneous connections. (Failure)', 'server.throttled', /fewer bots/],
  ['A1 NO [AUTHORIZATIONFAILED] No right to that identity.', 'auth.mailbox_forbidden', /rights/],
  ['A1 NO [EXPIRED] Your password has expired.', 'auth.rejected', /choose a new one/],
  ['A1 NO [CONTACTADMIN] Account suspended.', 'auth.rejected', /administrator/],
  ['A1 NO [ALERT] Application-specific password required: https://support.example (Failure)', 'auth.rejected', /app password/],
  ['A1 NO [ALERT] Please log in via your web browser: https://support.example (Failure)', 'auth.rejected', /browser/],
  ['A1 NO Basic authentication is disabled.', 'server.retired', /OAuth mode/],
  ['A1 BAD User is authenticated but not connected.', 'auth.mailbox_forbidden', /mailbox permission/],
  ['A1 BAD Invalid', 'auth.rejected', /credential/],
])('a sign-in answered with %s is %s', (response, code, fix) => {
  const error = toSignInError(native({ authenticationFailed: true, response }), 'me', doing);
  expect(error.code).toBe(code);
  expect(error.fix).toMatch(fix);
  expect(error.message).toContain(response.replace(/^A1 (NO|BAD) /, ''));
});

test('a server that sends everybody away is told with its reason, and without one as lost', () => {
  const away = (reason?: string) => toSignInError(native({ code: 'ClosedAfterConnectTLS', reason }), 'me', doing);
  expect(away('Down for maintenance')).toMatchObject({ code: 'server.unavailable', details: { serverSaid: 'Down for maintenance' } });
  expect([away().code, away('Server closed connection').code]).toEqual(['connection.lost', 'connection.lost']);
  expect(away('Too many connections from your IP').code).toBe('server.throttled');
});

test('a login that needs encryption first, and a service that takes app passwords alone', () => {
  const privacy = toSignInError(native({ authenticationFailed: true, response: 'A1 NO [PRIVACYREQUIRED] Not here.' }), 'me', doing);
  expect(privacy).toMatchObject({ code: 'auth.mechanism_missing', fix: expect.stringContaining('starttls') as string });
  const yahoo = { ...doing, address: { ...doing.address, host: 'imap.mail.yahoo.com' } };
  const refused = native({ authenticationFailed: true, response: 'A1 NO [AUTHENTICATIONFAILED] LOGIN Invalid credentials' });
  expect(toSignInError(refused, 'me', yahoo).fix).toContain('app password');
});

test('ours pass as they are, also through a sign-in', () => {
  const ours = new EmailError('folder.changed', { folder: 'INBOX' });
  expect(toEmailError(ours, doing)).toBe(ours);
  expect(toSignInError(ours, 'me', doing)).toBe(ours);
});

test.each([
  [{ response: coded('TRYCREATE') }, 'TRYCREATE'],
  [{ response: 'A2 NO [NONEXISTENT] no such mailbox' }, 'NONEXISTENT'],
  [{ response: { attributes: [{ section: [null] }] } }, undefined],
  [{}, undefined],
  [undefined, undefined],
])('the response code of %j is %s', (error, code) => {
  expect(responseCode(error)).toBe(code);
});

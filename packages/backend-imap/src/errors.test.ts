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
  [{ responseStatus: 'NO', response: coded('UNAVAILABLE'), responseText: 'later' }, 'server.throttled'],
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
  ['A1 NO [AUTHENTICATIONFAILED] Authentication failed.', 'auth.rejected'],
  ['A1 NO [UNAVAILABLE] Temporary authentication failure.', 'server.throttled'],
  ['A1 NO Too many login failures, try again later', 'server.throttled'],
  ['A1 BAD Invalid', 'auth.rejected'],
])('a sign-in answered with %s is %s', (response, code) => {
  const error = toSignInError(native({ authenticationFailed: true, response }), 'me', doing);
  expect(error.code).toBe(code);
  expect(error.message).toContain(response.replace(/^A1 (NO|BAD) /, ''));
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

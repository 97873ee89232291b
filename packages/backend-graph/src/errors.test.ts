import { EmailError, say } from '@mailwright/core';
import { Refused, refusalFrom, toEmailError } from './errors.ts';

const REF = { folder: 'INBOX', id: 'x' };
const doing = {
  address: { host: 'graph.example.test', port: 443, security: 'tls' },
  what: say`read a message`,
  seconds: 60,
  username: 'me@example.test',
} as const;
const refusal = (status: number, code: string, headers: Readonly<Record<string, string>> = {}) =>
  new Refused(refusalFrom(status, (name) => headers[name], { error: { code, message: 'why\u0001' } }));

test.each([
  [401, 'InvalidAuthenticationToken', 'auth.rejected'],
  [403, 'ErrorAccessDenied', 'auth.mailbox_forbidden'],
  [403, 'ErrorSendAsDenied', 'auth.mailbox_forbidden'],
  [404, 'ErrorItemNotFound', 'message.not_found'],
  [400, 'ErrorInvalidIdMalformed', 'message.not_found'],
  [404, 'ErrorFolderNotFound', 'folder.not_found'],
  [404, 'ErrorInvalidUser', 'auth.mailbox_forbidden'],
  [404, 'MailboxNotEnabledForRESTAPI', 'auth.mailbox_forbidden'],
  [429, 'ApplicationThrottled', 'server.throttled'],
  [503, 'ServiceUnavailable', 'server.unavailable'],
  [504, 'UnknownError', 'server.unavailable'],
  [413, 'RequestEntityTooLarge', 'message.too_large'],
  [400, 'ErrorInvalidRecipients', 'send.rejected'],
  [400, 'InefficientFilter', 'server.refused'],
  [400, 'SomethingThatNobodyKnows', 'server.refused'],
  [400, '', 'server.unexpected'],
  [500, 'ErrorInternalServerError', 'server.unexpected'],
])('%i %s is %s, and keeps what the server said', (status, code, expected) => {
  const error = toEmailError(refusal(status, code), { ...doing, ref: REF });
  expect(error.code).toBe(expected);
  if (expected.startsWith('server')) expect(JSON.stringify(error)).toContain(`${status} ${code}`.trim());
});

test('a claims challenge asks for a person', () => {
  const headers = { 'www-authenticate': 'Bearer error="insufficient_claims", claims="eyJ9"' };
  expect(toEmailError(refusal(401, 'InvalidAuthenticationToken', headers), doing)).toMatchObject({
    code: 'auth.sign_in_needed',
    details: { username: 'me@example.test' },
  });
});

test('the wish of the server in both forms, and its request id', () => {
  expect(refusal(429, 'x', { 'retry-after': '12', 'request-id': 'a-1' }).refusal).toMatchObject({ retryAfterMs: 12_000, requestId: 'a-1' });
  const at = new Date(Date.now() + 60_000).toUTCString();
  const { retryAfterMs = 0 } = refusal(503, 'x', { 'retry-after': at }).refusal;
  expect(Math.abs(retryAfterMs - 60_000)).toBeLessThan(2000);
  expect(refusal(503, 'x', { 'retry-after': 'soon', 'request-id': 'a b\r\n' }).refusal).toEqual({
    status: 503,
    code: 'x',
    message: 'why\ufffd',
  });
  expect(
    String((toEmailError(refusal(429, 'Busy', { 'retry-after': '12' }), doing).details as { serverSaid: string }).serverSaid),
  ).toContain('12 s');
});

test.each([
  [new DOMException('late', 'TimeoutError'), 'connection.timeout'],
  [Object.assign(new Error('x'), { code: 'UND_ERR_BODY_TIMEOUT' }), 'connection.timeout'],
  [Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }), 'connection.lost'],
  [Object.assign(new Error('x'), { code: 'ECONNRESET' }), 'connection.lost'],
  [Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'connection.refused'],
  [new SyntaxError('Unexpected token'), 'server.unexpected'],
  [new EmailError('automation.cancelled', {}), 'automation.cancelled'],
])('%s', (error, code) => {
  expect(toEmailError(error, doing).code).toBe(code);
});

test.each([undefined, null, 'text', { error: 'text' }, { error: { code: 5, message: {} } }, []])(
  'a refusal whose body is %j has its status',
  (body) => {
    expect(refusalFrom(500, () => null, body)).toEqual({ status: 500, code: '', message: '' });
  },
);

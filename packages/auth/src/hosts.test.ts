import { hostIn } from '@mailwright/core';
import { checkHost, hostProblem } from './hosts.ts';

const login = (provider: string, more: object = {}) => ({ mode: 'oauth-device-code', provider, ...more });

test.each([
  ['microsoft', {}, 'outlook.office365.com'],
  ['microsoft', {}, 'smtp.office365.com'],
  ['microsoft', {}, 'graph.microsoft.com'],
  ['microsoft', { cloud: 'us-gcc-high' }, 'outlook.office365.us'],
  ['microsoft', { cloud: 'us-dod' }, 'outlook-dod.office365.us'],
  ['microsoft', { cloud: 'china' }, 'smtp.partner.outlook.cn'],
  ['google', {}, 'imap.gmail.com'],
  ['google', {}, 'smtp.gmail.com'],
  ['microsoft', { allowTokenTo: ['mail.corp.test'] }, 'mail.corp.test'],
  ['microsoft', { allowTokenTo: ['[::1]'] }, '::1'],
  ['generic', {}, 'imap.anything.test'],
  ['generic', { allowTokenTo: ['Imap.Corp.Test'] }, 'imap.corp.test'],
])('the token of %s %j may go to %s', (provider, more, host) => {
  expect(hostProblem(login(provider, more), host)).toBeUndefined();
});

test.each([
  ['microsoft', {}, 'imap.gmail.com', 'allowTokenTo'],
  ['microsoft', {}, 'outlook.office365.com.evil.test', 'allowTokenTo'],
  ['microsoft', {}, 'evil-outlook.office365.com', 'allowTokenTo'],
  ['microsoft', {}, '127.0.0.1', 'allowTokenTo'],
  ['microsoft', {}, 'outlook.office365.us', 'cloud'],
  ['microsoft', { cloud: 'us-gcc-high' }, 'outlook.office365.com', 'cloud'],
  ['microsoft', { cloud: 'us-dod' }, 'outlook.office365.us', 'cloud'],
  ['microsoft', { allowTokenTo: ['mail.corp.test'] }, 'mail.corp.test.evil.test', 'allowTokenTo'],
  ['google', {}, 'outlook.office365.com', 'allowTokenTo'],
  ['google', {}, 'gmail.com.evil.test', 'allowTokenTo'],
  ['generic', { allowTokenTo: ['imap.corp.test'] }, 'imap.other.test', 'allowTokenTo'],
])('the token of %s %j does not go to %s', (provider, more, host, field) => {
  const found = hostProblem(login(provider, more), host);
  expect([found?.field, String(found?.problem)]).toEqual([field, expect.stringContaining(host)]);
});

test('a service account is Google; its key opens nothing elsewhere', () => {
  expect(hostProblem({ mode: 'google-service-account' }, 'imap.gmail.com')).toBeUndefined();
  expect(hostProblem({ mode: 'google-service-account' }, 'imap.corp.test')).toMatchObject({ field: 'allowTokenTo' });
  expect(hostProblem({ mode: 'basic' }, 'imap.corp.test')).toBeUndefined();
});

test('what is compared is what is connected to: no way of writing a host gets around', () => {
  for (const host of ['evil.test/imap.gmail.com', 'imaps://evil.test/imap.gmail.com', 'evil.test:993', 'EVIL.test.'])
    expect(hostIn(host)).toBe('evil.test');
  for (const host of ['imaps://IMAP.gmail.com:993/', 'imap.gmail.com.', ' imap.gmail.com ']) expect(hostIn(host)).toBe('imap.gmail.com');
  expect(() => hostIn('imap.gmail.com@evil.test')).toThrow(/user name/);
});

test('R1.15 R1.16 the refusal says what works, as an error at its field', () => {
  expect(() => checkHost({ mode: 'oauth-client-credentials', provider: 'generic' }, 'imap.gmail.com', 'server.auth')).toThrow(
    expect.objectContaining({
      code: 'input.invalid',
      message: expect.stringContaining('server.auth.mode') as string,
      fix: expect.stringContaining('oauth-pkce') as string,
    }),
  );
  expect(String(hostProblem(login('generic'), 'imap.mail.yahoo.com')?.cure)).toMatch(/app password/);
});

import { environmentProxy, type Traffic } from './environment.ts';

const MAIL = { host: 'imap.example.test', port: 993 };
const port = (env: Record<string, string>, traffic: Traffic = 'mail', to = MAIL, ours?: string) =>
  environmentProxy(traffic, to, env, ours)?.port;

test('ALL_PROXY is for everything, HTTPS_PROXY for https alone, MAILWRIGHT_PROXY goes before both', () => {
  const env = { ALL_PROXY: 'socks5://p.test:1', HTTPS_PROXY: 'http://p.test:2' };
  expect([port(env), port(env, 'web')]).toEqual([1, 2]);
  expect(port({ HTTPS_PROXY: 'http://p.test:2' })).toBeUndefined();
  const ours = { ...env, MAILWRIGHT_PROXY: 'http://p.test:3' };
  expect([port(ours), port(ours, 'web')]).toEqual([3, 3]);
  expect([port(ours, 'mail', MAIL, 'http://p.test:4'), port(ours, 'mail', MAIL, 'none')]).toEqual([4, undefined]);
  expect(port({ ...env, MAILWRIGHT_PROXY: 'none' }, 'web')).toBeUndefined();
  expect(port({ http_proxy: 'http://p.test:5' }, 'web')).toBeUndefined();
});

test('small letters go before capitals, and what is empty is not there', () => {
  expect(port({ ALL_PROXY: 'http://p.test:1', all_proxy: 'http://p.test:2' })).toBe(2);
  expect(port({ ALL_PROXY: 'http://p.test:1', all_proxy: '' })).toBe(1);
  expect(port({ HTTPS_PROXY: '', ALL_PROXY: 'http://p.test:1' }, 'web')).toBe(1);
});

test('an address without a scheme is http; its password is a secret', () => {
  const found = environmentProxy('mail', MAIL, { ALL_PROXY: 'bot:canary-of-env@p.test:8080' });
  expect(found).toMatchObject({ kind: 'http', host: 'p.test', port: 8080, login: { username: 'bot' } });
  expect(JSON.stringify(found)).not.toContain('canary');
});

test.each(['localhost', 'mail.localhost', 'LOCALHOST.', '127.0.0.1', '127.9.9.9', '::1'])(
  '%s is this machine: reached directly',
  (host) => {
    expect(port({ ALL_PROXY: 'http://p.test:1' }, 'mail', { host, port: 993 })).toBeUndefined();
  },
);

test.each([
  ['*', 'imap.example.test', true],
  ['example.test', 'imap.example.test', true],
  ['example.test', 'example.test', true],
  ['.example.test', 'imap.example.test', true],
  ['*.example.test', 'imap.example.test', true],
  ['EXAMPLE.test.', 'Imap.Example.Test', true],
  ['ample.test', 'imap.example.test', false],
  ['other.test, example.test', 'imap.example.test', true],
  ['other.test example.test', 'imap.example.test', true],
  ['example.test:993', 'imap.example.test', true],
  ['example.test:143', 'imap.example.test', false],
  ['10.0.0.0/8', '10.1.2.3', true],
  ['10.0.0.0/8', '11.1.2.3', false],
  ['192.168.1.7', '192.168.1.7', true],
  ['192.168.1.7:993', '192.168.1.7', true],
  ['192.168.1.7:25', '192.168.1.7', false],
  ['fd00::/8', 'fd12::1', true],
  ['fd00::/8', '10.0.0.1', false],
  ['[fd12::1]:993', 'fd12::1', true],
  ['[fd12::1]:25', 'fd12::1', false],
  ['10.0.0.0/8', 'ten.example.test', false],
  ['', 'imap.example.test', false],
])('NO_PROXY %j and %s', (list, host, direct) => {
  const env = { ALL_PROXY: 'http://p.test:1', NO_PROXY: list };
  expect(port(env, 'mail', { host, port: 993 })).toBe(direct ? undefined : 1);
});

test('mistakes name the variable, and never show what is in it', () => {
  const failing = (env: Record<string, string>, host = 'h.test') => {
    try {
      environmentProxy('mail', { host, port: 1 }, env);
    } catch (error) {
      return error;
    }
  };
  const wrong = failing({ ALL_PROXY: 'ftp://bot:canary-of-ftp@p.test:1' });
  expect(wrong).toMatchObject({ code: 'input.invalid', details: { path: 'ALL_PROXY' } });
  expect(JSON.stringify(wrong)).not.toContain('canary');
  expect(failing({ MAILWRIGHT_PROXY: 'p.test' })).toMatchObject({ details: { path: 'MAILWRIGHT_PROXY' } });
  expect(failing({ ALL_PROXY: 'http://p.test:1', NO_PROXY: '10.0.0.0/99' }, '10.0.0.1')).toMatchObject({ details: { path: 'NO_PROXY' } });
});

import { ProxySetting, holdsPassword, proxyAddress } from './proxy.ts';

test.each([
  ['http://proxy.test:3128', { kind: 'http', host: 'proxy.test', port: 3128 }],
  ['http://proxy.test', { kind: 'http', host: 'proxy.test', port: 80 }],
  ['proxy.test:3128', { kind: 'http', host: 'proxy.test', port: 3128 }],
  ['https://proxy.test/', { kind: 'https', host: 'proxy.test', port: 443 }],
  ['SOCKS5://proxy.test', { kind: 'socks5', host: 'proxy.test', port: 1080 }],
  ['socks5h://proxy.test:1', { kind: 'socks5', host: 'proxy.test', port: 1 }],
  ['socks5://[::1]:1080', { kind: 'socks5', host: '::1', port: 1080 }],
  ['http://[::1]:8080', { kind: 'http', host: '::1', port: 8080 }],
  ['http://bot:a%2Fb%25@p.test:1', { kind: 'http', host: 'p.test', port: 1, username: 'bot', password: 'a/b%' }],
  ['http://bot:50%@p.test:1', { kind: 'http', host: 'p.test', port: 1, username: 'bot', password: '50%' }],
])('%s', (text, address) => {
  expect(proxyAddress(text)).toEqual(address);
});

test.each([
  '',
  'none',
  'proxy.test',
  'ftp://p.test:1',
  'socks4://p.test:1',
  'http://',
  'http://u:canary-in-url@p.test:99999',
  'http://u:canary-in-url@p.test/path',
  'socks5://u:canary-in-url@p .test',
])('%j is refused without being shown', (text) => {
  const said = (() => {
    try {
      return proxyAddress(text);
    } catch (error) {
      return error;
    }
  })();
  expect(said).toMatchObject({ code: 'input.invalid', fix: expect.stringContaining('socks5://host:port') });
  expect(JSON.stringify(said)).not.toContain('canary');
});

test('a setting is none, an address, or an address with a login', () => {
  const good = ['none', 'http://p.test:1', { url: 'http://p.test:1', username: 'bot', password: { credential: 'v/p' }, only: 'mail' }];
  for (const setting of good) expect(ProxySetting.safeParse(setting).success).toBe(true);
  const bad = [
    '',
    'nothing',
    { url: 'none' },
    { url: 'http://p.test', password: 'canary-as-text' },
    { url: 'http://p.test', pass: 'x' },
    5,
  ];
  for (const setting of bad) {
    const { error } = ProxySetting.safeParse(setting);
    expect(error).toBeDefined();
    expect(JSON.stringify(error)).not.toContain('canary');
  }
});

test('an address with a password in it is known', () => {
  expect(['http://u:p@h', 'socks5://:p@h:1', 'https://a%40b:c@h/'].map(holdsPassword)).toEqual([true, true, true]);
  expect(['http://h:80', 'http://u@h', 'https://h/a:b@c', 'none', 'see http://u:p@h'].map(holdsPassword)).toEqual(Array(5).fill(false));
});

import { SERVICES, say, type Http } from '@mailwright/core';
import { createEmail, memoryStore } from '../index.ts';
import { discover } from './discover.ts';
import type { Dns, ServiceRecord } from './dns.ts';

const ADDRESS = 'bot.invoices@example.test';
const file = (servers: string, before = '') =>
  `<?xml version="1.0"?>${before}<clientConfig version="1.1"><emailProvider id="example.test">${servers}</emailProvider></clientConfig>`;
const server = (kind: 'incoming' | 'outgoing', type: string, host: string, port: number, socket: string, more = '') =>
  `<${kind}Server type="${type}"><hostname>${host}</hostname><port>${port}</port><socketType>${socket}</socketType>` +
  `<username>%EMAILLOCALPART%</username><authentication>password-cleartext</authentication>${more}</${kind}Server>`;
const GOOD = file(
  server('incoming', 'pop3', 'pop.example.test', 995, 'SSL') +
    server('incoming', 'imap', 'Mail.example.test', 1993, 'SSL') +
    server('outgoing', 'smtp', 'mail.example.test', 587, 'STARTTLS'),
);

/** The world of a test, and all that was asked of it. */
function world({
  files = {},
  mx = [],
  srv = {},
}: {
  files?: Record<string, string>;
  mx?: string[];
  srv?: Record<string, ServiceRecord[]>;
}) {
  const asked: Parameters<Http>[0][] = [];
  const names: string[] = [];
  const http: Http = (request) => {
    asked.push(request);
    const text = Object.entries(files).find(([host]) => new URL(request.url).host === host)?.[1];
    return Promise.resolve({ status: text === undefined ? 404 : 200, headers: {}, text: text ?? '' });
  };
  const dns: Dns = {
    exchangers: (domain) => {
      names.push(domain);
      return Promise.resolve(mx.map((exchange, priority) => ({ exchange, priority })));
    },
    services: (name) => {
      names.push(name);
      return Promise.resolve(srv[name.slice(0, name.indexOf('.example'))] ?? []);
    },
  };
  return { http, dns, asked, names };
}
const record = (name: string, port: number, priority = 0, weight = 0): ServiceRecord => ({ name, port, priority, weight });
const first = async (parts: Parameters<typeof world>[0], address = ADDRESS) => {
  const { http, dns } = world(parts);
  return (await discover(address, http, { dns })).candidates[0];
};

test('R1.32 the address of a known service needs no question at all', async () => {
  const { http, dns, asked, names } = world({});
  const { candidates } = await discover('me@gmail.com', http, { dns });
  expect(candidates).toMatchObject([
    {
      source: 'known-domain',
      reason: say`${{ domain: 'gmail.com' }} belongs to ${{ service: 'Gmail, Google Workspace' }}.`,
      input: {
        server: { backend: 'imap', host: 'imap.gmail.com', auth: { mode: 'basic', username: 'me@gmail.com' } },
        outgoing: { backend: 'smtp', host: 'smtp.gmail.com' },
      },
      modes: expect.arrayContaining([{ mode: 'basic', needs: expect.stringContaining('App password'.toLowerCase()) as string }]) as object,
    },
  ]);
  expect([asked, names]).toEqual([[], []]);
});

test.each([
  ['contoso-com.mail.protection.outlook.com', 'outlook.office365.com', 'Microsoft 365', 'microsoft'],
  ['aspmx.l.google.com', 'imap.gmail.com', 'Google Workspace', undefined],
])('R1.32 an exchanger %s is a hint', async (exchanger, host, title, provider) => {
  const found = await first({ mx: [exchanger, 'other.example.net'] });
  expect(found).toMatchObject({ source: 'mx', input: { server: { host } } });
  expect(String(found?.reason)).toContain(title);
  expect(found?.input).toMatchObject({ server: { auth: provider ? { provider } : { mode: 'basic' } } });
});

test('R1.32 a file of the domain: servers, names and the way to sign in; only the domain is told', async () => {
  const { http, dns, asked } = world({ files: { 'autoconfig.example.test': GOOD } });
  const { candidates } = await discover(ADDRESS, http, { dns });
  expect(candidates).toMatchObject([
    {
      source: 'autoconfig',
      input: {
        server: {
          backend: 'imap',
          host: 'mail.example.test',
          port: 1993,
          auth: { mode: 'basic', username: 'bot.invoices', password: { credential: 'example.test#password' } },
        },
        outgoing: { backend: 'smtp', host: 'mail.example.test', security: 'starttls' },
      },
      modes: [{ mode: 'basic' }],
    },
  ]);
  expect(asked.map(({ url }) => url)).toEqual([
    'https://autoconfig.example.test/mail/config-v1.1.xml',
    'https://example.test/.well-known/autoconfig/mail/config-v1.1.xml',
  ]);
  expect(JSON.stringify(asked)).not.toContain('bot.invoices');
  await discover(ADDRESS, http, { dns, tellAddress: true });
  expect(asked[2]?.url).toContain('?emailaddress=bot.invoices%40example.test');
});

test.each([
  ['entities', file(server('incoming', 'imap', '&host;', 993, 'SSL'), '<!DOCTYPE x [<!ENTITY host "mail.example.test">]>')],
  [
    'a document type',
    file(server('incoming', 'imap', 'mail.example.test', 993, 'SSL'), '<!DOCTYPE clientConfig SYSTEM "http://127.0.0.1/x">'),
  ],
  ['no encryption', file(server('incoming', 'imap', 'mail.example.test', 143, 'plain'))],
  ['an address for a name', file(server('incoming', 'imap', '127.0.0.1', 993, 'SSL'))],
  ['a name with a user in it', file(server('incoming', 'imap', 'a@mail.example.test', 993, 'SSL'))],
  ['a name that would break a line', file(server('incoming', 'imap', 'mail.example.test\r\nX', 993, 'SSL'))],
  ['no port', file(server('incoming', 'imap', 'mail.example.test', 99_999, 'SSL'))],
  ['depth', file('<a>'.repeat(100_000) + server('incoming', 'imap', 'mail.example.test', 993, 'SSL'))],
  ['length', file(`${'x'.repeat(300_000)}${server('incoming', 'imap', 'mail.example.test', 993, 'SSL')}`)],
  ['a page', '<html><body>Not found</body></html>'],
])('a file with %s is not followed', async (_, text) =>
  expect(await first({ files: { 'autoconfig.example.test': text } })).toBeUndefined(),
);

test('a slip in a file does not spoil the rest of it', async () => {
  const text = file(`${server('incoming', 'imap', 'mail.example.test', 993, 'SSL')}<instruction>POP3 &amP; IMAP</instruction>`);
  expect(await first({ files: { 'example.test': text } })).toMatchObject({ input: { server: { host: 'mail.example.test' } } });
});

test('R1.32 SRV records: the best of them, TLS before STARTTLS; a foreign host is for a person to judge', async () => {
  const srv = {
    '_imaps._tcp': [record('b.example.test', 993, 10), record('a.example.test', 1993, 1, 5), record('c.example.test', 993, 1, 1)],
    '_imap._tcp': [record('plain.example.test', 143)],
    '_submissions._tcp': [record('.', 0)],
    '_submission._tcp': [record('smtp.hoster.example', 587)],
  };
  expect(await first({ srv })).toMatchObject({
    source: 'srv',
    input: {
      server: { host: 'a.example.test', port: 1993 },
      outgoing: { host: 'smtp.hoster.example', security: 'starttls' },
    },
    notes: [{ parts: { hosts: 'smtp.hoster.example' } }],
  });
  expect(await first({ srv: { '_imap._tcp': [record('mail.example.test', 143)] } })).toMatchObject({
    input: { server: { host: 'mail.example.test', security: 'starttls' } },
    notes: [{ text: 'No server for sending was found.' }],
  });
  expect(await first({ srv: { '_imaps._tcp': [record('.', 0)] } })).toBeUndefined();
});

test('the same servers are proposed once, and every source tells what came of it', async () => {
  const srv = { '_imaps._tcp': [record('mail.example.test', 1993)], '_submission._tcp': [record('mail.example.test', 587)] };
  const { http, dns } = world({ files: { 'autoconfig.example.test': GOOD }, srv });
  const { candidates, asked } = await discover(ADDRESS, http, { dns });
  expect(candidates.map(({ source }) => source)).toEqual(['autoconfig']);
  expect(asked.map(({ source, state }) => `${source} ${state}`).sort()).toEqual([
    'autoconfig found',
    'autoconfig nothing',
    'known-domain nothing',
    'mx nothing',
    'srv found',
  ]);
});

test('a source that never answers, or fails, keeps nothing from the others; a stop ends it', async () => {
  const { http } = world({ files: { 'example.test': GOOD } });
  const silent: Dns = { exchangers: () => new Promise(() => undefined), services: () => Promise.reject(new Error('SERVFAIL')) };
  const began = performance.now();
  const { candidates, asked } = await discover(ADDRESS, http, { dns: silent });
  expect(performance.now() - began).toBeLessThan(8000);
  expect(candidates).toHaveLength(1);
  expect(
    asked
      .filter(({ state }) => state === 'failed')
      .map(({ source }) => source)
      .sort(),
  ).toEqual(['mx', 'srv']);
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 100);
  const stopped = performance.now();
  await expect(discover(ADDRESS, http, { dns: silent, signal: stop.signal })).rejects.toMatchObject({ code: 'automation.cancelled' });
  expect(performance.now() - stopped).toBeLessThan(1000);
}, 20_000);

test.each(['', 'nobody', 'me@', 'me@localhost', 'me@127.0.0.1', 'me@[::1]', 'a b@example.test', 'me@exa\nmple.test'])(
  '%j is no address to look for',
  async (address) => {
    const { http, dns, asked } = world({});
    await expect(discover(address, http, { dns })).rejects.toMatchObject({ code: 'input.invalid' });
    expect(asked).toEqual([]);
  },
);

test('R1.32 each proposal is what Connect takes, for every known service and for a domain of its own', async () => {
  await using email = createEmail({ store: memoryStore() });
  const form = email.definitions.find(({ id }) => id === 'email.connect')?.input;
  const addresses = SERVICES.flatMap(({ domains }) => domains.slice(0, 1).map((domain) => `me@${domain}`));
  for (const address of [...addresses, ADDRESS]) {
    const found = await first({ files: { 'example.test': GOOD } }, address);
    expect([address, form?.safeParse({ session: 'S', ...found?.input }).error?.message]).toEqual([address, undefined]);
  }
});

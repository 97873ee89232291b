import Pop3Command from 'node-pop3';
import { honestPop3 } from '@mailwright/testing';
import { Client } from './client.ts';
import { piped } from './stand.test.fixture.ts';

const ADDRESS = { host: 'pop.example.test', port: 995, security: 'tls' } as const;
const MAILS = ['Subject: one\r\n\r\n.dot\r\n', `Subject: two\r\n\r\nGr\u00fc\u00dfe\r\n`];

async function clientOf(answer: (line: string) => string | undefined = (line) => honestPop3(line, { mails: MAILS })) {
  const { client: socket, heard } = piped('+OK hello\r\n', (line) => {
    const said = answer(line);
    return said === undefined ? undefined : Buffer.from(said, 'latin1');
  });
  const client = new Client(ADDRESS, 1000);
  await client.begin(socket);
  return { client, heard };
}

test('every verb is answered here: nothing of the library beneath it ever runs', async () => {
  const connection = Object.getPrototypeOf(Pop3Command.prototype) as Record<string, (() => unknown) | undefined>;
  const beneath = Object.getOwnPropertyNames(connection).filter((name) => name !== 'constructor');
  // An update that brings another one makes this fail: it must be looked at.
  expect(beneath.sort()).toEqual(['_endStream', '_pushStream', '_updateStream', 'command', 'connect']);
  const ran: string[] = [];
  const theirs = beneath.map((name) => [name, connection[name]] as const);
  for (const name of beneath) connection[name] = () => ran.push(name);
  const own = Object.getOwnPropertyNames(Client.prototype);
  const verbs = Object.getOwnPropertyNames(Pop3Command.prototype).filter((name) => name !== 'constructor');
  expect(own).toEqual(expect.arrayContaining([...verbs, 'connect', 'command']));
  const { client } = await clientOf();
  for (const verb of verbs) await (client as unknown as Record<string, (number?: number) => Promise<unknown>>)[verb]?.(1);
  await client.connect();
  await expect(client.command('NOOP')).rejects.toMatchObject({ code: 'UNSENDABLE' });
  expect(ran).toEqual([]);
  // What the test is worth: the library's own client runs what is beneath it.
  await new Pop3Command({ user: '', password: '', host: 'pop.example.test' }).NOOP().catch(() => undefined);
  expect(ran).toContain('connect');
  Object.assign(connection, Object.fromEntries(theirs));
});

test('the verbs answer as those of the library do, byte for byte', async () => {
  const { client, heard } = await clientOf((line) =>
    line === 'STAT' ? '+OK 2 60\r\n' : line === 'UIDL 2' ? '+OK 2 id-2\r\n' : honestPop3(line, { mails: MAILS }),
  );
  expect(await client.STAT()).toBe('2 60');
  expect(await client.UIDL()).toEqual([
    ['1', 'id-1'],
    ['2', 'id-2'],
  ]);
  expect(await client.UIDL(2)).toEqual(['2', 'id-2']);
  expect(await client.LIST()).toEqual([
    ['1', `${MAILS[0]?.length}`],
    ['2', `${MAILS[1]?.length}`],
  ]);
  expect([await client.RETR(1), await client.RETR(2)]).toEqual(MAILS);
  expect(await client.TOP(1)).toBe('Subject: one\r\n\r\n');
  await client.NOOP();
  expect(await client.DELE(1)).toBe('');
  expect(heard).toContain('TOP 1 0');
});

test('capabilities in any letter case, or none where the server does not know the question', async () => {
  const { client } = await clientOf((line) => (line === 'CAPA' ? '+OK\r\nSasl plain XOauth2\r\nPipelining\r\nUidl\r\n.\r\n' : '+OK\r\n'));
  expect((await client.CAPA())?.get('SASL')).toEqual(['PLAIN', 'XOAUTH2']);
  const old = await clientOf(() => '-ERR what?\r\n');
  expect(await old.client.CAPA()).toBeUndefined();
});

test('where there is no TOP the header is taken out of the message, and TOP is not asked again', async () => {
  const { client, heard } = await clientOf((line) => (line.startsWith('TOP') ? '-ERR what?\r\n' : honestPop3(line, { mails: MAILS })));
  expect((await client.head(1)).toString()).toContain('Subject: one\r\n\r\n');
  expect((await client.head(2)).toString('latin1')).toContain('Subject: two\r\n\r\n');
  expect(heard).toEqual(['TOP 1 0', 'RETR 1', 'RETR 2']);
});

test('a message that neither TOP nor RETR shows says nothing of the others', async () => {
  const { client, heard } = await clientOf((line) => (/ 1\b/.test(line) ? '-ERR broken\r\n' : honestPop3(line, { mails: MAILS })));
  await expect(client.head(1)).rejects.toMatchObject({ code: 'REFUSED', words: 'broken' });
  expect((await client.head(2)).toString()).toBe('Subject: two\r\n\r\n');
  expect(heard).toEqual(['TOP 1 0', 'RETR 1', 'TOP 2 0']);
});

test('a header without end is held up to a point', async () => {
  const { client } = await clientOf((line) => `+OK\r\n${line.startsWith('TOP') ? 'X: y\r\n'.repeat(400_000) : ''}.\r\n`);
  expect((await client.head(1)).length).toBe(1024 * 1024 + 1);
});

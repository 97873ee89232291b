import { Secret, type Credential } from '@mailwright/core';
import { readChallenge } from './ntlm.ts';
import { waysIn } from './sign-in.ts';
import { found, password, startStand, subjects, type Heard, type Script } from './stand.test.fixture.ts';

test.each([
  [
    ['Negotiate', 'NTLM', 'Basic realm="mail, x"'],
    ['NEGOTIATE', 'NTLM', 'BASIC'],
  ],
  [['Basic realm="x", NTLM, Bearer authorization_uri="https://login"'], ['BASIC', 'NTLM', 'BEARER']],
  [['NTLM TlRMTVNTUAAC'], ['NTLM']],
  [[], []],
])('the ways of %j are %j', (challenges, ways) => {
  expect(waysIn(challenges)).toEqual(ways);
});

test('Basic: the first question goes out without a login, all others with it, over one connection', async () => {
  await using stand = await startStand();
  const mailbox = await stand.open();
  await subjects(mailbox);
  await subjects(mailbox);
  expect(stand.heard.every(({ headers }) => headers.authorization?.startsWith('Basic '))).toBe(true);
  expect(new Set(stand.heard.map(({ socket }) => socket)).size).toBe(1);
  expect(stand.heard[0]).toMatchObject({ operation: 'GetFolder', headers: { 'user-agent': 'Mailwright' } });
});

test('a wrong password costs one try, and is told', async () => {
  let tries = 0;
  await using stand = await startStand({
    login: ({ headers }) => (headers.authorization === undefined ? ['Basic'] : (tries++, ['Basic'])),
  });
  await expect(stand.open()).rejects.toMatchObject({ code: 'auth.rejected', details: { username: 'demo@example.test' } });
  expect(tries).toBe(1);
});

test('a server that offers nothing that fits is told before the password is touched', async () => {
  await using stand = await startStand({ login: () => ['Bearer'] });
  await expect(stand.open()).rejects.toMatchObject({ code: 'auth.mechanism_missing', details: { offered: ['BEARER'] } });
});

/** A server that signs connections in: it takes any third message, or none. */
function ntlm(challenges: readonly string[], good = true): { readonly script: Script; readonly handshakes: () => number } {
  const signedIn = new WeakSet<object>();
  let handshakes = 0;
  const challenge = Buffer.alloc(56);
  challenge.write('NTLMSSP\0', 'latin1');
  challenge.writeUInt32LE(2, 8);
  const login = ({ headers, socket }: Heard) => {
    if (signedIn.has(socket)) return true;
    const message = Buffer.from(/^(?:NTLM|Negotiate) (.*)$/.exec(headers.authorization ?? '')?.[1] ?? '', 'base64');
    if (message.length < 12) return challenges;
    if (message.readUInt32LE(8) === 1) {
      handshakes++;
      return [`${headers.authorization?.split(' ')[0]} ${challenge.toString('base64')}`];
    }
    if (good) signedIn.add(socket);
    return good || challenges;
  };
  return { script: { login }, handshakes: () => handshakes };
}

test.each([[['Negotiate', 'NTLM', 'Basic']], [['Basic', 'NTLM', 'Negotiate']], [['Basic realm="x", NTLM']], [['Negotiate']]])(
  'NTLM is taken where it is offered (%j), once for many questions on one connection',
  async (challenges) => {
    expect(readChallenge(Buffer.alloc(0))).toBeUndefined();
    const { script, handshakes } = ntlm(challenges);
    await using stand = await startStand({ ...script, answer: ({ operation }) => (operation === 'FindItem' ? found() : undefined) });
    const mailbox = await stand.open();
    for (let count = 0; count < 10; count++) await subjects(mailbox);
    expect([handshakes(), new Set(stand.heard.map(({ socket }) => socket)).size]).toEqual([1, 1]);
    expect(stand.heard.filter(({ headers }) => headers.authorization?.startsWith('Basic'))).toEqual([]);
  },
);

test('a wrong password costs two tries of NTLM at most', async () => {
  const { script, handshakes } = ntlm(['NTLM'], false);
  await using stand = await startStand(script);
  await expect(stand.open()).rejects.toMatchObject({ code: 'auth.rejected' });
  expect(handshakes()).toBeLessThanOrEqual(2);
});

function tokens(values: readonly string[]): { readonly credential: Credential; readonly asked: (boolean | undefined)[] } {
  const asked: (boolean | undefined)[] = [];
  const token = ({ fresh }: { readonly fresh?: boolean } = {}) => {
    asked.push(fresh);
    return Promise.resolve({
      value: new Secret(values[Math.min(asked.length, values.length) - 1] ?? ''),
      expiresAt: new Date(Date.now() + 3_600_000),
    });
  };
  return { credential: { kind: 'token', username: 'demo@example.test', token }, asked };
}
const bearer =
  (good: string) =>
  ({ headers }: Heard) =>
    headers.authorization === `Bearer ${good}`;

test('a token that is refused is renewed once, and the question asked again', async () => {
  const { credential, asked } = tokens(['old-token-value', 'new-token-value']);
  await using stand = await startStand({ login: bearer('new-token-value') });
  await subjects(await stand.open({ credential }));
  expect(asked).toEqual([undefined, true]);
});

test('a second refusal is final', async () => {
  const { credential, asked } = tokens(['old-token-value', 'bad-token-value']);
  await using stand = await startStand({ login: bearer('other') });
  await expect(stand.open({ credential })).rejects.toMatchObject({ code: 'auth.token_expired' });
  expect(asked).toEqual([undefined, true]);
});

test('an application opens its mailbox by impersonation, a person another one by folder', async () => {
  const { credential } = tokens(['a-good-token-value']);
  await using stand = await startStand({ login: () => true, ways: [] });
  await using asking = await startStand({ login: ({ headers }) => headers.authorization !== undefined });
  const application = { ...credential, username: 'box@example.test', mailbox: 'box@example.test' } as Credential;
  await asking.open({ credential: application, overrides: { mailbox: 'box@example.test' } });
  expect(asking.heard[0]?.body).toContain('<t:PrimarySmtpAddress>box@example.test</t:PrimarySmtpAddress>');
  expect(asking.heard[0]?.headers['x-anchormailbox']).toBe('box@example.test');
  asking.heard.length = 0;
  await asking.open({ credential: password, overrides: { mailbox: 'shared<&>@example.test' } });
  expect(asking.heard[0]?.body).toContain('<t:Mailbox><t:EmailAddress>shared&lt;&amp;&gt;@example.test</t:EmailAddress></t:Mailbox>');
  expect(stand.heard).toEqual([]);
});

test('a login does not travel in the clear but to this machine', async () => {
  await using stand = await startStand();
  const config = { url: stand.url.replace('127.0.0.1', 'mail.example.test') };
  await expect(stand.open({ config })).rejects.toMatchObject({ code: 'input.invalid', details: { path: 'server.url' } });
});

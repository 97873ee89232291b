import { createHash, createHmac } from 'node:crypto';
import md4 from 'js-md4';
import { Store } from '../store/store.ts';
import { NtlmServer } from './ntlm.ts';

const NEGOTIATE = Buffer.from('NTLMSSP\0\x01\0\0\0\x05\x82\x08\xa2'.padEnd(40, '\0'), 'latin1');
const CERTIFICATE = createHash('sha256').update('certificate').digest();

const hmac = (key: Buffer, ...data: Buffer[]) => data.reduce((made, one) => made.update(one), createHmac('md5', key)).digest();
const wide = (text: string) => Buffer.from(text, 'utf16le');
const pair = (id: number, value: Buffer) => Buffer.concat([Buffer.from([id, 0, value.length, 0]), value]);

/** The client's side of MS-NLMP 3.3.2 and 3.1.5.1.2, written from the document for these tests alone. */
function authenticate(
  challenge: Buffer,
  { user = 'demo@example.test', password = 'secret', binding = CERTIFICATE, mic = true } = {},
): Buffer {
  const key = hmac(Buffer.from(md4.arrayBuffer(wide(password))), wide(user.toUpperCase()));
  const bound = Buffer.concat([Buffer.from('tls-server-end-point:'), binding]);
  const struct = Buffer.concat([Buffer.alloc(16), Buffer.from([bound.length, 0, 0, 0]), bound]);
  const pairs = Buffer.concat([pair(6, Buffer.from([2, 0, 0, 0])), pair(10, createHash('md5').update(struct).digest()), Buffer.alloc(4)]);
  const blob = Buffer.concat([
    Buffer.from([1, 1, 0, 0, 0, 0, 0, 0]),
    Buffer.alloc(8),
    Buffer.from('clientch'),
    Buffer.alloc(4),
    pairs,
    Buffer.alloc(4),
  ]);
  const proof = hmac(key, challenge.subarray(24, 32), blob);
  const [response, name] = [Buffer.concat([proof, blob]), wide(user)];
  const head = Buffer.alloc(88);
  head.write('NTLMSSP\0\x03', 'latin1');
  const point = (at: number, length: number, offset: number) => {
    head.writeUInt16LE(length, at);
    head.writeUInt16LE(length, at + 2);
    head.writeUInt32LE(offset, at + 4);
  };
  point(20, response.length, 88 + name.length);
  point(28, 0, 88);
  point(36, name.length, 88);
  const message = Buffer.concat([head, name, response]);
  hmac(hmac(key, proof), NEGOTIATE, challenge, message).copy(message, 72);
  if (!mic) message.writeUInt8(message.readUInt8(72) ^ 1, 72);
  return message;
}

function signIn(options: Parameters<typeof authenticate>[1], certificate: Buffer | undefined = CERTIFICATE): string | undefined {
  const store = new Store();
  store.addAccount('demo@example.test', 'secret');
  const server = new NtlmServer(store, certificate);
  const challenge = server.take(NEGOTIATE);
  server.take(authenticate(challenge ?? Buffer.alloc(0), options));
  return server.account?.address;
}

test('the right password, signed and bound to the channel, is let in', () => {
  expect(signIn({})).toBe('demo@example.test');
  expect(signIn({ user: 'DEMO@example.test' })).toBe('demo@example.test');
});

test.each([
  ['another password', { password: 'Secret' }],
  ['another user', { user: 'team@example.test' }],
  ['a signature that does not fit', { mic: false }],
  ['a binding to another channel', { binding: createHash('sha256').update('other').digest() }],
])('%s is refused', (_, options) => {
  expect(signIn(options)).toBeUndefined();
});

test('a binding where there is no TLS is refused', () => {
  const store = new Store();
  store.addAccount('demo@example.test', 'secret');
  const server = new NtlmServer(store, undefined);
  server.take(authenticate(server.take(NEGOTIATE) ?? Buffer.alloc(0)));
  expect(server.account).toBeUndefined();
});

test('an answer counts for its own challenge alone, and only after one', () => {
  const store = new Store();
  store.addAccount('demo@example.test', 'secret');
  const [first, second] = [new NtlmServer(store, CERTIFICATE), new NtlmServer(store, CERTIFICATE)];
  const answer = authenticate(first.take(NEGOTIATE) ?? Buffer.alloc(0));
  second.take(NEGOTIATE);
  second.take(answer);
  expect(second.account).toBeUndefined();
  const silent = new NtlmServer(store, CERTIFICATE);
  silent.take(answer);
  expect(silent.account).toBeUndefined();
  first.take(answer);
  expect(first.account?.address).toBe('demo@example.test');
});

test('what is no message is refused', () => {
  const store = new Store();
  store.addAccount('demo@example.test', 'secret');
  const server = new NtlmServer(store, undefined);
  const challenge = server.take(NEGOTIATE) ?? Buffer.alloc(0);
  for (const length of [0, 7, 12, 40, 64, 80]) {
    server.take(NEGOTIATE);
    expect(server.take(authenticate(challenge).subarray(0, length))).toBeUndefined();
    expect(server.account).toBeUndefined();
  }
});

import { createHash, createHmac } from 'node:crypto';
import { channelBindings } from './channel-bindings.ts';
import { authenticate, negotiate, readChallenge } from './ntlm.ts';

// The example of MS-NLMP section 4.2.4: user "User", domain "Domain", password "Password".
const KEY = Buffer.from('0c868a403bfd7a93a3001ef22ef02e3f', 'hex');
const NONCE = Buffer.from('0123456789abcdef', 'hex');
const RANDOM = Buffer.from('aaaaaaaaaaaaaaaa', 'hex');
const hmac = (key: Buffer, ...data: Buffer[]) => createHmac('md5', key).update(Buffer.concat(data)).digest();

function challenge(pairs: readonly (readonly [number, Buffer])[]): Buffer {
  const info = Buffer.concat([
    ...pairs.map(([id, value]) => Buffer.concat([Buffer.from([id, 0, value.length & 255, value.length >> 8]), value])),
    Buffer.alloc(4),
  ]);
  const head = Buffer.alloc(56);
  head.write('NTLMSSP\0', 'latin1');
  head.writeUInt32LE(2, 8);
  head.writeUInt32LE(0xa2888205, 20);
  NONCE.copy(head, 24);
  head.writeUInt16LE(info.length, 40);
  head.writeUInt16LE(info.length, 42);
  head.writeUInt32LE(56, 44);
  return Buffer.concat([head, info]);
}
const field = (message: Buffer, at: number) =>
  message.subarray(message.readUInt32LE(at + 4), message.readUInt32LE(at + 4) + message.readUInt16LE(at));
const answer = (message: Buffer, login: object = {}) => {
  const read = readChallenge(message);
  if (!read) throw new Error('no challenge');
  return authenticate(read, { username: 'Domain\\User', password: 'Password', host: 'mail.example.test', ...login }, RANDOM, 0);
};
const SERVER = challenge([
  [1, Buffer.from('Server', 'utf16le')],
  [2, Buffer.from('Domain', 'utf16le')],
]);
const TIMED = challenge([[7, Buffer.from('0090d336b734c301', 'hex')]]);

test('the answer is NTLMv2 with the key of the published example', () => {
  const message = answer(SERVER);
  const [lm, nt] = [field(message, 12), field(message, 20)];
  expect(nt.subarray(0, 16).equals(hmac(KEY, NONCE, nt.subarray(16)))).toBe(true);
  expect(lm.toString('hex')).toBe('86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa');
  expect([field(message, 28).toString('utf16le'), field(message, 36).toString('utf16le')]).toEqual(['Domain', 'User']);
});

test('a code covers all three messages; with the server\u2019s time the old answer is empty', () => {
  const message = answer(TIMED);
  const nt = field(message, 20);
  const mic = Buffer.from(message.subarray(72, 88));
  const bare = Buffer.from(message);
  bare.fill(0, 72, 88);
  expect(mic.equals(hmac(hmac(KEY, nt.subarray(0, 16)), negotiate(), TIMED, bare))).toBe(true);
  expect(field(message, 12).equals(Buffer.alloc(24))).toBe(true);
  expect(nt.subarray(24, 32).toString('hex')).toBe('0090d336b734c301');
});

test('the answer names the server and the bindings of the connection', () => {
  const bindings = Buffer.alloc(16, 7);
  const info = field(answer(SERVER, { bindings }), 20).subarray(16 + 28);
  expect(info.includes(Buffer.from('HTTP/mail.example.test', 'utf16le'))).toBe(true);
  expect(info.includes(Buffer.concat([Buffer.from([10, 0, 16, 0]), bindings]))).toBe(true);
  expect(info.includes(Buffer.from([6, 0, 4, 0, 2, 0, 0, 0]))).toBe(true);
});

test('a name with an @ stands without a domain', () => {
  const message = answer(SERVER, { username: 'user@example.test' });
  expect([field(message, 28).length, field(message, 36).toString('utf16le')]).toEqual([0, 'user@example.test']);
});

test.each([
  ['', 0],
  ['too short', 10],
  ['of another kind', 60],
])('what is no challenge (%s) is none', (_, size) => {
  expect(readChallenge(Buffer.alloc(size))).toBeUndefined();
});

test('bindings are those of RFC 5929: the MD5 of a structure around the hash of the certificate', () => {
  // A certificate's form: a sequence of what is signed, the algorithm (SHA-384 with RSA), the signature.
  const oid = Buffer.from('06092a864886f70d01010c', 'hex');
  const part = (tag: number, content: Buffer) => Buffer.concat([Buffer.from([tag, content.length]), content]);
  const certificate = part(
    0x30,
    Buffer.concat([part(0x30, Buffer.from('signed')), part(0x30, Buffer.concat([oid, Buffer.from([5, 0])])), part(3, Buffer.alloc(9))]),
  );
  const data = Buffer.concat([Buffer.from('tls-server-end-point:'), createHash('sha384').update(certificate).digest()]);
  const head = Buffer.alloc(20);
  head.writeUInt32LE(data.length, 16);
  expect(channelBindings(certificate).equals(createHash('md5').update(head).update(data).digest())).toBe(true);
});

import { createHmac, randomBytes } from 'node:crypto';
import md4 from 'js-md4';

const SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1');
/** MS-NLMP section 2.2.2.5: Unicode, request target, NTLM, always sign, extended session security, target info, version, 128, 56 bits. */
const FLAGS = 0x0000_0001 | 0x0000_0004 | 0x0000_0200 | 0x0000_8000 | 0x0008_0000 | 0x0080_0000 | 0x0200_0000 | 0x2000_0000;
const BITS_56 = 0x8000_0000;
/** MS-NLMP section 2.2.2.10; who reads it only looks whether the field is there. */
const VERSION = Buffer.from([10, 0, 0, 0, 0, 0, 0, 15]);
const AV = { end: 0, flags: 6, timestamp: 7, targetName: 9, channelBindings: 10 } as const;
/** There is a code over all three messages. */
const HAS_MIC = 2;

export interface NtlmLogin {
  /** DOMAIN\user, user@domain, or a name alone. */
  readonly username: string;
  readonly password: string;
  /** The server's name as it was asked for. */
  readonly host: string;
  /** The MD5 of the connection's bindings (RFC 5929 tls-server-end-point); undefined where it is not encrypted. */
  readonly bindings?: Buffer | undefined;
}

/** The first message (MS-NLMP section 2.2.1.1). */
export function negotiate(): Buffer {
  const message = Buffer.alloc(40);
  SIGNATURE.copy(message);
  message.writeUInt32LE(1, 8);
  message.writeUInt32LE((FLAGS | BITS_56) >>> 0, 12);
  VERSION.copy(message, 32);
  return message;
}

/** What a challenge says; undefined for one that is none (MS-NLMP section 2.2.1.2). */
interface Challenge {
  readonly message: Buffer;
  readonly nonce: Buffer;
  readonly flags: number;
  readonly info: ReadonlyMap<number, Buffer>;
}

export function readChallenge(message: Buffer): Challenge | undefined {
  if (message.length < 48 || !message.subarray(0, 8).equals(SIGNATURE) || message.readUInt32LE(8) !== 2) return undefined;
  const [length, offset] = [message.readUInt16LE(40), message.readUInt32LE(44)];
  const info = new Map<number, Buffer>();
  for (let at = offset; at + 4 <= Math.min(offset + length, message.length);) {
    const [id, size] = [message.readUInt16LE(at), message.readUInt16LE(at + 2)];
    if (id === AV.end) break;
    info.set(id, message.subarray(at + 4, at + 4 + size));
    at += 4 + size;
  }
  return { message, nonce: message.subarray(24, 32), flags: message.readUInt32LE(20), info };
}

/** The third message: NTLMv2 with a code over all messages and the bindings of the connection (MS-NLMP sections 3.1.5.1.2, 3.3.2). */
export function authenticate(challenge: Challenge, login: NtlmLogin, random: Buffer = randomBytes(8), now: number = Date.now()): Buffer {
  const { user, domain } = splitUser(login.username);
  const key = hmac(ntHash(login.password), utf16(user.toUpperCase() + domain));
  const time = challenge.info.get(AV.timestamp) ?? fileTime(now);
  const info = packed(
    new Map([
      ...challenge.info,
      [AV.flags, uint32(HAS_MIC)],
      [AV.targetName, utf16(`HTTP/${login.host}`)],
      [AV.channelBindings, login.bindings ?? Buffer.alloc(16)],
    ]),
  );
  const temp = Buffer.concat([Buffer.from([1, 1, 0, 0, 0, 0, 0, 0]), time, random, Buffer.alloc(4), info, Buffer.alloc(4)]);
  const proof = hmac(key, Buffer.concat([challenge.nonce, temp]));
  const session = hmac(key, proof);
  // With the server's time the older answer is left empty (section 3.1.5.1.2).
  const lm = challenge.info.has(AV.timestamp)
    ? Buffer.alloc(24)
    : Buffer.concat([hmac(key, Buffer.concat([challenge.nonce, random])), random]);
  const message = assembled([lm, Buffer.concat([proof, temp]), utf16(domain), utf16(user), utf16(''), Buffer.alloc(0)]);
  hmac(session, Buffer.concat([negotiate(), challenge.message, message])).copy(message, 72);
  return message;
}

/** MS-NLMP section 2.2.1.3: six fields, flags, version, the code, then what the fields point to. */
function assembled(fields: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(88);
  SIGNATURE.copy(head);
  head.writeUInt32LE(3, 8);
  let offset = head.length;
  for (const [index, field] of fields.entries()) {
    head.writeUInt16LE(field.length, 12 + index * 8);
    head.writeUInt16LE(field.length, 14 + index * 8);
    head.writeUInt32LE(offset, 16 + index * 8);
    offset += field.length;
  }
  head.writeUInt32LE((FLAGS | BITS_56) >>> 0, 60);
  VERSION.copy(head, 64);
  return Buffer.concat([head, ...fields]);
}

/** A user with an @ is a principal name, whose domain stays empty. */
function splitUser(username: string): { readonly user: string; readonly domain: string } {
  const slash = username.indexOf('\\');
  return slash === -1 ? { user: username, domain: '' } : { domain: username.slice(0, slash), user: username.slice(slash + 1) };
}

const ntHash = (password: string) => Buffer.from(md4.arrayBuffer(utf16(password)));
const hmac = (key: Buffer, data: Buffer) => createHmac('md5', key).update(data).digest();
const utf16 = (text: string) => Buffer.from(text, 'utf16le');

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** 100 nanoseconds since 1601. */
function fileTime(now: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE((BigInt(now) + 11_644_473_600_000n) * 10_000n);
  return bytes;
}

function packed(info: ReadonlyMap<number, Buffer>): Buffer {
  const pairs = [...info].map(([id, value]) => {
    const head = Buffer.alloc(4);
    head.writeUInt16LE(id, 0);
    head.writeUInt16LE(value.length, 2);
    return Buffer.concat([head, value]);
  });
  return Buffer.concat([...pairs, Buffer.alloc(4)]);
}

import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import md4 from 'js-md4';
import type { Account } from '../store/account.ts';
import type { Store } from '../store/store.ts';

const SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1');
/** Unicode, target, NTLM, always sign, target is a domain, extended session security, target info, 128 and 56 bit (MS-NLMP 2.2.2.5). */
const FLAGS = 0x00000001 | 0x00000004 | 0x00000200 | 0x00008000 | 0x00010000 | 0x00080000 | 0x00800000 | 0x20000000 | 0x80000000;
/** MsvAvEOL, MsvAvNbComputerName, MsvAvNbDomainName, MsvAvFlags, MsvAvTimestamp, MsvAvChannelBindings (MS-NLMP 2.2.2.1). */
const AV = { end: 0, computer: 1, domain: 2, flags: 6, timestamp: 7, bindings: 10 };
const MIC_PRESENT = 2;
const MIC_AT = 72;
const DOMAIN = 'SANDBOX';

/** The server's side of NTLMv2 (MS-NLMP 3.2) for one connection. LM and NTLMv1 are refused. */
export class NtlmServer {
  readonly #store: Store;
  readonly #certificateHash: Buffer | undefined;
  readonly #challenge = randomBytes(8);
  #negotiate: Buffer | undefined;
  #challengeMessage: Buffer | undefined;
  /** Whom the connection belongs to, once the answer was right. */
  account: Account | undefined;

  /** `certificateHash` is the SHA-256 of the server's certificate where TLS is below: a client's channel binding must fit it. */
  constructor(store: Store, certificateHash: Buffer | undefined) {
    this.#store = store;
    this.#certificateHash = certificateHash;
  }

  /** Takes a message; answers a challenge, or nothing: then `account` tells. */
  take(message: Buffer): Buffer | undefined {
    const type = message.subarray(0, 8).equals(SIGNATURE) && message.length >= 12 ? message.readUInt32LE(8) : 0;
    this.account = undefined;
    if (type === 1) {
      this.#negotiate = message;
      return (this.#challengeMessage = challengeOf(this.#challenge));
    }
    if (type === 3) this.account = this.#check(message);
    this.#challengeMessage = undefined;
    return undefined;
  }

  #check(message: Buffer): Account | undefined {
    if (!this.#negotiate || !this.#challengeMessage || message.length < MIC_AT - 8) return undefined;
    const [response, domain, user] = [field(message, 20), field(message, 28), field(message, 36)];
    const name = user.toString('utf16le');
    const account = this.#store.account(name) ?? this.#store.account(`${name}@${domain.toString('utf16le')}`);
    if (!account || response.length < 44) return undefined;
    const key = hmac(ntHash(account.password), Buffer.from(name.toUpperCase() + domain.toString('utf16le'), 'utf16le'));
    const [proof, blob] = [response.subarray(0, 16), response.subarray(16)];
    const expected = hmac(key, this.#challenge, blob);
    if (!timingSafeEqual(proof, expected)) return undefined;
    const pairs = pairsIn(blob.subarray(28));
    const sessionKey = hmac(key, expected);
    if (((pairs.get(AV.flags)?.readUInt32LE(0) ?? 0) & MIC_PRESENT) !== 0 && !this.#micFits(message, sessionKey)) return undefined;
    return this.#bindingFits(pairs.get(AV.bindings)) ? account : undefined;
  }

  /** MS-NLMP 3.1.5.1.2: over all three messages, its own place taken as zero. No key is exchanged, so the session's base key signs. */
  #micFits(message: Buffer, sessionKey: Buffer): boolean {
    if (message.length < MIC_AT + 16) return false;
    const mic = message.subarray(MIC_AT, MIC_AT + 16);
    const without = Buffer.from(message);
    without.fill(0, MIC_AT, MIC_AT + 16);
    return timingSafeEqual(mic, hmac(sessionKey, this.#negotiate ?? without, this.#challengeMessage ?? without, without));
  }

  /** A binding is not asked for, but one that is there must be that of this connection (RFC 5929 section 4). */
  #bindingFits(binding: Buffer | undefined): boolean {
    if (!binding || binding.every((byte) => byte === 0)) return true;
    return this.#certificateHash !== undefined && binding.equals(channelBinding(this.#certificateHash));
  }
}

/** The hash of gss_channel_bindings_struct with tls-server-end-point (MS-NLMP 2.2.2.1, RFC 2744 section 3.11). */
function channelBinding(certificateHash: Buffer): Buffer {
  const data = Buffer.concat([Buffer.from('tls-server-end-point:'), certificateHash]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(data.length);
  return createHash('md5')
    .update(Buffer.concat([Buffer.alloc(16), length, data]))
    .digest();
}

function challengeOf(challenge: Buffer): Buffer {
  const name = Buffer.from(DOMAIN, 'utf16le');
  const time = Buffer.alloc(8);
  // Hundreds of nanoseconds since 1601.
  time.writeBigUInt64LE((BigInt(Date.now()) + 11_644_473_600_000n) * 10_000n);
  const info = Buffer.concat([pair(AV.domain, name), pair(AV.computer, name), pair(AV.timestamp, time), pair(AV.end, Buffer.alloc(0))]);
  const head = Buffer.alloc(56);
  SIGNATURE.copy(head);
  head.writeUInt32LE(2, 8);
  pointTo(head, 12, name.length, 56);
  head.writeUInt32LE(FLAGS >>> 0, 20);
  challenge.copy(head, 24);
  pointTo(head, 40, info.length, 56 + name.length);
  return Buffer.concat([head, name, info]);
}

function pointTo(head: Buffer, at: number, length: number, offset: number): void {
  head.writeUInt16LE(length, at);
  head.writeUInt16LE(length, at + 2);
  head.writeUInt32LE(offset, at + 4);
}

function pair(id: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(value.length, 2);
  return Buffer.concat([head, value]);
}

/** Where length and offset at this place of a message point to; empty where that is outside. */
function field(message: Buffer, at: number): Buffer {
  const [length, offset] = [message.readUInt16LE(at), message.readUInt32LE(at + 4)];
  return offset + length <= message.length ? message.subarray(offset, offset + length) : Buffer.alloc(0);
}

function pairsIn(bytes: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let at = 0; at + 4 <= bytes.length;) {
    const [id, length] = [bytes.readUInt16LE(at), bytes.readUInt16LE(at + 2)];
    if (id === AV.end) break;
    found.set(id, bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return found;
}

function ntHash(password: string): Buffer {
  return Buffer.from(md4.arrayBuffer(Buffer.from(password, 'utf16le')));
}

function hmac(key: Buffer, ...data: readonly Buffer[]): Buffer {
  const made = createHmac('md5', key);
  for (const one of data) made.update(one);
  return made.digest();
}

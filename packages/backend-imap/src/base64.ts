import { Transform, type TransformCallback } from 'node:stream';

const SKIP = 64;
const PAD = 65;
/** By byte: its six bits, or what it is instead. Both alphabets of RFC 4648 are read. */
const SIX = new Uint8Array(256).fill(SKIP);
for (const [at, code] of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/').entries()) SIX[code] = at;
SIX['-'.charCodeAt(0)] = 62;
SIX['_'.charCodeAt(0)] = 63;
SIX['='.charCodeAt(0)] = PAD;

/**
 * Base64 as it comes (RFC 2045 section 6.8): what is not of the alphabet is passed over, and what follows a padding begins anew.
 * From bytes to bytes: a decoder that goes through strings costs twice the time and memory on a large attachment.
 */
export class Base64Decoder extends Transform {
  #bits = 0;
  #count = 0;

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    const out = Buffer.allocUnsafe(Math.ceil((chunk.length * 3) / 4) + 3);
    let bits = this.#bits;
    let count = this.#count;
    let to = 0;
    for (let at = 0; at < chunk.length; at++) {
      const six = SIX[chunk[at] as number] as number;
      if (six >= SKIP) {
        if (six === PAD) count = bits = 0;
        continue;
      }
      bits = (bits << 6) | six;
      count += 6;
      if (count < 8) continue;
      count -= 8;
      out[to++] = bits >> count;
      bits &= (1 << count) - 1;
    }
    this.#bits = bits;
    this.#count = count;
    done(null, out.subarray(0, to));
  }
}

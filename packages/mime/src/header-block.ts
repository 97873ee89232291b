import { CAPS } from './caps.ts';

const LF = 10;
const CR = 13;

/** Picks the header block out of a message that goes by in chunks: all up to the first empty line. */
export class HeaderBlock {
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #ended = false;
  /** Bytes of the line so far, and whether they are a lone CR. */
  #line = 0;
  #loneReturn = false;

  /** The block as far as it came by; one byte more than the cap where it was longer. */
  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  take(chunk: Buffer): void {
    if (this.#ended) return;
    const room = chunk.subarray(0, CAPS.headerBlock + 1 - this.#size);
    const end = this.#endIn(room);
    this.#chunks.push(room.subarray(0, end));
    this.#size += end;
    if (this.#size > CAPS.headerBlock) this.#ended = true;
  }

  #endIn(chunk: Buffer): number {
    for (const [at, byte] of chunk.entries()) {
      if (byte !== LF) {
        this.#loneReturn = this.#line === 0 && byte === CR;
        this.#line++;
        continue;
      }
      if (this.#line === 0 || (this.#line === 1 && this.#loneReturn)) {
        this.#ended = true;
        return at + 1;
      }
      this.#line = 0;
    }
    return chunk.length;
  }
}

import type { Reader } from '../connection.ts';

/** Longer than any token. */
const LONGEST_LINE = 64 * 1024;

/** Bytes to lines (RFC 1939 section 3), as UTF-8, without their ends. */
export class Lines implements Reader<{ readonly text: string }> {
  #held: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): void {
    this.#held = Buffer.concat([this.#held, chunk]);
  }

  next(): { readonly text: string } | undefined {
    const end = this.#held.indexOf(10);
    if ((end < 0 ? this.#held.length : end) > LONGEST_LINE) throw new Error('the line is too long');
    if (end < 0) return undefined;
    const text = this.#held.toString('utf8', 0, end).replace(/\r$/, '');
    this.#held = this.#held.subarray(end + 1);
    return { text };
  }
}

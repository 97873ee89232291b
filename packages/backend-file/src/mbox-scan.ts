import type { FileHandle } from 'node:fs/promises';
import type { Stored } from './stored.ts';

/** One message of an mbox: its bytes in the file, and how many signs of quoting are among them. */
export interface Part {
  readonly start: number;
  readonly end: number;
  readonly quotes: number;
  readonly arrivedAt?: Extract<Stored['arrived'], `${number}-${string}`>;
}

const CHUNK = 1024 * 1024;
/** Bytes of a `From ` line that are looked at, and bytes before it: a blank line, or signs of quoting. */
const LINE = 300;
const BEFORE = 100;
const WORD = Buffer.from('From ');
/** `From sender date`, with a time in it: the same word may begin a sentence that nobody quoted. */
const FROM = /^From [^\r\n]*\d{1,2}:\d\d[^\r\n]*/;
const DATE = /([A-Z][a-z]{2}) +(\d{1,2}) +(\d{1,2}:\d\d(?::\d\d)?) +(?:([+-]\d{4}|[A-Z]{1,4}) +)?(\d{4})/;

/** Where the messages of an mbox are. Reads the file once, from its beginning to `size`. */
export async function scanMbox(handle: FileHandle, size: number): Promise<Part[]> {
  const scan = new Scan();
  let position = 0;
  while (position < size) {
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(Math.min(CHUNK, size - position)),
      0,
      Math.min(CHUNK, size - position),
      position,
    );
    if (bytesRead === 0) break;
    position += bytesRead;
    scan.take(buffer.subarray(0, bytesRead), position >= size);
  }
  return scan.done();
}

interface Begun {
  /** Of the `From ` line. */
  readonly at: number;
  readonly start: number;
  readonly date: string;
  quotes: number;
}

class Scan {
  #held: Buffer = Buffer.alloc(0);
  /** Where `#held` begins in the file. */
  #base = 0;
  #next = 0;
  readonly #begun: Begun[] = [];
  readonly #blanks: number[] = [];

  take(chunk: Buffer, last: boolean): void {
    this.#held = Buffer.concat([this.#held, chunk]);
    let at = this.#held.indexOf(WORD, this.#next);
    while (at >= 0 && (last || this.#held.length - at >= LINE)) {
      this.#word(at);
      at = this.#held.indexOf(WORD, at + WORD.length);
    }
    if (last) return;
    const next = at >= 0 ? at : Math.max(0, this.#held.length - WORD.length + 1);
    const cut = Math.max(0, next - BEFORE);
    this.#held = this.#held.subarray(cut);
    this.#base += cut;
    this.#next = next - cut;
  }

  done(): Part[] {
    const size = this.#base + this.#held.length;
    return this.#begun.map(({ start, date, quotes }, index) => {
      const next = this.#begun[index + 1];
      const end = next ? next.at - (this.#blanks[index + 1] ?? 0) : size - blankBefore(this.#held, this.#held.length);
      const arrivedAt = dateOf(date);
      return { start: Math.min(start, size), end: Math.max(Math.min(start, size), end), quotes, ...(arrivedAt && { arrivedAt }) };
    });
  }

  #word(at: number): void {
    const before = this.#held.subarray(Math.max(0, at - BEFORE), at).toString('latin1');
    const current = this.#begun.at(-1);
    if (/\n>+$/.test(before)) {
      if (current) current.quotes++;
      return;
    }
    const blank = blankBefore(this.#held, at);
    if (this.#base + at > 0 && blank === 0) return;
    const line = this.#held.subarray(at, at + LINE).toString('latin1');
    const [found] = FROM.exec(line) ?? [];
    if (found === undefined) return;
    const lineEnd = /^\r?\n/.exec(line.slice(found.length))?.[0].length ?? 0;
    this.#blanks.push(blank);
    this.#begun.push({ at: this.#base + at, start: this.#base + at + found.length + lineEnd, date: found, quotes: 0 });
  }
}

/** Bytes of the blank line that ends here; 0 where there is none. */
function blankBefore(bytes: Buffer, at: number): number {
  return /\n(\r?\n)$/.exec(bytes.subarray(Math.max(0, at - 4), at).toString('latin1'))?.[1]?.length ?? 0;
}

/** RFC 4155: the date is one of UTC, unless it says otherwise. */
function dateOf(line: string): Part['arrivedAt'] {
  const [, month, day, time, zone = 'UTC', year] = DATE.exec(line) ?? [];
  const date = Date.parse(`${day} ${month} ${year} ${time} ${zone}`);
  return Number.isNaN(date) ? undefined : (new Date(date).toISOString() as Part['arrivedAt']);
}

import { PassThrough, Transform, type TransformCallback } from 'node:stream';

/** What is left of a literal when its reader leaves early: up to this many bytes are dropped as they come, for more it is not worth it. */
const DRAINED = 8 * 1024 * 1024;
/** Lines of one answer beyond which a server is only making work. */
const FLOOD = 100_000;
const LF = 0x0a;

interface Wanted {
  /** The data item that the literal must follow, such as `BODY[2]`. */
  readonly item: string;
  readonly out: PassThrough;
  begun(size: number): void;
  abandoned(this: void): void;
}

/**
 * Stands between the socket and the library's parser. It can take one literal out of the answer to a FETCH and give its bytes to
 * a stream as they come, at the pace of that stream's reader: the parser would hold them all. In its place the parser sees an
 * empty literal. Everything else passes unchanged.
 */
export class Siphon extends Transform {
  readonly #lineCap: number;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #passing = 0;
  #taking = 0;
  #lines = 0;
  #wanted: Wanted | undefined;

  constructor(lineCap: number) {
    super();
    this.#lineCap = lineCap;
  }

  /**
   * Takes the next literal of this data item. `begun` hears its size; the stream ends after that many bytes. `abandoned`: its reader
   * left, and much is still to come.
   */
  want(item: string, begun: (size: number) => void, abandoned: () => void): PassThrough {
    const out = new PassThrough({ highWaterMark: 256 * 1024 });
    // Whoever reads it hears of errors; without a reader they concern nobody.
    out.on('error', () => undefined);
    this.#wanted = { item: `${item} {`.toLowerCase(), out, begun, abandoned };
    return out;
  }

  /** Nothing more is wanted: the answer came without that literal. */
  done(): void {
    this.#wanted = undefined;
  }

  /** A new command begins: its answer may be long, all answers together longer. */
  begin(): void {
    this.#lines = 0;
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    void this.#pass(chunk, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#wanted?.out.destroy(error ?? Object.assign(new Error('the connection ended'), { code: 'NoConnection' }));
    done(error);
  }

  async #pass(chunk: Buffer, done: TransformCallback): Promise<void> {
    try {
      await this.#take(chunk);
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  async #take(chunk: Buffer): Promise<void> {
    for (let at = 0; at < chunk.length;) {
      const rest = chunk.length - at;
      if (this.#taking > 0) {
        const count = Math.min(rest, this.#taking);
        this.#taking -= count;
        await this.#give(chunk.subarray(at, at + count));
        at += count;
      } else if (this.#passing > 0) {
        const count = Math.min(rest, this.#passing);
        this.#passing -= count;
        this.push(chunk.subarray(at, at + count));
        at += count;
      } else at += this.#line(chunk.subarray(at));
    }
  }

  /** One line, or its beginning, which is held until the rest comes. Answers how many bytes it took. */
  #line(chunk: Buffer): number {
    const end = chunk.indexOf(LF) + 1;
    const piece = end === 0 ? chunk : chunk.subarray(0, end);
    this.#held.push(piece);
    this.#heldBytes += piece.length;
    if (end === 0 && this.#heldBytes <= this.#lineCap) return piece.length;
    const line = this.#held.length === 1 ? piece : Buffer.concat(this.#held);
    this.#held = [];
    this.#heldBytes = 0;
    if (++this.#lines > FLOOD) throw Object.assign(new Error('the answer has no end'), { code: 'ResponseTooLarge' });
    if (end === 0) this.push(line);
    else this.#whole(line);
    return piece.length;
  }

  #whole(line: Buffer): void {
    const marker = /\{(\d{1,19})\}\r?\n$/.exec(line.toString('latin1', Math.max(0, line.length - 24)));
    const size = Number(marker?.[1] ?? 0);
    if (marker && this.#isWanted(line, marker[0].length)) {
      this.push(Buffer.concat([line.subarray(0, line.length - marker[0].length), Buffer.from('{0}\r\n')]));
      this.#taking = size;
      this.#wanted?.begun(size);
      if (size === 0) this.#finish();
    } else {
      this.#passing = size;
      this.push(line);
    }
  }

  #isWanted(line: Buffer, marker: number): boolean {
    if (!this.#wanted || !/^\* \d+ FETCH /i.test(line.toString('latin1', 0, 24))) return false;
    const { item } = this.#wanted;
    const before = line.length - marker + 1;
    return line.toString('latin1', before - item.length, before).toLowerCase() === item;
  }

  async #give(bytes: Buffer): Promise<void> {
    const { out, abandoned } = this.#wanted ?? {};
    if (out?.destroyed && this.#taking > DRAINED) abandoned?.();
    if (out && !out.destroyed && !out.write(bytes)) await drained(out);
    if (this.#taking === 0) this.#finish();
  }

  #finish(): void {
    this.#wanted?.out.end();
    this.#wanted = undefined;
  }
}

function drained(out: PassThrough): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      out.off('drain', go).off('close', go);
      resolve();
    };
    out.on('drain', go).on('close', go);
  });
}

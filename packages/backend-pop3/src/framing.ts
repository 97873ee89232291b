const LF = 0x0a;
const CR = 0x0d;
const DOT = 0x2e;
const LINE_WITH_DOT = Buffer.from('\r\n.');
const RETURN = Buffer.from('\r');

/** Where in a line the bytes so far end. A dot that begins a line is withheld until it is known what it means, and a CR after it. */
type State = 'start' | 'text' | 'return' | 'dot' | 'dot-return';

/**
 * A multi-line answer (RFC 1939 section 3) out of bytes that come in any pieces: what stands before the line with a single dot, with
 * its last line end, the dots that were put in for the way taken out, no byte decoded. Lines end in CR LF and nothing else.
 */
export class MultiLine {
  readonly #take: (bytes: Buffer) => void;
  #state: State = 'start';

  constructor(take: (bytes: Buffer) => void) {
    this.#take = take;
  }

  /** Takes what belongs to the answer, from `at` on. Answers where the bytes behind it begin; -1 while it goes on. */
  feed(chunk: Buffer, at = 0): number {
    let from = at;
    let next = at;
    while (next < chunk.length) {
      const byte = chunk[next];
      switch (this.#state) {
        case 'start':
          this.#state = byte === DOT ? 'dot' : 'text';
          if (byte !== DOT) break;
          this.#give(chunk, from, next);
          from = ++next;
          break;
        case 'return':
          this.#state = byte === LF ? 'start' : 'text';
          if (byte === LF) next++;
          break;
        case 'dot':
          this.#state = byte === CR ? 'dot-return' : 'text';
          if (byte === CR) from = ++next;
          break;
        case 'dot-return':
          if (byte === LF) return next + 1;
          this.#take(RETURN);
          this.#state = 'text';
          break;
        case 'text': {
          const found = chunk.indexOf(LINE_WITH_DOT, next);
          const end = found === -1 ? chunk.length : found + 2;
          this.#state = found === -1 ? stateAfter(chunk, next) : 'start';
          next = end;
          break;
        }
      }
    }
    this.#give(chunk, from, chunk.length);
    return -1;
  }

  #give(chunk: Buffer, from: number, end: number): void {
    if (end > from) this.#take(chunk.subarray(from, end));
  }
}

/** The state after text that goes up to the end of a chunk. */
function stateAfter(chunk: Buffer, begin: number): State {
  const last = chunk.length - 1;
  if (chunk[last] === CR) return 'return';
  return chunk[last] === LF && last > begin && chunk[last - 1] === CR ? 'start' : 'text';
}

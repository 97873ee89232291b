const LONGEST_LINE = 64 * 1024;
/** RFC 7888 section 5: what LITERAL- lets a client send without asking. */
const LITERAL_MINUS = 4096;

/** What non-synchronizing literals a server takes: LITERAL+, LITERAL-, or none. */
export type Literals = '+' | '-' | 'none';

/** One command as it came: its text with `{n}` where the literals stand. `refusal` is why a literal was not taken. */
export interface RawCommand {
  readonly text: string;
  readonly literals: readonly Buffer[];
  readonly refusal?: string;
}

/** Bytes to commands (RFC 3501 section 2.2). Throws where a client cannot be followed any more. */
export class LineReader {
  readonly #kind: Literals;
  readonly #goOn: () => void;
  /** Bytes that one command's literals may hold together. */
  largest = 4096;
  #chunks: Buffer[] = [];
  #length = 0;
  #text = '';
  #literals: Buffer[] = [];
  #expected = -1;

  /** `goOn` tells a client to send the literal that it announced. */
  constructor(kind: Literals, goOn: () => void) {
    this.#kind = kind;
    this.#goOn = goOn;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** The next whole command; undefined until more bytes come. */
  next(): RawCommand | undefined {
    for (;;) {
      if (this.#expected >= 0) {
        if (this.#length < this.#expected) return undefined;
        this.#literals.push(Buffer.from(this.#take(this.#expected)));
        this.#expected = -1;
      }
      const line = this.#line();
      if (line === undefined) return undefined;
      this.#text += line;
      const literal = /\{(\d{1,15})(\+?)\}$/.exec(line);
      if (!literal) return this.#finish();
      const refused = this.#announce(Number(literal[1]), literal[2] === '');
      if (refused !== undefined) return this.#finish(refused);
    }
  }

  /** Takes up a literal, or says why not. */
  #announce(size: number, synchronizing: boolean): string | undefined {
    const held = this.#literals.reduce((sum, { length }) => sum + length, 0);
    const tooLarge = held + size > this.largest;
    if (!synchronizing) {
      if (this.#kind === 'none') throw new Error('literals that do not wait are not offered here');
      if (tooLarge || (this.#kind === '-' && size > LITERAL_MINUS)) throw new Error('the literal is too large');
    }
    if (tooLarge) return '[TOOBIG] the literal is too large';
    this.#text += '\r\n';
    this.#expected = size;
    if (synchronizing) this.#goOn();
    return undefined;
  }

  #finish(refusal?: string): RawCommand {
    const command = { text: this.#text, literals: this.#literals, ...(refusal !== undefined && { refusal }) };
    this.#text = '';
    this.#literals = [];
    return command;
  }

  #line(): string | undefined {
    const buffer = this.#take(this.#length);
    const end = buffer.indexOf(10);
    if (this.#text.length + (end < 0 ? buffer.length : end) > LONGEST_LINE) throw new Error('the line is too long');
    this.push(end < 0 ? buffer : buffer.subarray(end + 1));
    return end < 0 ? undefined : buffer.subarray(0, end).toString('latin1').replace(/\r$/, '');
  }

  #take(length: number): Buffer {
    const all = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    this.#chunks = all.length > length ? [all.subarray(length)] : [];
    this.#length = all.length - length;
    return all.subarray(0, length);
  }
}

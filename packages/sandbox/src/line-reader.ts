const LONGEST_LINE = 64 * 1024;
const LARGEST_LITERAL = 100 * 1024 * 1024;

/** One command as it came: its text with `{n}` where the literals stand. */
export interface RawCommand {
  readonly text: string;
  readonly literals: readonly Buffer[];
}

/** Bytes to commands. `wantLiteral` asks the client to go on where it waits for that. Throws when a client sends too much. */
export class LineReader {
  readonly #wantLiteral: () => void;
  #buffer: Buffer = Buffer.alloc(0);
  #text = '';
  #literals: Buffer[] = [];
  #expected = -1;

  constructor(wantLiteral: () => void) {
    this.#wantLiteral = wantLiteral;
  }

  /** Whether bytes are left over: what came ahead of a TLS handshake is thrown away. */
  clear(): void {
    this.#buffer = Buffer.alloc(0);
  }

  push(chunk: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
  }

  next(): RawCommand | undefined {
    for (;;) {
      if (this.#expected >= 0) {
        if (this.#buffer.length < this.#expected) return undefined;
        this.#literals.push(Buffer.from(this.#buffer.subarray(0, this.#expected)));
        this.#buffer = this.#buffer.subarray(this.#expected);
        this.#expected = -1;
      }
      const end = this.#buffer.indexOf(10);
      if (end < 0 && this.#buffer.length > LONGEST_LINE) throw new Error('line too long');
      if (end < 0) return undefined;
      const line = this.#buffer.subarray(0, end).toString('latin1').replace(/\r$/, '');
      this.#buffer = this.#buffer.subarray(end + 1);
      const literal = /~?\{(\d+)(\+?)\}$/.exec(line);
      if (!literal) {
        const command = { text: this.#text + line, literals: this.#literals };
        this.#text = '';
        this.#literals = [];
        return command;
      }
      this.#expected = Number(literal[1]);
      if (this.#expected > LARGEST_LITERAL) throw new Error('literal too large');
      this.#text += `${line}\r\n`;
      if (literal[2] === '') this.#wantLiteral();
    }
  }
}

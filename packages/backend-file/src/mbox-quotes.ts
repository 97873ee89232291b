import { Transform } from 'node:stream';

/** mboxrd: a line that begins with `From ` after any number of `>` got one more. (mboxo does so to `From ` alone, which reads the same.) */
const QUOTED = /\n>(>*From )/g;
/** What might become such a line. */
const OPEN = /\n>*(?:F|Fr|Fro|From)?$/;

/** Takes one sign of quoting off each quoted line, wherever the bytes are cut. */
export class Unquote extends Transform {
  /** The line end before the first line, which is not there. */
  #held = '\n';
  #begun = false;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null, bytes?: Buffer) => void): void {
    const text = this.#held + chunk.toString('latin1');
    const cut = OPEN.exec(text)?.index ?? text.length;
    this.#held = text.slice(cut);
    done(null, this.#plain(text.slice(0, cut)));
  }

  override _flush(done: (error?: Error | null, bytes?: Buffer) => void): void {
    done(null, this.#plain(this.#held));
  }

  #plain(text: string): Buffer {
    const plain = text.replace(QUOTED, '\n$1');
    if (this.#begun || plain === '') return Buffer.from(plain, 'latin1');
    this.#begun = true;
    return Buffer.from(plain.slice(1), 'latin1');
  }
}

/** The same for bytes that are at hand. */
export const unquoted = (bytes: Buffer): Buffer => Buffer.from(`\n${bytes.toString('latin1')}`.replace(QUOTED, '\n$1').slice(1), 'latin1');

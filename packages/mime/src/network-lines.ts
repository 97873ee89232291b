import { Transform, pipeline, type Readable } from 'node:stream';

const CR = 13;
const LF = 10;
const CRLF = Buffer.from('\r\n');

/** Bytes with each lone CR or LF made a CRLF: where servers differ on what ends a line, one mail becomes two (SMTP smuggling). */
export function networkLines(source: Readable): Readable {
  // Errors reach the last stream, which is the one that is read.
  return pipeline(source, new NetworkLines(), () => {});
}

class NetworkLines extends Transform {
  #afterReturn = false;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: (error: null, chunk: Buffer) => void): void {
    const pieces: Buffer[] = [];
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === CR || byte === LF) {
        pieces.push(chunk.subarray(from, at));
        if (byte === CR || !this.#afterReturn) pieces.push(CRLF);
        from = at + 1;
      }
      this.#afterReturn = byte === CR;
    }
    done(null, Buffer.concat([...pieces, chunk.subarray(from)]));
  }
}

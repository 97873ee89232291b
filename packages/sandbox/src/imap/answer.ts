/** A value as it goes into an answer: a number or atom as is, text quoted or as a literal, a list in parentheses, null as NIL. */
export type Value = Atom | Adjacent | string | Buffer | number | null | readonly Value[];
export class Atom {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
/** Lists side by side without a blank: the children of a multipart in BODYSTRUCTURE. */
export class Adjacent {
  readonly items: readonly Value[];
  constructor(items: readonly Value[]) {
    this.items = items;
  }
}
export const atom = (text: string) => new Atom(text);

/** An answer's bytes (RFC 3501 section 4), large literals not copied. Text that a quoted string cannot hold becomes a literal. */
export function write(values: readonly Value[]): Buffer[] {
  const out = new Output();
  out.sequence(values);
  return out.finish();
}

class Output {
  #text = '';
  readonly #pieces: Buffer[] = [];

  finish(): Buffer[] {
    if (this.#text !== '') this.#pieces.push(Buffer.from(this.#text, 'latin1'));
    this.#text = '';
    return this.#pieces;
  }

  sequence(values: readonly Value[]): void {
    values.forEach((value, index) => {
      if (index > 0) this.#text += ' ';
      this.#value(value);
    });
  }

  #value(value: Value): void {
    if (value === null) this.#text += 'NIL';
    else if (value instanceof Atom) this.#text += value.text;
    else if (value instanceof Adjacent) value.items.forEach((item) => this.#value(item));
    else if (typeof value === 'number') this.#text += String(value);
    else if (typeof value === 'string') this.#string(value);
    else if (Buffer.isBuffer(value)) this.#literal(value);
    else {
      this.#text += '(';
      this.sequence(value as readonly Value[]);
      this.#text += ')';
    }
  }

  /** Header text is kept as latin1: one character is one byte. */
  #string(text: string): void {
    // oxlint-disable-next-line no-control-regex -- what a quoted string cannot hold
    if (/^[\u0001-\u0009\u000b\u000c\u000e-\u007f]*$/.test(text)) this.#text += `"${text.replace(/["\\]/g, '\\$&')}"`;
    else this.#literal(Buffer.from(text, 'latin1'));
  }

  #literal(bytes: Buffer): void {
    this.#text += `{${bytes.length}}\r\n`;
    this.finish();
    this.#pieces.push(bytes);
  }
}

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

/** An answer's bytes (RFC 3501 section 4). Text that a quoted string cannot hold becomes a literal. */
export function write(value: Value): Buffer {
  if (value === null) return Buffer.from('NIL');
  if (value instanceof Atom) return Buffer.from(value.text, 'latin1');
  if (value instanceof Adjacent) return Buffer.concat(value.items.map(write));
  if (typeof value === 'number') return Buffer.from(String(value));
  if (Buffer.isBuffer(value)) return Buffer.concat([Buffer.from(`{${value.length}}\r\n`), value]);
  if (typeof value === 'string') return quoted(value);
  const items = (value as readonly Value[]).map(write);
  return Buffer.concat([
    Buffer.from('('),
    ...items.flatMap((item, index) => (index === 0 ? [item] : [Buffer.from(' '), item])),
    Buffer.from(')'),
  ]);
}

/** Header text is kept as latin1: one character is one byte. */
function quoted(text: string): Buffer {
  // oxlint-disable-next-line no-control-regex -- what a quoted string cannot hold
  return /^[\u0001-\u0009\u000b\u000c\u000e-\u007f]*$/.test(text)
    ? Buffer.from(`"${text.replace(/["\\]/g, '\\$&')}"`)
    : write(Buffer.from(text, 'latin1'));
}

/** Folder names on the wire: modified UTF-7 (RFC 3501 section 5.1.3). */
export function encodeName(name: string): string {
  return name.replace(/&/g, '&-').replace(/[^\u0020-\u007e]+/g, (run) => {
    const utf16 = Buffer.from(run, 'utf16le').swap16();
    return `&${utf16.toString('base64').replace(/=+$/, '').replace(/\//g, ',')}-`;
  });
}

export function decodeName(name: string): string {
  return name.replace(/&([^-]*)-/g, (_, run: string) =>
    run === '' ? '&' : Buffer.from(run.replace(/,/g, '/'), 'base64').swap16().toString('utf16le'),
  );
}

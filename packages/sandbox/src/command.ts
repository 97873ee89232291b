/** A word of a client's command: an atom, a string (quoted or literal), or a list in parentheses. */
export type Word =
  | { readonly kind: 'atom'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string; readonly bytes: Buffer }
  | { readonly kind: 'list'; readonly words: readonly Word[] };

/** What a client sent that makes no sense: answered with BAD, the connection goes on. */
export class Malformed extends Error {}

/** A refusal with its response code, such as `[NONEXISTENT] no such folder`. */
export class No extends Error {}

/** Splits a command into words (RFC 3501 section 9). `literals` stand where the text has {n} at a line's end. */
export function parseWords(text: string, literals: readonly Buffer[]): Word[] {
  const reader = new Reader(text, literals);
  const words = reader.words('');
  if (!reader.atEnd()) throw new Malformed('unexpected )');
  return words;
}

class Reader {
  readonly #text: string;
  readonly #literals: readonly Buffer[];
  #at = 0;
  #literal = 0;

  constructor(text: string, literals: readonly Buffer[]) {
    this.#text = text;
    this.#literals = literals;
  }

  atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  words(end: string, depth = 0): Word[] {
    if (depth > 50) throw new Malformed('lists are nested too deep');
    const words: Word[] = [];
    while (!this.atEnd() && this.#text[this.#at] !== ')') {
      if (this.#text[this.#at] === ' ') this.#at++;
      else words.push(this.#word(depth));
    }
    if (end === ')') {
      if (this.#text[this.#at] !== ')') throw new Malformed('a list has no end');
      this.#at++;
    }
    return words;
  }

  #word(depth: number): Word {
    const first = this.#text[this.#at];
    if (first === '(') {
      this.#at++;
      return { kind: 'list', words: this.words(')', depth + 1) };
    }
    if (first === '"') return this.#quoted();
    const literal = /^~?\{(\d+)\+?\}\r\n/.exec(this.#text.slice(this.#at, this.#at + 24));
    if (literal) {
      this.#at += literal[0].length;
      const bytes = this.#literals[this.#literal++];
      if (!bytes) throw new Malformed('a literal is missing');
      return { kind: 'string', text: bytes.toString('utf8'), bytes };
    }
    return this.#atom();
  }

  #quoted(): Word {
    const match = /^"((?:[^"\\\r\n]|\\["\\])*)"/.exec(this.#text.slice(this.#at));
    if (!match) throw new Malformed('a quoted string has no end');
    this.#at += match[0].length;
    const bytes = Buffer.from((match[1] ?? '').replace(/\\(.)/g, '$1'), 'latin1');
    return { kind: 'string', text: bytes.toString('utf8'), bytes };
  }

  /** A section such as BODY[HEADER.FIELDS (DATE FROM)]<0.100> is one atom. */
  #atom(): Word {
    let end = this.#at;
    for (let brackets = 0; end < this.#text.length; end++) {
      const character = this.#text[end];
      if (character === '[') brackets++;
      if (character === ']') brackets--;
      if (brackets <= 0 && (character === ' ' || character === '(' || character === ')' || character === '"')) break;
    }
    if (end === this.#at) throw new Malformed('a word is missing');
    const text = this.#text.slice(this.#at, end);
    this.#at = end;
    return { kind: 'atom', text };
  }
}

/** The text of a word that is an atom or a string. */
export function textOf(word: Word | undefined, what: string): string {
  if (!word || word.kind === 'list') throw new Malformed(`${what} is missing`);
  return word.text;
}

/** Numbers of a sequence set (RFC 3501 section 9) that are in use; `*` is the largest. */
export function inSet(set: string, numbers: readonly number[]): number[] {
  const largest = numbers.at(-1) ?? 0;
  const ranges = set.split(',').map((range) => {
    const ends = /^(\d+|\*)(?::(\d+|\*))?$/.exec(range);
    if (!ends) throw new Malformed(`"${range}" is no set of numbers`);
    const [from = 0, to = 0] = [ends[1], ends[2] ?? ends[1]].map((end) => (end === '*' ? largest : Number(end)));
    return { low: Math.min(from, to), high: Math.max(from, to) };
  });
  return numbers.filter((number) => ranges.some(({ low, high }) => number >= low && number <= high));
}

/** Numbers as a compact set. */
export function toSet(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last && last[1] + 1 === number) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}:${to}`)).join(',');
}

/** A word of a client's command: an atom, a string (quoted or literal), a list in parentheses, or a section such as `BODY[1]<0.100>`. */
export type Word =
  | { readonly kind: 'atom'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string; readonly bytes: Buffer }
  | { readonly kind: 'list'; readonly words: readonly Word[] }
  | SectionWord;

export interface SectionWord {
  readonly kind: 'section';
  readonly item: string;
  /** What stands in the brackets, such as `2.HEADER.FIELDS`, and the names after it. */
  readonly section: string;
  readonly names: readonly string[];
  /** First byte and number of bytes of `<0.100>`. */
  readonly partial?: { readonly start: number; readonly length: number };
}

/** What a client sent that makes no sense: answered with BAD, the connection goes on. Never leaves the server. */
export class Malformed extends Error {}

/** A refusal with its response code, such as `[NONEXISTENT] no such folder`. Never leaves the server. */
export class No extends Error {}

/** Splits a command into words (RFC 3501 section 9). `literals` stand where the text has {n} at a line's end. */
export function parseWords(text: string, literals: readonly Buffer[]): Word[] {
  const reader = new Reader(text, literals);
  const words = reader.words();
  if (!reader.atEnd()) throw new Malformed('unexpected )');
  return words;
}

const DEEPEST = 50;

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

  /** Words up to a closing parenthesis or the end. */
  words(depth = 0): Word[] {
    if (depth > DEEPEST) throw new Malformed('lists are nested too deep');
    const words: Word[] = [];
    while (!this.atEnd() && this.#text[this.#at] !== ')') {
      if (this.#text[this.#at] === ' ') this.#at++;
      else words.push(this.#word(depth));
    }
    return words;
  }

  #word(depth: number): Word {
    if (this.#text[this.#at] === '(') return { kind: 'list', words: this.#list(depth) };
    if (this.#text[this.#at] === '"') return this.#quoted();
    const literal = this.#match(/\{\d+\+?\}\r\n/y);
    if (!literal) return this.#atom();
    const bytes = this.#literals[this.#literal++];
    if (!bytes) throw new Malformed('a literal is missing');
    return { kind: 'string', text: bytes.toString('utf8'), bytes };
  }

  #list(depth: number): Word[] {
    this.#at++;
    const words = this.words(depth + 1);
    if (this.#text[this.#at] !== ')') throw new Malformed('a list has no end');
    this.#at++;
    return words;
  }

  #quoted(): Word {
    const match = this.#match(/"((?:[^"\\\r\n]|\\["\\])*)"/y);
    if (!match) throw new Malformed('a quoted string has no end');
    const bytes = Buffer.from((match[1] ?? '').replace(/\\(.)/g, '$1'), 'latin1');
    return { kind: 'string', text: bytes.toString('utf8'), bytes };
  }

  #atom(): Word {
    const section = this.#match(/(BODY(?:\.PEEK)?)\[([\w.]*)/iy);
    if (section) return this.#section(section[1] ?? '', section[2] ?? '');
    // oxlint-disable-next-line no-control-regex -- what an atom cannot hold
    const match = this.#match(/[^\u0000-\u0020(){"\u007f]+/y);
    if (!match) throw new Malformed('a word is missing');
    return { kind: 'atom', text: Buffer.from(match[0], 'latin1').toString('utf8') };
  }

  #section(item: string, section: string): Word {
    if (this.#text[this.#at] === ' ') this.#at++;
    const names = this.#text[this.#at] === '(' ? this.#list(0).map((word) => textOf(word, 'header name')) : [];
    if (!this.#match(/\]/y)) throw new Malformed('a section has no end');
    const partial = this.#match(/<(\d{1,10})\.(\d{1,10})>/y);
    return {
      kind: 'section',
      item: item.toUpperCase(),
      section: section.toUpperCase(),
      names,
      ...(partial && { partial: { start: Number(partial[1]), length: Number(partial[2]) } }),
    };
  }

  #match(sticky: RegExp): RegExpExecArray | undefined {
    sticky.lastIndex = this.#at;
    const match = sticky.exec(this.#text);
    if (match) this.#at = sticky.lastIndex;
    return match ?? undefined;
  }
}

/** The text of a word that is an atom or a string. */
export function textOf(word: Word | undefined, what: string): string {
  if (!word || word.kind === 'list' || word.kind === 'section') throw new Malformed(`${what} is missing`);
  return word.text;
}

/** The words of a list; undefined if the word is none. */
export function listOf(word: Word | undefined): readonly Word[] | undefined {
  return word?.kind === 'list' ? word.words : undefined;
}

/** Whether a word is this atom, in any case. */
export function isAtom(word: Word | undefined, text: string): boolean {
  return word?.kind === 'atom' && word.text.toUpperCase() === text;
}

/** A command takes so many arguments and no more. */
export function expectCount(words: readonly Word[], count: number): void {
  if (words.length > count) throw new Malformed('too many arguments');
}

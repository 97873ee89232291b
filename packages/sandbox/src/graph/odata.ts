import { badRequest } from './answer.ts';

/** A value of an OData literal or property: text, number, truth, null. Dates are texts in ISO 8601, which sort as they should. */
export type Value = string | number | boolean | null;
/** What a filter asks of an item: the value of a property by its path; undefined where there is no such property. */
export type Look = (path: string) => Value | undefined;
export interface Condition {
  holds(look: Look): boolean;
  /** Properties in the order in which they appear. */
  readonly paths: readonly string[];
}

const TOKEN = /\s*(?:(\(|\)|,)|'((?:[^']|'')*)'|(\d{4}-\d\d-\d\dT[\d:.]+Z)|(-?\d+(?:\.\d+)?)|([A-Za-z_][\w/]*))/y;
const COMPARE: Readonly<Record<string, (order: number) => boolean>> = {
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
  lt: (order) => order < 0,
  le: (order) => order <= 0,
};
/** Exchange compares texts without regard to letter case. */
const FUNCTIONS: Readonly<Record<string, (text: string, part: string) => boolean>> = {
  contains: (text, part) => text.includes(part),
  startswith: (text, part) => text.startsWith(part),
  endswith: (text, part) => text.endsWith(part),
};

interface Token {
  readonly kind: 'mark' | 'text' | 'date' | 'number' | 'word';
  readonly text: string;
}
type Operand = { readonly path: string } | { readonly value: Value };

/** A $filter (OData 4.01 URL conventions, section 5.1.1) of the part of the language that is known here. Errors: 400 for the rest. */
export function parseFilter(text: string, known: (path: string) => boolean): Condition {
  return new Parser(tokensOf(text), known).whole();
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < text.trimEnd().length;) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (!found) throw badRequest(`Syntax error at position ${at} in '${text}'.`);
    const [, mark, quoted, date, number, word = ''] = found;
    if (mark !== undefined) tokens.push({ kind: 'mark', text: mark });
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted.replaceAll("''", "'") });
    else if (date !== undefined) tokens.push({ kind: 'date', text: new Date(date).toISOString() });
    else if (number === undefined) tokens.push({ kind: 'word', text: word });
    else tokens.push({ kind: 'number', text: number });
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #known: (path: string) => boolean;
  readonly #paths: string[] = [];
  #at = 0;

  constructor(tokens: readonly Token[], known: (path: string) => boolean) {
    this.#tokens = tokens;
    this.#known = known;
  }

  whole(): Condition {
    const holds = this.#or();
    if (this.#at < this.#tokens.length) throw this.#wrong();
    return { holds, paths: this.#paths };
  }

  #or(): Condition['holds'] {
    const parts = [this.#and()];
    while (this.#take('or')) parts.push(this.#and());
    return (look) => parts.some((part) => part(look));
  }

  #and(): Condition['holds'] {
    const parts = [this.#not()];
    while (this.#take('and')) parts.push(this.#not());
    return (look) => parts.every((part) => part(look));
  }

  #not(): Condition['holds'] {
    if (!this.#take('not')) return this.#leaf();
    const part = this.#not();
    return (look) => !part(look);
  }

  #leaf(): Condition['holds'] {
    if (this.#take('(')) {
      const inner = this.#or();
      this.#expect(')');
      return inner;
    }
    const name = FUNCTIONS[this.#tokens[this.#at]?.text ?? ''];
    if (name && this.#tokens[this.#at + 1]?.text === '(') return this.#call(name);
    const left = this.#operand();
    const compare = COMPARE[this.#next().text];
    if (!compare) throw this.#wrong();
    const right = this.#operand();
    return (look) => compare(order(read(left, look), read(right, look)));
  }

  #call(test: (text: string, part: string) => boolean): Condition['holds'] {
    this.#at += 2;
    const text = this.#operand();
    this.#expect(',');
    const part = this.#operand();
    this.#expect(')');
    return (look) => test(String(read(text, look) ?? '').toLowerCase(), String(read(part, look) ?? '').toLowerCase());
  }

  #operand(): Operand {
    const { kind, text } = this.#next();
    if (kind === 'text' || kind === 'date') return { value: text };
    if (kind === 'number') return { value: Number(text) };
    if (kind === 'mark') throw this.#wrong();
    if (text === 'true' || text === 'false') return { value: text === 'true' };
    if (text === 'null') return { value: null };
    if (!this.#known(text)) throw badRequest(`Could not find a property named '${text}' on type 'Microsoft.OutlookServices.Message'.`);
    this.#paths.push(text);
    return { path: text };
  }

  #take(text: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.text !== text || token.kind === 'text') return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw this.#wrong();
  }

  #next(): Token {
    const token = this.#tokens[this.#at++];
    if (!token) throw this.#wrong();
    return token;
  }

  #wrong() {
    return badRequest(`Syntax error near token ${this.#at} of the filter.`);
  }
}

const read = (operand: Operand, look: Look): Value => ('path' in operand ? (look(operand.path) ?? null) : operand.value);

/** Negative, zero or positive; NaN where the two cannot be compared. */
export function order(left: Value, right: Value): number {
  if (typeof left === 'string' && typeof right === 'string') {
    const [a, b] = [left.toLowerCase(), right.toLowerCase()];
    return a < b ? -1 : a > b ? 1 : 0;
  }
  if (left === null || right === null) return left === right ? 0 : Number.NaN;
  return Number(left) - Number(right);
}

/** One token of a response as the library's parser gives it; a list is an array, NIL is null. */
export type Token = TokenNode | readonly Token[] | null;
export interface TokenNode {
  readonly type: string;
  readonly value?: string | Buffer | number | null;
  readonly section?: readonly Token[];
  readonly partial?: readonly number[];
}
export interface Response {
  readonly tag: string;
  readonly command: string;
  readonly attributes?: readonly Token[];
}

/** Tokens to send. `text` goes onto the wire as it is: only for what this package writes itself. */
export const atom = (value: string): TokenNode => ({ type: 'ATOM', value });
export const text = (value: string): TokenNode => ({ type: 'TEXT', value });
export const sequence = (value: string): TokenNode => ({ type: 'SEQUENCE', value });
/** A string of any content: quoted where that is safe, else as a literal (RFC 3501 section 4.3). */
export const string = (value: string): TokenNode =>
  /^[\x20-\x7e]*$/.test(value) ? { type: 'STRING', value } : { type: 'LITERAL', value: Buffer.from(value, 'utf8') };

export const isList = (token: Token | undefined): token is readonly Token[] => Array.isArray(token);

/** The value of a token as text; undefined for lists and NIL. */
export function wordOf(token: Token | undefined): string | undefined {
  if (token === null || token === undefined || isList(token)) return undefined;
  const { value } = token as TokenNode;
  return value === null || value === undefined ? undefined : value.toString();
}

/** The value of a token as bytes. */
export function bytesOf(token: Token | undefined): Buffer | undefined {
  if (token === null || token === undefined || isList(token)) return undefined;
  const { value } = token as TokenNode;
  if (value === null || value === undefined) return undefined;
  return Buffer.isBuffer(value) ? value : Buffer.from(value.toString(), 'utf8');
}

/** The bracketed code of a status response: `[COPYUID 1 2 3]` as its tokens. */
export function codeOf(response: Response, name: string): readonly Token[] | undefined {
  const section = (response.attributes?.[0] as TokenNode | null | undefined)?.section;
  return section && wordOf(section[0])?.toUpperCase() === name ? section : undefined;
}

/** The greatest number of ids that one set may name: beyond it, a server is making memory of ours. */
const MOST_IDS = 10_000_000;

/** The numbers of a sequence set (RFC 3501 section 9), in the order written. Malformed or excessive: undefined. */
export function expandSet(set: string | undefined): number[] | undefined {
  if (set === undefined || !/^\d{1,10}(:\d{1,10})?(,\d{1,10}(:\d{1,10})?)*$/.test(set)) return undefined;
  const numbers: number[] = [];
  for (const part of set.split(',')) {
    const [first = 0, last = first] = part.split(':').map(Number);
    if (numbers.length + Math.abs(last - first) > MOST_IDS) return undefined;
    const step = first <= last ? 1 : -1;
    for (let id = first; id !== last + step; id += step) numbers.push(id);
  }
  return numbers;
}

/** Numbers as a sequence set, neighbors joined. */
export function packSet(numbers: readonly number[]): string {
  const parts: string[] = [];
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  for (let at = 0; at < sorted.length; at++) {
    const first = sorted[at] ?? 0;
    let last = first;
    while (sorted[at + 1] === last + 1) last = sorted[++at] ?? last;
    parts.push(first === last ? `${first}` : `${first}:${last}`);
  }
  return parts.join(',');
}

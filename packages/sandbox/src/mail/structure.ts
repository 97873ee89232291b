/** A part of a message as IMAP counts them (RFC 3501 section 6.4.5): slices of the raw bytes. */
export interface Part {
  readonly raw: Buffer;
  /** The header block with its blank line, and the body. */
  readonly header: Buffer;
  readonly body: Buffer;
  readonly fields: readonly Field[];
  readonly type: string;
  readonly subtype: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly parts: readonly Part[];
  /** The message inside a message/rfc822 part. */
  readonly message?: Part;
}
export interface Field {
  readonly name: string;
  /** Unfolded, undecoded; one character is one byte. */
  readonly value: string;
  readonly raw: string;
}

const DEEPEST = 50;
const TEXT = 'text/plain; charset=us-ascii';

const structures = new WeakMap<Buffer, Part>();
/** The structure of a message, parsed once. */
export function structureOf(raw: Buffer): Part {
  let found = structures.get(raw);
  if (!found) structures.set(raw, (found = parseStructure(raw, TEXT, 0)));
  return found;
}

/** What is no MIME is one text part. */
function parseStructure(raw: Buffer, defaultType: string, depth: number): Part {
  const { header, body } = splitHeader(raw);
  const fields = parseFields(header);
  const { type, subtype, parameters } = contentType(valueOf(fields, 'content-type'), defaultType);
  const boundary = parameters.get('boundary');
  const inner = subtype === 'digest' ? 'message/rfc822' : TEXT;
  const slices = type === 'multipart' && boundary !== undefined && depth < DEEPEST ? splitParts(body, boundary) : [];
  const parts = slices.map((slice) => parseStructure(slice, inner, depth + 1));
  const isMessage = type === 'message' && subtype === 'rfc822' && depth < DEEPEST;
  return {
    raw,
    header,
    body,
    fields,
    type,
    subtype,
    parameters,
    parts,
    ...(isMessage && { message: parseStructure(body, TEXT, depth + 1) }),
  };
}

function contentType(given: string | undefined, fallback: string) {
  const own = parseParameters(given ?? fallback);
  const { value, parameters } = /^[\w.+-]+\/[\w.+-]+$/.test(own.value) ? own : parseParameters(TEXT);
  const [type = '', subtype = ''] = value.split('/');
  return { type, subtype, parameters };
}

export function valueOf(fields: readonly Field[], name: string): string | undefined {
  return fields.find((field) => field.name.toLowerCase() === name)?.value;
}

/** A header ends with a blank line, whatever its line ends are. */
function splitHeader(raw: Buffer): { header: Buffer; body: Buffer } {
  let at = 0;
  while (at < raw.length) {
    const newline = raw.indexOf(10, at);
    if (newline < 0) break;
    const blank = newline === at || (newline === at + 1 && raw[at] === 13);
    at = newline + 1;
    if (blank) return { header: raw.subarray(0, at), body: raw.subarray(at) };
  }
  return { header: raw, body: raw.subarray(raw.length) };
}

function parseFields(header: Buffer): Field[] {
  const lines = header.toString('latin1').split(/\r?\n(?![ \t])/);
  return lines.flatMap((raw) => {
    const colon = raw.indexOf(':');
    if (colon <= 0) return [];
    const unfolded = raw.slice(colon + 1).replace(/\r?\n(?=[ \t])/g, '');
    return [{ name: raw.slice(0, colon).trim(), value: unfolded.trim(), raw }];
  });
}

/** `text/plain; charset="utf-8"` as value and parameters; names in lower case. */
export function parseParameters(text: string): { value: string; parameters: Map<string, string> } {
  const value = (/^[^;]*/.exec(text)?.[0] ?? '').trim().toLowerCase();
  const pairs = [...text.matchAll(/;\s*([\w*.-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))/gs)];
  const parameters = pairs.map(
    ([, name = '', quoted, bare = '']) => [name.toLowerCase(), quoted?.replace(/\\(.)/gs, '$1') ?? bare.trim()] as const,
  );
  return { value, parameters: new Map(parameters) };
}

/** Slices between the boundary lines; a last one that is not closed goes to the end. */
function splitParts(body: Buffer, boundary: string): Buffer[] {
  const parts: Buffer[] = [];
  let begin = -1;
  for (let at = 0; at < body.length;) {
    const newline = body.indexOf(10, at);
    const end = newline < 0 ? body.length : newline + 1;
    const line = body[at] === 0x2d ? body.subarray(at, end).toString('latin1').trimEnd() : '';
    if (line === `--${boundary}` || line === `--${boundary}--`) {
      if (begin >= 0) parts.push(body.subarray(begin, beforeNewline(body, at, begin)));
      if (line !== `--${boundary}`) return parts;
      begin = end;
    }
    at = end;
  }
  if (begin >= 0) parts.push(body.subarray(begin));
  return parts;
}

/** The line end before a boundary belongs to the boundary (RFC 2046 section 5.1.1). */
function beforeNewline(body: Buffer, at: number, begin: number): number {
  const end = at > begin && body[at - 1] === 10 ? at - 1 : at;
  return end > begin && body[end - 1] === 13 ? end - 1 : end;
}

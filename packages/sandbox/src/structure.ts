/** A part of a message as IMAP counts them (RFC 3501 section 6.4.5): offsets into the raw bytes. */
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
  /** Unfolded, undecoded, 8-bit as is. */
  readonly value: string;
  readonly raw: string;
}

const DEEPEST = 50;

/** The MIME tree of a message; what is no MIME is one text part. */
export function parseStructure(raw: Buffer, depth = 0): Part {
  const { header, body } = splitHeader(raw);
  const fields = parseFields(header);
  const { value, parameters } = parseParameters(valueOf(fields, 'content-type') ?? 'text/plain; charset=us-ascii');
  const [type = 'text', subtype = 'plain'] = /^[\w.+-]+\/[\w.+-]+$/.test(value) ? value.split('/') : ['text', 'plain'];
  const boundary = parameters.get('boundary');
  const parts =
    type === 'multipart' && boundary !== undefined && depth < DEEPEST
      ? splitParts(body, boundary).map((part) => parseStructure(part, depth + 1))
      : [];
  const message = type === 'message' && subtype === 'rfc822' && depth < DEEPEST ? parseStructure(body, depth + 1) : undefined;
  return { raw, header, body, fields, type, subtype, parameters, parts, ...(message && { message }) };
}

export function valueOf(fields: readonly Field[], name: string): string | undefined {
  return fields.find((field) => field.name.toLowerCase() === name)?.value;
}

function splitHeader(raw: Buffer): { header: Buffer; body: Buffer } {
  if (raw[0] === 10 || (raw[0] === 13 && raw[1] === 10))
    return { header: raw.subarray(0, raw[0] === 10 ? 1 : 2), body: raw.subarray(raw[0] === 10 ? 1 : 2) };
  const ends = [raw.indexOf('\r\n\r\n'), raw.indexOf('\n\n')].map((at, index) =>
    at < 0 ? Number.POSITIVE_INFINITY : at + (index === 0 ? 4 : 2),
  );
  const end = Math.min(...ends, raw.length);
  return { header: raw.subarray(0, end), body: raw.subarray(end) };
}

function parseFields(header: Buffer): Field[] {
  return header
    .toString('latin1')
    .split(/\r?\n(?![ \t])/)
    .flatMap((raw) => {
      const colon = raw.indexOf(':');
      return colon > 0
        ? [
            {
              name: raw.slice(0, colon).trim(),
              value: raw
                .slice(colon + 1)
                .replace(/\r?\n[ \t]+/g, ' ')
                .trim(),
              raw,
            },
          ]
        : [];
    });
}

/** `text/plain; charset="utf-8"` as value and parameters; names in lower case. */
export function parseParameters(text: string): { value: string; parameters: Map<string, string> } {
  const value = (/^[^;]*/.exec(text)?.[0] ?? '').trim().toLowerCase();
  const pairs = [...text.matchAll(/;\s*([\w*.-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)/g)];
  return {
    value,
    parameters: new Map(
      pairs.map(([, name = '', given = '']) => [name.toLowerCase(), given.trim().replace(/^"|"$/g, '').replace(/\\(.)/g, '$1')]),
    ),
  };
}

function splitParts(body: Buffer, boundary: string): Buffer[] {
  const parts: Buffer[] = [];
  let begin = -1;
  for (let at = 0; at <= body.length;) {
    const newline = body.indexOf(10, at);
    const end = newline < 0 ? body.length : newline;
    const line = body.subarray(at, end).toString('latin1').trimEnd();
    if (line === `--${boundary}` || line === `--${boundary}--`) {
      if (begin >= 0) parts.push(body.subarray(begin, beforeNewline(body, at, begin)));
      begin = line.endsWith('--') && line !== `--${boundary}` ? -2 : end + 1;
      if (begin === -2) return parts;
    }
    at = end + 1;
  }
  if (begin >= 0 && begin <= body.length) parts.push(body.subarray(begin));
  return parts;
}

/** The line end before a boundary belongs to the boundary (RFC 2046 section 5.1.1). */
function beforeNewline(body: Buffer, at: number, begin: number): number {
  const end = at > begin && body[at - 1] === 10 ? at - 1 : at;
  return end > begin && body[end - 1] === 13 ? end - 1 : end;
}

/** The bytes that a section names (RFC 3501 section 6.4.5), such as "1.2", "HEADER", "2.MIME", "TEXT"; undefined where there is none. */
export function section(root: Part, spec: string, names: readonly string[] = []): Buffer | undefined {
  const match = /^((?:\d+\.)*\d+)?\.?(HEADER\.FIELDS\.NOT|HEADER\.FIELDS|HEADER|TEXT|MIME)?$/i.exec(spec);
  if (!match) return undefined;
  const numbers = match[1]?.split('.').map(Number) ?? [];
  const what = match[2]?.toUpperCase();
  const part = descend(root, numbers);
  if (!part) return undefined;
  if (what === 'MIME') return part.header;
  // HEADER and TEXT of a numbered part are those of the message inside it.
  const inner = numbers.length === 0 ? part : (part.message ?? (what === undefined ? part : undefined));
  if (what === undefined) return numbers.length === 0 ? part.raw : part.body;
  if (!inner) return undefined;
  if (what === 'TEXT') return inner.body;
  return what === 'HEADER' ? inner.header : pickFields(inner, names, what === 'HEADER.FIELDS');
}

function descend(root: Part, numbers: readonly number[]): Part | undefined {
  let part: Part | undefined = root;
  numbers.forEach((number, level) => {
    const container: Part | undefined = level === 0 ? part : (part?.message ?? part);
    part = container && (container.parts.length > 0 ? container.parts[number - 1] : number === 1 ? container : undefined);
  });
  return part;
}

function pickFields(part: Part, names: readonly string[], wanted: boolean): Buffer {
  const set = new Set(names.map((name) => name.toLowerCase()));
  const lines = part.fields
    .filter(({ name }) => set.has(name.toLowerCase()) === wanted)
    .map(({ raw }) => `${raw.replace(/\r?\n/g, '\r\n').replace(/\r\n$/, '')}\r\n`);
  return Buffer.from(`${lines.join('')}\r\n`, 'latin1');
}

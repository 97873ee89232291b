import addressparser from 'nodemailer/lib/addressparser';
import { Adjacent, type Value } from '../imap/answer.ts';
import { parseParameters, valueOf, type Field, type Part } from './structure.ts';

/** ENVELOPE (RFC 3501 section 7.4.2): header values as they stand, undecoded. */
export function envelope({ fields }: Part): Value {
  const text = (name: string) => valueOf(fields, name) ?? null;
  const from = addresses(fields, 'from');
  return [
    text('date'),
    text('subject'),
    from,
    addresses(fields, 'sender') ?? from,
    addresses(fields, 'reply-to') ?? from,
    addresses(fields, 'to'),
    addresses(fields, 'cc'),
    addresses(fields, 'bcc'),
    text('in-reply-to'),
    text('message-id'),
  ];
}

/** Side by side without blanks (RFC 3501 section 9, env-from). A group is its name, its members, and an end mark. */
function addresses(fields: readonly Field[], name: string): Value {
  const found = addressparser(valueOf(fields, name) ?? '').flatMap((one): Value[] => {
    if (!('group' in one) || !one.group) return [address(one)];
    return [[null, null, one.name, null], ...one.group.map(address), [null, null, null, null]];
  });
  return found.length === 0 ? null : [new Adjacent(found)];
}

function address({ address: whole = '', name }: { address?: string | undefined; name: string }): Value {
  const at = whole.lastIndexOf('@');
  return [name || null, null, at < 0 ? whole : whole.slice(0, at), at < 0 ? '' : whole.slice(at + 1)];
}

/** BODY and, with `extended`, BODYSTRUCTURE. */
export function bodyStructure(part: Part, extended: boolean): Value {
  if (part.parts.length > 0) {
    const children = part.parts.map((child) => bodyStructure(child, extended));
    return [new Adjacent(children), part.subtype.toUpperCase(), ...(extended ? [pairs(part.parameters), ...extension(part)] : [])];
  }
  // A multipart without parts is shown as text: IMAP has no form for it.
  const empty = part.type === 'multipart';
  const basic: Value[] = [
    empty ? 'TEXT' : part.type.toUpperCase(),
    empty ? 'PLAIN' : part.subtype.toUpperCase(),
    pairs(part.parameters),
    valueOf(part.fields, 'content-id') ?? null,
    valueOf(part.fields, 'content-description') ?? null,
    (valueOf(part.fields, 'content-transfer-encoding') ?? '7BIT').toUpperCase(),
    part.body.length,
  ];
  if (part.message) basic.push(envelope(part.message), bodyStructure(part.message, extended), lines(part.body));
  else if (empty || part.type === 'text') basic.push(lines(part.body));
  return extended ? [...basic, valueOf(part.fields, 'content-md5') ?? null, ...extension(part)] : basic;
}

/** Disposition, language and location. */
function extension({ fields }: Part): Value[] {
  const { value, parameters } = parseParameters(valueOf(fields, 'content-disposition') ?? '');
  const languages = (valueOf(fields, 'content-language') ?? '').split(',').flatMap((one) => one.trim() || []);
  return [
    value === '' ? null : [value.toUpperCase(), pairs(parameters)],
    languages.length === 0 ? null : languages,
    valueOf(fields, 'content-location') ?? null,
  ];
}

function pairs(parameters: ReadonlyMap<string, string>): Value {
  return parameters.size === 0 ? null : [...parameters].flatMap(([name, value]) => [name.toUpperCase(), value]);
}

/** Line ends, and a last line that has none. */
function lines(body: Buffer): number {
  let count = body.length > 0 && body.at(-1) !== 10 ? 1 : 0;
  for (let at = body.indexOf(10); at >= 0; at = body.indexOf(10, at + 1)) count++;
  return count;
}

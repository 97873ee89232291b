import addressparser from 'nodemailer/lib/addressparser';
import { parseParameters, parseStructure, valueOf, type Field, type Part } from './structure.ts';
import { Adjacent, type Value } from './wire-text.ts';

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

function addresses(fields: readonly Field[], name: string): Value {
  const found = addressparser(valueOf(fields, name) ?? '', { flatten: true });
  if (found.length === 0) return null;
  return found.map(({ address, name: display }) => {
    const at = address.lastIndexOf('@');
    return [display || null, null, at < 0 ? address : address.slice(0, at), at < 0 ? '' : address.slice(at + 1)];
  });
}

/** BODY and, with `extended`, BODYSTRUCTURE. */
export function bodyStructure(part: Part, extended: boolean): Value {
  if (part.parts.length > 0) {
    const children = part.parts.map((child) => bodyStructure(child, extended));
    const more = extended ? [pairs(part.parameters), ...extension(part)] : [];
    return [new Adjacent(children), part.subtype.toUpperCase(), ...more];
  }
  const basic: Value[] = [
    (part.type === 'multipart' ? 'text' : part.type).toUpperCase(),
    (part.type === 'multipart' ? 'plain' : part.subtype).toUpperCase(),
    pairs(part.parameters),
    valueOf(part.fields, 'content-id') ?? null,
    valueOf(part.fields, 'content-description') ?? null,
    (valueOf(part.fields, 'content-transfer-encoding') ?? '7BIT').toUpperCase(),
    part.body.length,
  ];
  if (part.message) basic.push(envelope(part.message), bodyStructure(part.message, extended), lines(part.body));
  else if (part.type === 'text' || part.type === 'multipart') basic.push(lines(part.body));
  return extended ? [...basic, valueOf(part.fields, 'content-md5') ?? null, ...extension(part)] : basic;
}

function extension(part: Part): Value[] {
  const header = valueOf(part.fields, 'content-disposition');
  const { value, parameters } = parseParameters(header ?? '');
  return [header === undefined || value === '' ? null : [value.toUpperCase(), pairs(parameters)], null, null];
}

function pairs(parameters: ReadonlyMap<string, string>): Value {
  return parameters.size === 0 ? null : [...parameters].flatMap(([name, value]) => [name.toUpperCase(), value]);
}

const lines = (body: Buffer) => body.toString('latin1').split('\n').length - (body.at(-1) === 10 || body.length === 0 ? 1 : 0);

const structures = new WeakMap<Buffer, Part>();
/** The structure of a message, parsed once. */
export function structureOf(raw: Buffer): Part {
  let found = structures.get(raw);
  if (!found) structures.set(raw, (found = parseStructure(raw)));
  return found;
}

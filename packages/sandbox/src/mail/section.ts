import type { Part } from './structure.ts';

/** The bytes that a section names (RFC 3501 section 6.4.5), such as "1.2", "HEADER", "2.MIME", "TEXT"; undefined where there is none. */
export function section(root: Part, spec: string, names: readonly string[] = []): Buffer | undefined {
  const [, numbers, what] = /^((?:\d+\.)*\d+)?\.?([A-Z.]*)$/.exec(spec) ?? [];
  const path = numbers?.split('.').map(Number) ?? [];
  const part = descend(root, path);
  if (!part || what === undefined) return undefined;
  if (what === '') return path.length === 0 ? part.raw : part.body;
  if (what === 'MIME') return part.header;
  // HEADER and TEXT of a numbered part are those of the message inside it.
  const message = path.length === 0 ? part : part.message;
  if (!message) return undefined;
  if (what === 'TEXT') return message.body;
  return what === 'HEADER' ? message.header : pickFields(message, names, what === 'HEADER.FIELDS');
}

/** A message that is no multipart has one part, which is its body. */
function descend(root: Part, path: readonly number[]): Part | undefined {
  let part: Part | undefined = root;
  let atMessage = true;
  for (const number of path) {
    const container: Part | undefined = atMessage ? part : (part?.message ?? part);
    const mayBeWhole: boolean = atMessage || part?.message !== undefined;
    part = container && container.parts.length > 0 ? container.parts[number - 1] : number === 1 && mayBeWhole ? container : undefined;
    atMessage = false;
  }
  return part;
}

function pickFields(part: Part, names: readonly string[], wanted: boolean): Buffer {
  const set = new Set(names.map((name) => name.toLowerCase()));
  const fields = part.fields.filter(({ name }) => set.has(name.toLowerCase()) === wanted);
  return Buffer.from(`${fields.map(({ raw }) => `${raw.replace(/\r?\n/g, '\r\n')}\r\n`).join('')}\r\n`, 'latin1');
}

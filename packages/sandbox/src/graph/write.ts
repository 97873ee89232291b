import { randomBytes } from 'node:crypto';
import { structureOf } from '../mail/structure.ts';

/** A file to be put into a draft. */
export interface NewAttachment {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Buffer;
  readonly contentId?: string;
  readonly inline: boolean;
}

/** A message with one attachment more: what it held becomes the first part (RFC 2046 section 5.1.3). */
export function withAttachment(raw: Buffer, { name, contentType, bytes, contentId, inline }: NewAttachment): Buffer {
  const { fields, body } = structureOf(raw);
  const boundary = `sandbox-${randomBytes(12).toString('hex')}`;
  const [own, inner] = [false, true].map((content) =>
    fields.filter((field) => /^content-/i.test(field.name) === content && !/^mime-version$/i.test(field.name)).map((field) => field.raw),
  );
  const head = [...(own ?? []), 'MIME-Version: 1.0', `Content-Type: multipart/mixed; boundary="${boundary}"`, '', `--${boundary}`];
  const part = [
    '',
    `--${boundary}`,
    `Content-Type: ${/^[\w.+-]+\/[\w.+-]+$/.test(contentType) ? contentType : 'application/octet-stream'}`,
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: ${inline ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(name)}`,
    ...(contentId === undefined ? [] : [`Content-ID: <${contentId.replace(/[<>\r\n]/g, '')}>`]),
    '',
    bytes.toString('base64').replace(/.{76}(?=.)/g, '$&\r\n'),
    `--${boundary}--`,
    '',
  ];
  return Buffer.concat([
    Buffer.from([...head, ...(inner ?? []), '', ''].join('\r\n'), 'latin1'),
    body,
    Buffer.from(part.join('\r\n'), 'latin1'),
  ]);
}

/** The bytes that recipients get: without Bcc (RFC 5322 section 3.6.3). */
export function withoutBcc(raw: Buffer): Buffer {
  const { fields, body } = structureOf(raw);
  const left = fields.filter(({ name }) => !/^bcc$/i.test(name)).map((field) => field.raw);
  return Buffer.concat([Buffer.from([...left, '', ''].join('\r\n'), 'latin1'), body]);
}

import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { parseAddresses, type Address, type Draft, type Flag } from '@mailwright/core';
import { compose } from '@mailwright/mime';

/** A mail as a test writes it: the bytes themselves, or the fields to compose them from. What is left out gets a plain value. */
export interface SeedMail {
  readonly folder?: string;
  readonly flags?: readonly Flag[];
  readonly keywords?: readonly string[];
  readonly receivedAt?: string;
  readonly raw?: Buffer | string;
  readonly from?: string;
  readonly to?: string;
  readonly cc?: string;
  readonly replyTo?: string;
  readonly subject?: string;
  readonly text?: string;
  readonly html?: string;
  readonly messageId?: string;
  readonly references?: readonly string[];
  /** Any header, such as `Auto-Submitted`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly attachments?: readonly SeedAttachment[];
}
export interface SeedAttachment {
  readonly filename: string;
  readonly content: Buffer | string;
  readonly contentType?: string;
  /** With one it is an inline image. */
  readonly contentId?: string;
}

/** When the first seeded mail arrived; each further one came a minute later. */
const FIRST = Date.parse('2026-11-01T08:00:00Z');

export const arrival = (index: number): string => new Date(FIRST + index * 60_000).toISOString();

/** The bytes of a seeded mail; the same at every call. */
export async function bytesOf(seed: SeedMail, index: number): Promise<Buffer> {
  if (seed.raw !== undefined) return Buffer.from(seed.raw as string);
  return buffer(compose(draftOf(seed, index)).stream());
}

function draftOf(seed: SeedMail, index: number): Draft {
  const { from = 'Ann <ann@example.com>', to = 'Me <me@example.test>', cc, replyTo, references, attachments, headers } = seed;
  return {
    ...(addresses(from)[0] && { from: addresses(from)[0] as Address }),
    to: addresses(to),
    ...(cc !== undefined && { cc: addresses(cc) }),
    ...(replyTo !== undefined && { replyTo: addresses(replyTo) }),
    subject: seed.subject ?? `Mail ${index + 1}`,
    ...(seed.html !== undefined && { html: seed.html }),
    ...((seed.text !== undefined || seed.html === undefined) && { text: seed.text ?? `Body of mail ${index + 1}.` }),
    messageId: seed.messageId ?? `<seed-${index + 1}@example.com>`,
    date: seed.receivedAt ?? arrival(index),
    ...(references && { references, inReplyTo: references.at(-1) ?? '' }),
    ...(headers && { headers: headers as NonNullable<Draft['headers']> }),
    ...(attachments && { attachments: attachments.map(attached) }),
  };
}

const addresses = (text: string): Address[] => (text === '' ? [] : parseAddresses(text));

function attached({ filename, content, contentType = 'application/octet-stream', contentId }: SeedAttachment) {
  const open = () => Promise.resolve(Readable.from([Buffer.from(content as string)], { objectMode: false }));
  return { filename, contentType, ...(contentId !== undefined && { contentId }), open };
}

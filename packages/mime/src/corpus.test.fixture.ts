import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Attachment } from '@mailwright/core';
import { simpleParser } from 'mailparser';
import PostalMime from 'postal-mime';
import { known } from './parse.test.fixture.ts';
import { parse } from './parse.ts';

/** Mails of other projects, in a folder that the environment names; they are not ours to copy. */
export const CORPUS = process.env['MAILWRIGHT_CORPUS'];

/** Where the mails of each project lie within. */
const PROJECTS = { mime4j: 'mime4j/core/src/test/resources', 'ruby-mail': 'ruby-mail/spec/fixtures/emails' };

export interface Sample {
  readonly name: string;
  readonly bytes: Buffer;
  /** Structure and decoded parts as the project expects them. */
  readonly expected: readonly Leaf[];
}
/** A part without parts, or an attached message. */
export interface Leaf {
  readonly kind: 'text' | 'binary' | 'message';
  readonly bytes: Buffer;
  readonly charset: string;
}

export function samples(): Sample[] {
  const root = CORPUS ?? '';
  return Object.entries(PROJECTS).flatMap(([project, folder]) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(eml|msg)$|sample_output_multipart$/.test(file))
      .sort((a, b) => (a < b ? -1 : 1))
      .map((file) => {
        const path = join(root, folder, file);
        return { name: `${project}/${file.replaceAll('\\', '/')}`, bytes: readFileSync(path), expected: leavesOf(path) };
      }),
  );
}

/** The leaves of Mime4j's description, attached messages not entered. */
function leavesOf(path: string): Leaf[] {
  const description = path.replace(/\.msg$/, '_decoded.xml');
  if (description === path || !existsSync(description)) return [];
  const leaves: Leaf[] = [];
  let depth = 0;
  let charset = 'latin1';
  const tags = /<(\/?)(message|header|text-body|binary-body)\b([^>]*)>|charset="?([\w-]+)/gi;
  for (const [, end, tag, attributes = '', named] of readFileSync(description, 'latin1').matchAll(tags)) {
    if (named !== undefined) charset = named;
    else if (tag === 'header' && end === '') charset = 'latin1';
    else if (tag === 'message' && end === '/') depth--;
    else if (tag === 'message' && depth++ === 1) leaves.push({ kind: 'message', bytes: Buffer.alloc(0), charset });
    else if (tag?.endsWith('-body') && depth === 1) {
      const file = /name="([^"]+)"/.exec(attributes)?.[1] ?? '';
      leaves.push({ kind: tag === 'text-body' ? 'text' : 'binary', bytes: readFileSync(join(dirname(path), file)), charset });
    }
  }
  return leaves;
}

export const withLineEnds = (bytes: Buffer, end: '\n' | '\r\n'): Buffer =>
  Buffer.from(bytes.toString('latin1').replace(/\r\n|\r|\n/g, end), 'latin1');

export const squash = (text: string | undefined): string => (text ?? '').replace(/\s+/g, ' ').trim();

/** What several parsers can be compared by. */
export interface Seen {
  readonly subject: string;
  readonly from: string;
  readonly date: string;
  readonly text: string;
  readonly html: string;
  readonly names: string;
}

export async function ours(bytes: Buffer): Promise<Seen & { readonly contents: readonly Buffer[]; readonly types: readonly string[] }> {
  const { subject, from, sentAt, text, html, attachments } = await parse(bytes, known);
  const contents = await Promise.all(attachments.map(async (one: Attachment) => buffer(await one.open())));
  return {
    ...seen(subject, flat(from), sentAt, text, html, attachments),
    contents,
    types: attachments.map(({ contentType }) => contentType),
  };
}

export const PEERS = {
  async mailparser(bytes: Buffer): Promise<Seen> {
    const { subject, from, date, text, html, attachments } = await simpleParser(bytes, { skipTextToHtml: true, skipImageLinks: true });
    // What cannot be read as a date becomes the present there.
    const sentAt = date && Math.abs(date.getTime() - Date.now()) < 60_000 ? 'now' : date?.toISOString();
    return seen(subject, flat(from?.value ?? []), sentAt, text, html || '', attachments);
  },
  async 'postal-mime'(bytes: Buffer): Promise<Seen> {
    const { subject, from, date, text, html, attachments } = await PostalMime.parse(bytes);
    return seen(subject, flat(from ? [from] : []), date, text, html, attachments);
  },
} as const;

interface Named {
  readonly filename?: string | null | undefined;
}
interface Addressed {
  readonly address?: string | undefined;
  readonly group?: readonly Addressed[] | undefined;
}

function seen(subject = '', from: string[] = [], date = '', text = '', html = '', attachments: readonly Named[] = []): Seen {
  const names = attachments.map(({ filename }) => filename ?? '').join('|');
  return { subject, from: from.join(), date, text: squash(text), html: squash(html), names: `${attachments.length}: ${names}` };
}

const flat = (addresses: readonly Addressed[]): string[] =>
  addresses.flatMap(({ address = '', group }) => (group ? flat(group) : address === '' ? [] : [address]));

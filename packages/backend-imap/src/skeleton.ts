import type { Attachment, Message } from '@mailwright/core';
import type { Readable } from 'node:stream';
import { bytesOf, isList, type Token } from './response.ts';
import type { Row } from './fetch.ts';
import { isAttachment, treeOf, type Branch, type Part } from './structure.ts';

/** Bytes of a calendar part as transferred. */
const LARGEST_CALENDAR = 1024 * 1024;
/** Bytes of one text part that are fetched; mime cuts decoded text below that. */
const LONGEST_TEXT = 14 * 1024 * 1024;

type Section = [section: string, partial?: readonly [number, number]];
type Open = (section: string, encoding: string, size: number) => Readable;

/** A large message without the contents of its attachments. */
export interface Skeleton {
  /** What to fetch for it. */
  readonly sections: readonly Section[];
  /** The message as it is on the server, with a mark in place of each attachment's content. */
  assemble(parts: Row): Buffer;
  /** The parsed attachments with the real contents behind them; undefined if they are not those of the structure. */
  attachments(message: Message, open: Open): Promise<readonly Attachment[] | undefined>;
}

/**
 * The skeleton of a message by its BODYSTRUCTURE, so that one parser reads small and large messages alike: names, order, texts and
 * kinds come out the same. Undefined where the structure is of no use.
 */
export function skeletonOf(row: Row): Skeleton | undefined {
  const token: Token | undefined = row.get('BODYSTRUCTURE');
  const root = isList(token) ? treeOf(token) : undefined;
  if (!root) return undefined;
  const leaves = leavesOf(root);
  return {
    sections: sectionsOf(root, true),
    assemble: (parts) => Buffer.concat(assemble(root, parts, 'HEADER')),
    attachments: (message, open) => real(message, leaves.filter(isAttachment), open),
  };
}

const leavesOf = (branch: Branch): Part[] => ('children' in branch ? branch.children.flatMap(leavesOf) : [branch]);

function sectionsOf(branch: Branch, top: boolean): Section[] {
  const header: Section = [top ? 'HEADER' : `${branch.number}.MIME`];
  if ('children' in branch) return [header, ...branch.children.flatMap((child) => sectionsOf(child, false))];
  return isLeft(branch) ? [header] : [header, [branch.number, [0, LONGEST_TEXT]]];
}

function assemble(branch: Branch, parts: Row, header: string): Buffer[] {
  const head = bytesOf(parts.get(`BODY[${header}]`)) ?? Buffer.from('\r\n');
  if (!('children' in branch)) return [head, isLeft(branch) ? markOf(branch) : contentOf(parts, branch)];
  const line = `\r\n--${branch.boundary}`;
  const bodies = branch.children.flatMap((child) => [
    Buffer.from(`${line}\r\n`, 'latin1'),
    ...assemble(child, parts, `${child.number}.MIME`),
  ]);
  return [head, ...bodies, Buffer.from(`${line}--\r\n`, 'latin1')];
}

/** A body that was fetched; servers name it by where it begins. */
const contentOf = (parts: Row, { number }: Part): Buffer =>
  bytesOf(parts.get(`BODY[${number}]<0>`) ?? parts.get(`BODY[${number}]`)) ?? Buffer.alloc(0);

/** Contents that stay on the server. A calendar is an attachment too, but the invite is read from it. */
const isLeft = (part: Part) => isAttachment(part) && !isCalendar(part);
const isCalendar = ({ type, size }: Part) => type === 'text/calendar' && size <= LARGEST_CALENDAR;

const mark = (number: string) => `part ${number}`;

/** The mark in the part's own transfer encoding. */
function markOf({ number, encoding }: Part): Buffer {
  return Buffer.from(encoding === 'base64' ? Buffer.from(mark(number)).toString('base64') : mark(number));
}

async function real(message: Message, parts: readonly Part[], open: Open): Promise<readonly Attachment[] | undefined> {
  if (message.attachments.length !== parts.length) return undefined;
  const found: Attachment[] = [];
  const calendars = parts.filter(isCalendar);
  for (const attachment of message.attachments) {
    const content = await markIn(attachment);
    const part =
      parts.find(({ number }) => content === mark(number)) ?? (attachment.contentType === 'text/calendar' ? calendars.shift() : undefined);
    if (!part) return undefined;
    const { number, encoding, size } = part;
    const { size: _markSize, ...rest } = attachment;
    const plain = encoding !== 'base64' && encoding !== 'quoted-printable';
    found.push({ ...rest, ...(plain && { size }), open: () => Promise.resolve(open(number, encoding, size)) });
  }
  return found;
}

async function markIn(attachment: Attachment): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of (await attachment.open()) as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('latin1').trim();
}

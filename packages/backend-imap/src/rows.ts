import type { Address, Flag, MessageRef, MessageSummary } from '@mailwright/core';
import { cleanText, parseHeaders } from '@mailwright/mime';
import { REFUSED, type Row } from './fetch.ts';
import { atom, bytesOf, isList, wordOf, type Token } from './response.ts';
import { isAttachment, isInline, partsOf } from './structure.ts';

/** What a listing keeps of a message. */
export interface Item {
  readonly summary: MessageSummary;
  readonly bcc: readonly Address[];
  readonly row: Row;
  readonly uid: number;
}

/** The header fields that a summary is made of. */
const FIELDS =
  'date from to cc bcc subject message-id in-reply-to references importance x-priority priority content-type auto-submitted x-autoreply x-autorespond precedence x-failed-recipients'.split(
    ' ',
  );

export const SUMMARY: readonly Token[] = [
  atom('UID'),
  atom('FLAGS'),
  atom('INTERNALDATE'),
  atom('RFC822.SIZE'),
  atom('BODYSTRUCTURE'),
  { type: 'ATOM', value: 'BODY.PEEK', section: [atom('HEADER.FIELDS'), FIELDS.map((name) => atom(name.toUpperCase()))] },
];

export function itemOf(row: Row, ref: MessageRef, uid: number): Item {
  const parsed = parseHeaders(bytesOf(row.get('BODY[HEADER.FIELDS]')) ?? Buffer.alloc(0));
  const { headers: _headers, sender: _sender, replyTo: _replyTo, bcc, defects, ...fields } = parsed;
  const parts = partsOf(row.get('BODYSTRUCTURE'));
  const receivedAt = internalDate(wordOf(row.get('INTERNALDATE')));
  const size = Number(wordOf(row.get('RFC822.SIZE')));
  const words = wordOf(row.get(REFUSED));
  const refused = words === undefined ? [] : [`unreadable: the server cannot give this message (${cleanText(words).text})`];
  const summary = {
    ref,
    ...fields,
    kind: fields.kind === 'mail' ? calendarKind(parts) : fields.kind,
    ...(receivedAt !== undefined && { receivedAt }),
    ...(Number.isSafeInteger(size) && { size }),
    ...flagsOf(row.get('FLAGS')),
    hasAttachments: parts.some((part) => isAttachment(part) && !isInline(part)),
    ...(defects.length + refused.length > 0 && { defects: [...refused, ...defects] }),
  };
  return { summary, bcc, row, uid };
}

/** What a calendar part makes of the mail, as mime reads it from such a part's own header. */
function calendarKind(parts: ReturnType<typeof partsOf>): MessageSummary['kind'] {
  const method = parts.find(({ type }) => type === 'text/calendar')?.parameters.get('method');
  if (method === undefined || !/^[a-z]+$/i.test(method)) return 'mail';
  return parseHeaders(Buffer.from(`Content-Type: text/calendar; method=${method}\r\n\r\n`)).kind;
}

const FLAGS: readonly Flag[] = ['seen', 'answered', 'flagged', 'draft'];

function flagsOf(token: Token | undefined): Pick<MessageSummary, 'flags' | 'keywords'> {
  const words = isList(token) ? token.map((flag) => wordOf(flag) ?? '') : [];
  const system = new Set(words.map((word) => word.toLowerCase()));
  return {
    flags: FLAGS.filter((flag) => system.has(`\\${flag}`)),
    keywords: words.filter((word) => word !== '' && !word.startsWith('\\')),
  };
}

/** `17-Jul-1996 02:44:25 -0700` (RFC 3501 section 9, date-time) in ISO 8601, UTC. */
function internalDate(text: string | undefined): string | undefined {
  const [, day, month, year, time, zone] = /^\s?(\d{1,2})-([a-z]{3})-(\d{4}) (\d\d:\d\d:\d\d) ([+-]\d{4})$/i.exec(text ?? '') ?? [];
  const instant = new Date(`${month} ${day} ${year} ${time} GMT${zone}`);
  return Number.isNaN(instant.getTime()) ? undefined : instant.toISOString();
}

import type { Address, Flag, MessageRef, MessageSummary } from '@mailwright/core';
import { parseHeaders } from '@mailwright/mime';
import type { Conversation } from './conversation.ts';
import { atom, bytesOf, isList, packSet, sequence, wordOf, type Response, type Token, type TokenNode } from './response.ts';
import { isAttachment, isInline, partsOf } from './structure.ts';

/** What the server answered for one message: data item (`UID`, `BODY[2]`) to its value. */
export type Row = ReadonlyMap<string, Token>;

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

/** `BODY.PEEK[section]`: reading it sets no flag. Answered under `BODY[section]`. */
export const peek = (section: string, partial?: readonly [number, number]): TokenNode => ({
  type: 'ATOM',
  value: 'BODY.PEEK',
  section: section === '' ? [] : [atom(section)],
  ...(partial && { partial }),
});

export const SUMMARY: readonly Token[] = [
  atom('UID'),
  atom('FLAGS'),
  atom('INTERNALDATE'),
  atom('RFC822.SIZE'),
  atom('BODYSTRUCTURE'),
  { type: 'ATOM', value: 'BODY.PEEK', section: [atom('HEADER.FIELDS'), FIELDS.map((name) => atom(name.toUpperCase()))] },
];

/** FETCH for these messages of the open folder, by UID. Those that are gone are not in the answer. */
export async function fetchRows(talk: Conversation, uids: readonly number[], items: readonly Token[]): Promise<Map<number, Row>> {
  const bySequence = new Map<string, Map<string, Token>>();
  const FETCH = ({ command, attributes }: Response) => {
    const row = bySequence.get(command) ?? new Map<string, Token>();
    bySequence.set(command, row);
    for (const [name, value] of pairsOf(attributes?.[1])) row.set(name, value);
  };
  await talk.command('UID FETCH', [sequence(packSet(uids)), items], { untagged: { FETCH } });
  const wanted = new Set(uids);
  const rows = new Map<number, Row>();
  for (const row of bySequence.values()) {
    const uid = Number(wordOf(row.get('UID')));
    if (wanted.has(uid)) rows.set(uid, row);
  }
  return rows;
}

export function* pairsOf(list: Token | undefined): Generator<[string, Token]> {
  if (!isList(list)) return;
  for (let at = 0; at + 1 < list.length; at += 2) yield [itemName(list[at]), list[at + 1] ?? null];
}

function itemName(token: Token | undefined): string {
  const name = (wordOf(token) ?? '').toUpperCase();
  const section = token !== null && token !== undefined && !isList(token) ? (token as TokenNode).section : undefined;
  return section ? `${name}[${(wordOf(section[0]) ?? '').toUpperCase()}]` : name;
}

export function itemOf(row: Row, ref: MessageRef, uid: number): Item {
  const parsed = parseHeaders(bytesOf(row.get('BODY[HEADER.FIELDS]')) ?? Buffer.alloc(0));
  const { headers: _headers, sender: _sender, replyTo: _replyTo, bcc, defects, ...fields } = parsed;
  const parts = partsOf(row.get('BODYSTRUCTURE'));
  const receivedAt = internalDate(wordOf(row.get('INTERNALDATE')));
  const size = Number(wordOf(row.get('RFC822.SIZE')));
  const summary = {
    ref,
    ...fields,
    kind: fields.kind === 'mail' ? calendarKind(parts) : fields.kind,
    ...(receivedAt !== undefined && { receivedAt }),
    ...(Number.isSafeInteger(size) && { size }),
    ...flagsOf(row.get('FLAGS')),
    hasAttachments: parts.some((part) => isAttachment(part) && !isInline(part)),
    ...(defects.length > 0 && { defects }),
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

import type { Conversation } from './conversation.ts';
import { refusalOf } from './errors.ts';
import { findExisting } from './find.ts';
import { atom, isList, packSet, sequence, text, wordOf, type Response, type Token, type TokenNode } from './response.ts';

/** What the server answered for one message: data item (`UID`, `BODY[2]`) to its value. */
export type Row = ReadonlyMap<string, Token>;

/** In the row of a message that is there, but that the server cannot give: its words. */
export const REFUSED = 'REFUSED';

/** `BODY.PEEK[section]`: reading it sets no flag. Answered under `BODY[section]`. */
export const peek = (section: string, partial?: readonly [number, number]): TokenNode => ({
  type: 'ATOM',
  value: 'BODY.PEEK',
  section: section === '' ? [] : [atom(section)],
  ...(partial && { partial }),
});

/**
 * FETCH for these messages of the open folder, by UID. Those that are gone are not in the answer. Some servers refuse a whole
 * set because of one message that they cannot read: then the others are fetched without it.
 */
export async function fetchRows(talk: Conversation, uids: readonly number[], items: readonly Token[]): Promise<Map<number, Row>> {
  try {
    const rows = await ask(talk, uids, items);
    const missing = uids.filter((uid) => !rows.has(uid));
    return missing.length === 0 ? rows : new Map([...rows, ...(await withoutStructure(talk, missing, items))]);
  } catch (error) {
    const words = refusalOf(error);
    if (words === undefined) throw error;
    if (uids.length === 1) return withoutContent(talk, uids, words, error);
    const half = Math.ceil(uids.length / 2);
    return new Map([...(await fetchRows(talk, uids.slice(0, half), items)), ...(await fetchRows(talk, uids.slice(half), items))]);
  }
}

/**
 * Messages without an answer are gone, or their answer cannot be read: the library drops one whose lists nest more than 25 deep
 * (a structure nests as deep as the mail does). What is still there is asked again without its structure: it must not vanish.
 */
async function withoutStructure(talk: Conversation, uids: readonly number[], items: readonly Token[]): Promise<Map<number, Row>> {
  const there = [...(await findExisting(talk, uids))];
  if (there.length === 0) return new Map();
  const rows = await ask(
    talk,
    there,
    items.filter((item) => isList(item) || wordOf(item) !== 'BODYSTRUCTURE'),
  );
  const words = text('its answer cannot be read');
  return new Map(there.map((uid) => [uid, rows.get(uid) ?? new Map([[REFUSED, words]])]));
}

/** One message refused: if the server knows at least its flags, the fault lies in the message and not in what we ask. */
async function withoutContent(talk: Conversation, uids: readonly number[], words: string, refusal: unknown): Promise<Map<number, Row>> {
  try {
    const rows = await ask(talk, uids, [atom('UID'), atom('FLAGS')]);
    return new Map([...rows].map(([uid, row]) => [uid, new Map([...row, [REFUSED, text(words)]])]));
  } catch {
    throw refusal;
  }
}

async function ask(talk: Conversation, uids: readonly number[], items: readonly Token[]): Promise<Map<number, Row>> {
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

/** The data items of one FETCH answer, by name as in `BODY[2]` or `BODY[]<0>`. */
export function* pairsOf(list: Token | undefined): Generator<[string, Token]> {
  if (!isList(list)) return;
  for (let at = 0; at + 1 < list.length; at += 2) yield [itemName(list[at]), list[at + 1] ?? null];
}

function itemName(token: Token | undefined): string {
  const name = (wordOf(token) ?? '').toUpperCase();
  if (token === null || token === undefined || isList(token)) return name;
  const { section, partial } = token as TokenNode;
  if (!section) return name;
  return `${name}[${(wordOf(section[0]) ?? '').toUpperCase()}]${partial ? `<${partial[0] ?? 0}>` : ''}`;
}

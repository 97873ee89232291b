import type { Conversation, Selected } from './conversation.ts';
import type { SearchKeys } from './dialect.ts';
import { atom, expandSet, isList, packSet, sequence, wordOf, type Response, type Token } from './response.ts';

/** Messages searched by one command: the answer names each hit in up to 11 bytes, and one line may have 1 MB. */
const WINDOW = 50_000;

/** The UIDs in the open folder that fit the keys (null: all), ascending. */
export async function findUids(talk: Conversation, selected: Selected, keys: SearchKeys | null): Promise<number[]> {
  const found = new Set<number>();
  if (selected.exists <= WINDOW) {
    if (selected.exists > 0) await ask(talk, keys ?? [atom('ALL')], found);
    return sorted(found);
  }
  // From the newest down: a message that vanishes meanwhile shifts the later numbers down, into windows still to come.
  for (let first = Math.floor((selected.exists - 1) / WINDOW) * WINDOW + 1, last = '*'; first > 0; last = `${first - 1}`, first -= WINDOW)
    await ask(talk, [sequence(`${first}:${last}`), ...(keys ?? [])], found);
  return sorted(found);
}

async function ask(talk: Conversation, keys: SearchKeys, found: Set<number>): Promise<void> {
  const extended = talk.has('ESEARCH');
  const untagged = {
    SEARCH: ({ attributes }: Response) => attributes?.forEach((token) => add(found, Number(wordOf(token)))),
    ESEARCH: ({ attributes }: Response) => expandSet(allOf(attributes))?.forEach((uid) => add(found, uid)),
  };
  await talk.command('UID SEARCH', [...(extended ? [atom('RETURN'), [atom('ALL')]] : []), ...keys], { untagged });
}

/** `(TAG "A1") UID ALL 1:3,5` (RFC 4731): what follows ALL. */
function allOf(attributes: readonly Token[] | undefined): string | undefined {
  const at = attributes?.findIndex((token) => !isList(token) && wordOf(token)?.toUpperCase() === 'ALL') ?? -1;
  return at === -1 ? undefined : wordOf(attributes?.[at + 1]);
}

function add(found: Set<number>, uid: number): void {
  if (Number.isInteger(uid) && uid > 0 && uid < 2 ** 32) found.add(uid);
}

const sorted = (found: Set<number>) => [...found].sort((a, b) => a - b);

/** Which of these UIDs are still in the open folder. */
export async function findExisting(talk: Conversation, uids: readonly number[]): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  if (uids.length > 0) await ask(talk, [atom('UID'), sequence(packSet(uids))], found);
  return found;
}

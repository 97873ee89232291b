import { say, type Changes } from '@mailwright/core';
import { cursorOf, stateIn } from '@mailwright/network';
import type { Conversation } from './conversation.ts';
import { findUids } from './find.ts';
import type { Folders } from './folders.ts';
import { refOf } from './place.ts';
import { atom, sequence } from './response.ts';

/** Milliseconds after which IDLE is begun anew: servers and the boxes between end what is silent for 30 minutes (RFC 2177), some sooner. */
const RENEW = 9 * 60_000;

/** What came since a cursor: UIDs only grow under one UIDVALIDITY (RFC 3501 section 2.3.1.1). The cursor holds it and the first UID that is not known. */
export async function changesIn(talk: Conversation, folders: Folders, path: string, cursor: string | undefined): Promise<Changes> {
  const located = await folders.locate(path);
  const { listed, folder } = located;
  const state = cursor === undefined ? undefined : /^(\d{1,20})\.(\d{1,10})$/.exec(stateIn(cursor, 'imap', folder.path));
  return talk.turn(say`search in "${{ path: folder.path }}"`, talk.ctx.limits.search, async () => {
    const selected = await talk.selectFresh(listed, folder.path);
    const { uidValidity } = selected;
    const known = state?.[1] === uidValidity ? Number(state[2]) : undefined;
    const resynced = state !== undefined && known === undefined;
    const from = known ?? 1;
    // Without a cursor the highest one is enough.
    const all = await findUids(talk, selected, [atom('UID'), sequence(state === undefined ? '*' : `${from}:*`)]);
    // `n:*` names the last message also where it has a lower number.
    const found = all.filter((uid) => uid >= from);
    return {
      arrived: state === undefined ? [] : found.map((uid) => refOf({ located, uidValidity }, uid)),
      cursor: cursorOf('imap', folder.path, `${uidValidity}.${(found.at(-1) ?? from - 1) + 1}`),
      ...(resynced && { resynced }),
    };
  });
}

/** Each wait is a turn of its own: between them other verbs have theirs, and what comes meanwhile is counted. */
export async function* watchIn(talk: Conversation, folders: Folders, path: string, signal: AbortSignal): AsyncGenerator<'look'> {
  const { listed, folder } = await folders.locate(path);
  const what = say`watch the folder "${{ path: folder.path }}"`;
  let seen: string | undefined;
  while (!signal.aborted) {
    const now = await talk.turn(what, RENEW + talk.ctx.limits.command, async () => {
      const selected = await talk.selectFresh(listed, folder.path);
      const arrivals = () => `${selected.uidValidity} ${selected.opened} ${selected.arrivals}`;
      if (arrivals() === seen) await talk.idle(signal, RENEW, () => arrivals() !== seen);
      return arrivals();
    });
    if (signal.aborted || now === seen) continue;
    seen = now;
    yield 'look';
  }
}

import { say, type Changes } from '@mailwright/core';
import { cursorOf, knownIds, stateIn, unknownTo } from '@mailwright/network';
import type { Conversation } from './conversation.ts';
import { INBOX, checkFolder } from './inbox.ts';
import type { Maildrop } from './maildrop.ts';

/** What came since a cursor, which holds the UIDLs of that time; what came after the sign-in a connection does not know (RFC 1939 section 8). */
export async function changesIn(talk: Conversation, drop: Maildrop, folder: string, cursor: string | undefined): Promise<Changes> {
  checkFolder(folder);
  const state = cursor === undefined ? undefined : stateIn(cursor, 'pop3', INBOX);
  return talk.turn(say`list messages`, talk.ctx.limits.search, async () => {
    const ids = await drop.ids();
    const arrived = state === undefined ? [] : ids.filter(unknownTo(state)).map((id) => ({ folder: INBOX, id }));
    return { arrived, cursor: cursorOf('pop3', INBOX, knownIds(ids)) };
  });
}

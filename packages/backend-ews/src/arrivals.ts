import { EmailError, say, type Changes } from '@mailwright/core';
import { cursorOf, stateIn } from '@mailwright/network';
import type { Exchange } from './exchange.ts';
import type { Folders, Located } from './folders.ts';
import { child, descendants, textOf } from './xml.ts';

/** States that the server does not (or no longer) take. */
const FORGOTTEN = new Set(['ErrorInvalidSyncStateData', 'ErrorSyncStateNotFound']);

/**
 * What came since a cursor, which holds the server's sync state (MS-OXWSSYNC). A state that it does not know means that all is told anew.
 * A first round goes through the whole folder: there is no other way to a state.
 */
export async function changesIn(exchange: Exchange, folders: Folders, path: string, cursor: string | undefined): Promise<Changes> {
  const located = await folders.locate(path);
  const { folder } = located;
  const ended = ({ ids, next }: Round) => ({
    arrived: ids.map((id) => ({ folder: folder.path, id })),
    cursor: cursorOf('ews', folder.path, next),
  });
  if (cursor !== undefined) {
    const told = await round(exchange, located, stateIn(cursor, 'ews', folder.path));
    if (told) return ended(told);
    exchange.ctx.log.warn(say`The server no longer knows what it told of "${{ folder: folder.path }}": all of it is told anew.`);
  }
  const all = await round(exchange, located, undefined);
  if (!all) throw endless(exchange);
  return cursor === undefined ? { ...ended(all), arrived: [] } : { ...ended(all), resynced: true };
}

interface Round {
  readonly ids: readonly string[];
  readonly next: string;
}

/** Undefined where the server does not know the state. */
async function round(exchange: Exchange, { folder: { path }, id }: Located, since: string | undefined): Promise<Round | undefined> {
  const call = { what: say`search the folder "${{ path }}"`, ms: exchange.ctx.limits.search, folder: path };
  const ids = new Set<string>();
  for (let state = since; ;) {
    const [message] = await exchange.call(exchange.soap.syncItems({ id }, state), call);
    if (message && !message.ok && FORGOTTEN.has(message.code)) return undefined;
    if (message && !message.ok) throw exchange.errorOf(message, call);
    const next = textOf(message?.element, 'SyncState');
    const changes = child(message?.element, 'Changes');
    if (next === undefined || next === '' || !changes) throw endless(exchange);
    for (const change of changes.children) {
      const found = change.name === 'Create' ? [...descendants(change, 'ItemId')][0]?.attributes['Id'] : undefined;
      if (found !== undefined) ids.add(found);
    }
    if (textOf(message?.element, 'IncludesLastItemInRange') !== 'false') return { ids: [...ids], next };
    // A page that leads nowhere would be asked for without end.
    if (next === state) throw endless(exchange);
    state = next;
  }
}

const endless = ({ endpoint }: Exchange) =>
  new EmailError('server.unexpected', { host: endpoint.address.host, problem: say`its pages of messages have no end` });

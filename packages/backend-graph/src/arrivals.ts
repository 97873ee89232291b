import { EmailError, say, type Changes, type MessageRef } from '@mailwright/core';
import { cursorOf, stateIn } from '@mailwright/network';
import type { Client } from './client.ts';
import type { Refusal } from './errors.ts';
import type { Folders, Located } from './folders.ts';

interface Page {
  readonly value: readonly { readonly id?: string; readonly '@removed'?: unknown }[];
  readonly '@odata.nextLink'?: string;
  readonly '@odata.deltaLink'?: string;
}

/** Ids of one page. It stands beside the wish for lasting ids, which every question has. */
const PREFER = 'IdType="ImmutableId", odata.maxpagesize=1000';

/**
 * What came since a cursor (learn.microsoft.com, message: delta). Its links are followed as they are; 410 means that the server has
 * forgotten, and that all is told anew. A first round goes through the whole folder: there is no other way to a link.
 */
export async function changesIn(client: Client, folders: Folders, path: string, cursor: string | undefined): Promise<Changes> {
  const place = await folders.locate(path);
  const { folder } = place;
  const ended = ({ arrived, link }: Round) => ({ arrived, cursor: cursorOf('graph', folder.path, link) });
  if (cursor !== undefined) {
    const told = await round(client, place, client.link(stateIn(cursor, 'graph', folder.path)));
    if (told) return ended(told);
    client.ctx.log.warn(say`The server no longer knows what it told of "${{ folder: folder.path }}": all of it is told anew.`);
  }
  // `created`: neither marks nor what went (learn.microsoft.com, message: delta, changeType).
  const query = { changeType: 'created', $select: 'id' };
  const all = await round(client, place, client.url(`mailFolders/${encodeURIComponent(place.id)}/messages/delta`, query));
  if (!all) throw new EmailError('server.unexpected', { host: client.address.host, problem: say`its pages of messages have no end` });
  return cursor === undefined ? { ...ended(all), arrived: [] } : { ...ended(all), resynced: true };
}

interface Round {
  readonly arrived: readonly MessageRef[];
  readonly link: string;
}

/** Undefined where the server has forgotten what its link means. */
async function round(client: Client, { folder }: Located, first: URL): Promise<Round | undefined> {
  const ids = new Set<string>();
  const how = {
    what: say`search in "${{ path: folder.path }}"`,
    ms: client.ctx.limits.search,
    again: true,
    folder: folder.path,
    headers: { prefer: PREFER },
    nothing: isForgotten,
  };
  for (let address = first; ;) {
    const page = await client.json<Page | undefined>({ ...how, address });
    if (!page) return undefined;
    for (const { id, '@removed': removed } of page.value) if (id !== undefined && removed === undefined) ids.add(id);
    const { '@odata.nextLink': next, '@odata.deltaLink': link = '' } = page;
    if (next === undefined) return { arrived: [...ids].map((id) => ({ folder: folder.path, id })), link: String(client.link(link)) };
    address = client.link(next);
  }
}

const isForgotten = ({ status, code }: Refusal) => status === 410 || /^syncState(NotFound|Invalid)$/i.test(code);

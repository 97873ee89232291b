import { say } from '@mailwright/core';
import type { Exchange } from './exchange.ts';
import type { Located } from './folders.ts';
import type { Stored } from './store.ts';
import { child, descendants } from './xml.ts';

/** The messages of a folder that have this Message-ID, the newest first; ten at most. */
export async function findByMessageId(exchange: Exchange, { folder, id }: Located, messageId: string): Promise<readonly Stored[]> {
  const restriction = { op: 'equals', field: 'InternetMessageId', value: messageId } as const;
  const call = { what: say`search the folder "${{ path: folder.path }}"`, ms: exchange.ctx.limits.search, folder: folder.path };
  const [message] = await exchange.call(exchange.soap.findItems({ id }, { restriction, newestFirst: true, offset: 0, most: 10 }), call);
  if (message && !message.ok) throw exchange.errorOf(message, call);
  const root = child(message?.element, 'RootFolder');
  return [...(root ? descendants(root, 'ItemId') : [])].map(({ attributes: { Id = '', ChangeKey = '' } }) => ({
    ref: { folder: folder.path, id: Id },
    changeKey: ChangeKey,
  }));
}

import { z } from 'zod';
import { EmailError } from './errors.ts';
import { Filter } from './filter/filter.ts';
import { filterField, folder, more, ui } from './form.ts';
import { Ref } from './mail.ts';
import type { Mailbox, Query } from './mailbox.ts';
import type { MessageRef } from './message.ts';

const Item = z.looseObject({ ref: Ref }).meta({ title: 'Loop item' });
const One = z.union([Ref, Item]);

/** The messages of a folder that fit a filter: the second form of a Selection, and the input of a loop. */
export const MessageQuery = z
  .strictObject({
    folder: folder({ title: 'Folder' }).default('INBOX'),
    subfolders: z
      .boolean()
      .default(false)
      .meta(more({ title: 'And the folders below' })),
    filter: filterField({ title: 'Filter' }).optional(),
    newestFirst: z
      .boolean()
      .default(false)
      .meta(more({ title: 'Newest first' })),
    limit: z.number().int().min(1).optional().meta({ title: 'At most' }),
  })
  .meta({ title: 'All that match' });
export type MessageQuery = z.output<typeof MessageQuery>;

/** Which messages a step works on: a reference or loop item, a list of them, or all that match a query. */
export const Selection = z
  .union([One, z.array(One), MessageQuery.extend({ folder: folder({ title: 'Folder' }) }).meta({ title: 'All that match' })])
  .meta({
    id: 'Selection',
    ...ui('messages', { title: 'Messages', description: 'A loop item, a list of messages, or all that match a filter' }),
  });
export type Selection = z.output<typeof Selection>;
export const SelectionOfOne = One.meta(ui('messages', { title: 'Message' }));

const BATCH = 250;

/** The references of a selection in batches. A query's list is fixed before the first batch, so that changing messages disturbs nothing. */
export async function* select(
  selection: Selection,
  ctx: { readonly mailbox: Mailbox; readonly signal: AbortSignal },
): AsyncGenerator<MessageRef[]> {
  const given = referencesOf(selection);
  if (given) {
    for (let at = 0; at < given.length; at += BATCH) yield given.slice(at, at + BATCH);
    return;
  }
  let batch: MessageRef[] = [];
  for await (const { ref } of ctx.mailbox.search(toQuery(selection as MessageQuery), ctx.signal)) {
    batch.push(ref);
    if (batch.length === BATCH) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

/** The references that a selection names itself, each once, however often it stands there; undefined if it is a query. */
export function referencesOf(selection: Selection): MessageRef[] | undefined {
  if (Array.isArray(selection)) {
    const refs = selection.map(referenceOf);
    return [...new Map(refs.map((ref) => [`${ref.id} ${ref.folder}`, ref])).values()];
  }
  return 'ref' in selection || 'id' in selection ? [referenceOf(selection)] : undefined;
}

export function referenceOf(one: z.output<typeof One>): MessageRef {
  const { folder: path, id } = 'ref' in one ? (one.ref as MessageRef) : (one as MessageRef);
  return { folder: path, id };
}

/** A query without the keys that were not filled in. */
export function toQuery(query: MessageQuery): Query {
  const { folder: path, subfolders, filter, newestFirst, limit } = query;
  return { folder: path, subfolders, newestFirst, ...(filter && { filter: Filter.parse(filter) }), ...(limit !== undefined && { limit }) };
}

/** The only message of a selection that may have at most one. */
export function single(selection: Selection): MessageRef | undefined {
  const refs = referencesOf(selection) ?? [];
  if (refs.length > 1)
    throw new EmailError('input.invalid', {
      path: 'messages',
      problem: `one message is expected, not ${refs.length}`,
      cure: 'Use a loop over the list.',
    });
  return refs[0];
}

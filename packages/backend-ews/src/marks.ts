import { EmailError, type Done, type LabelChange, type Marks, type MessageRef } from '@mailwright/core';
import { cleanText } from '@mailwright/mime';
import { each } from './batches.ts';
import type { Exchange } from './exchange.ts';
import type { Reader } from './reader.ts';
import type { FieldChange } from './changes.ts';
import { FLAGGED, REPLIED } from './tags.ts';

/** Characters of a category: Outlook's own limit. */
const LONGEST = 255;

export function mark(exchange: Exchange, refs: readonly MessageRef[], { seen, flagged, answered }: Marks): Promise<readonly Done[]> {
  const fields: FieldChange[] = [
    ...(seen === undefined ? [] : [{ read: seen }]),
    ...(flagged === undefined ? [] : [{ tag: 'flagStatus' as const, value: flagged ? FLAGGED : undefined }]),
    ...(answered === undefined ? [] : [{ tag: 'lastVerb' as const, value: answered ? REPLIED[0] : undefined }]),
  ];
  if (fields.length === 0) return Promise.resolve(refs.map((ref) => ({ ref })));
  return update(exchange, 'mark', refs, () => fields);
}

/** Categories are a list as a whole: what a message has is read first. Errors: `input.invalid` for a name that no category can have. */
export async function label(
  exchange: Exchange,
  reader: Reader,
  refs: readonly MessageRef[],
  { add = [], remove = [] }: LabelChange,
): Promise<readonly Done[]> {
  const bad = [...add, ...remove].find(
    (one) => one.trim() === '' || one.length > LONGEST || one.includes(',') || cleanText(one).text !== one,
  );
  if (bad !== undefined)
    throw new EmailError('input.invalid', {
      path: 'keywords',
      problem: `"${cleanText(bad).text}" cannot be a category`,
      cure: `Use a name of at most ${LONGEST} characters, without commas.`,
    });
  const has = new Map<string, readonly string[]>();
  for (let from = 0; from < refs.length; from += PAGE)
    for (const item of await reader.fields(refs.slice(from, from + PAGE)))
      if (item) has.set(item.summary.ref.id, item.summary.keywords ?? []);
  const off = new Set(remove.map(fold));
  return update(exchange, 'label', refs, ({ id }) => {
    const before = (has.get(id) ?? []).filter((one) => !off.has(fold(one)));
    const known = new Set(before.map(fold));
    return [{ categories: [...before, ...add.filter((one) => !known.has(fold(one)))] }];
  });
}

/** Categories are the same in any case. */
const fold = (name: string) => name.toLowerCase();
const PAGE = 100;

const update = (
  exchange: Exchange,
  verb: string,
  refs: readonly MessageRef[],
  fields: (ref: MessageRef) => readonly FieldChange[],
): Promise<readonly Done[]> =>
  each(exchange, refs, {
    verb,
    repeatable: true,
    request: (batch) => exchange.soap.updateItems(batch.map((ref) => ({ id: ref.id, fields: fields(ref) }))),
    result: () => ({}),
  });

/** For good, past the trash: exactly these. */
export const erase = (exchange: Exchange, refs: readonly MessageRef[]): Promise<readonly Done[]> =>
  each(exchange, refs, {
    verb: 'erase',
    repeatable: false,
    request: (batch) => exchange.soap.deleteItems(batch.map(({ id }) => id)),
    result: () => ({}),
  });

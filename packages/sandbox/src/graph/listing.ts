import { badRequest, preferencesOf, type GraphQuestion } from './answer.ts';
import { contentOf, expanded, isFilterable, lookInto, messageJson, selected, type Asked } from './message-json.ts';
import { order, parseFilter } from './odata.ts';
import type { Place, Places } from './places.ts';

const USUAL = 10;
const MOST = 1000;
const OPTIONS = new Set(['$select', '$expand', '$filter', '$orderby', '$top', '$skip', '$count', '$skiptoken', 'includehiddenfolders']);

/** How messages are wanted by a question. Errors: 400 for options that are not known here. */
export function askedBy(question: GraphQuestion, basic: boolean): Asked {
  const strange = [...question.query.keys()].find((name) => !OPTIONS.has(name.toLowerCase()));
  if (strange !== undefined) throw badRequest(`The query option '${strange}' is not supported.`);
  const preferences = preferencesOf(question);
  return {
    select: selected(question.query.get('$select')),
    extended: expanded(question.query.get('$expand')),
    immutable: preferences.get('idtype') === 'ImmutableId',
    asText: preferences.get('outlook.body-content-type') === 'text',
    basic,
  };
}

/** One page of a list, and the address of the next one: its token says nothing to others. */
export function pageOf<T>(
  items: readonly T[],
  { query }: GraphQuestion,
  self: string,
): { readonly page: readonly T[]; readonly next?: string } {
  const top = Math.min(count(query, '$top', USUAL), MOST);
  const token = query.get('$skiptoken');
  const skip = token === null ? count(query, '$skip', 0) : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(skip)) throw badRequest('The $skiptoken is not valid.');
  const end = skip + top;
  const page = items.slice(skip, end);
  if (end >= items.length) return { page };
  const next = new URLSearchParams(query);
  next.delete('$skip');
  next.set('$skiptoken', Buffer.from(`${end}`).toString('base64url'));
  return { page, next: `${self}?${String(next)}` };
}

function count(query: URLSearchParams, name: string, usual: number): number {
  const text = query.get(name) ?? `${usual}`;
  if (!/^\d{1,9}$/.test(text) || (name === '$top' && Number(text) === 0)) throw badRequest(`Invalid value '${text}' for ${name}.`);
  return Number(text);
}

/** The messages of $filter in the order of $orderby; the newest first unless told. */
export async function chosen(places: readonly Place[], { query }: GraphQuestion): Promise<readonly Place[]> {
  const orders = (query.get('$orderby') ?? '').split(',').flatMap((one) => (one.trim() === '' ? [] : [orderOf(one.trim())]));
  const filter = query.get('$filter');
  const condition = filter === null ? undefined : parseFilter(filter, isFilterable);
  // learn.microsoft.com, user: list messages, "Using filter and orderby in the same query".
  if (condition && orders.some(({ path }, at) => [...new Set(condition.paths)][at] !== path))
    throw badRequest('The restriction or sort order is too complex for this operation.', 'InefficientFilter');
  const known = await Promise.all(
    places.map(async (place) => ({ place, look: lookInto(await contentOf(place.message.raw), place.message) })),
  );
  const found = condition ? known.filter(({ look }) => condition.holds(look)) : known;
  const by = orders.length > 0 ? orders : [orderOf('receivedDateTime desc')];
  // What is equal stands in the order of arrival, and the other way round where the last word is desc.
  const last = by.at(-1)?.sign ?? 1;
  const sorted = found
    .map((one, at) => ({ ...one, at }))
    .sort((a, b) => {
      for (const { path, sign } of by) {
        const difference = order(a.look(path) ?? null, b.look(path) ?? null);
        if (difference !== 0 && !Number.isNaN(difference)) return difference * sign;
      }
      return (a.at - b.at) * last;
    });
  return sorted.map(({ place }) => place);
}

function orderOf(text: string): { readonly path: string; readonly sign: 1 | -1 } {
  const [path = '', way = 'asc', ...more] = text.split(/\s+/);
  if (!isFilterable(path) || !/^(asc|desc)$/i.test(way) || more.length > 0) throw badRequest(`Syntax error in $orderby '${text}'.`);
  return { path, sign: way.toLowerCase() === 'asc' ? 1 : -1 };
}

export const shown = (found: readonly Place[], places: Places, asked: Asked) =>
  Promise.all(found.map((place) => messageJson(place, places, asked)));

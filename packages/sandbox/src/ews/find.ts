import { headersOf } from '../mail/text.ts';
import { allPlaces, placeFor, type Call } from './call.ts';
import { readFolderShape, resolveFolder } from './folder-shape.ts';
import { itemOf, readWhole, type Item } from './item.ts';
import { answerEach } from './messages.ts';
import { pageOf, viewOf } from './paging.ts';
import { placesBelow, type Place } from './places.ts';
import { Refusal } from './refusal.ts';
import { compileRestriction } from './restriction.ts';
import { itemResolver, readShape } from './shape.ts';
import { compare, type Getter, type Value } from './values.ts';
import { child, element, textIn, type Element, type Markup } from './xml.ts';

export async function findItem(call: Call): Promise<Markup> {
  const { request } = call;
  const parents = child(request, 'ParentFolderIds')?.children ?? [];
  return answerEach('FindItem', parents, (parent) => findIn(call, placeFor(call, parent)));
}

async function findIn({ request, version, settings }: Call, { account, folder }: Place): Promise<Markup> {
  const shape = readShape(child(request, 'ItemShape'), version, 'listed');
  const { resolve, needsWhole } = itemResolver(version);
  const [restriction, query] = [child(request, 'Restriction'), textIn(request, 'QueryString')];
  const fits = compileRestriction(restriction, resolve);
  // Only Shallow has mail here: nothing is kept after it was deleted for good, and nothing is hidden.
  const messages = request.attributes.get('Traversal') === 'Shallow' ? (folder?.messages ?? []) : [];
  let items = folder ? messages.map((message) => itemOf(account, folder, message)) : [];
  for (const order of child(request, 'SortOrder')?.children ?? []) if (order.children[0]) resolve(order.children[0]);
  if (needsWhole()) items = await Promise.all(items.map((item) => readWhole(item)));
  const found = sorted(
    items.filter((item) => fits(item) && (query === undefined || fitsQuery(item, query))),
    request,
    resolve,
  );
  const page = pageOf(found, viewOf(request), restriction !== undefined || query !== undefined, settings.pageSize);
  const rendered: Markup[] = [];
  for (const item of page.items) rendered.push(await shape.render(item));
  return element('m:RootFolder', element('Items', rendered), page.attributes);
}

/** In the order that is asked for, else the newest first; ties stand in the order in which they came. */
function sorted(items: readonly Item[], request: Element, resolve: (path: Element) => Getter<Item>): Item[] {
  const orders = (child(request, 'SortOrder')?.children ?? []).map((order) => {
    const [path] = order.children;
    if (!path) throw new Refusal('ErrorInvalidRequest', 'a sort order names no property');
    return { get: resolve(path), sign: order.attributes.get('Order') === 'Descending' ? -1 : 1 };
  });
  if (orders.length === 0) orders.push({ get: ({ message }) => message.receivedAt, sign: -1 });
  // Each value is read once, not at each comparison.
  const read = items.map((item) => ({ item, values: orders.map(({ get }) => get(item)) }));
  read.sort((one, other) => {
    for (const [at, { sign }] of orders.entries()) {
      const order = inOrder(one.values[at], other.values[at]);
      if (order !== 0) return sign * order;
    }
    return one.item.message.uid - other.item.message.uid;
  });
  return read.map(({ item }) => item);
}

/** What has no value stands first, as in Exchange. */
function inOrder(left: Value, right: Value): number {
  if (left === undefined || right === undefined) return Number(left !== undefined) - Number(right !== undefined);
  return compare(left, right) ?? 0;
}

/** The little of AQS that there is here: words, all of which must be there, some only in `subject:` or `from:`. */
function fitsQuery({ message: { raw } }: Item, query: string): boolean {
  const { subject, from, to } = headersOf(raw);
  const people = (list: typeof from) => list.map(({ name = '', address }) => `${name} ${address}`).join(' ');
  const texts: Record<string, string> = { subject, from: people(from), to: people(to) };
  return [...query.matchAll(/(?:(\w+):)?(?:"([^"]*)"|(\S+))/g)].every(([, key = '', quoted, bare = '']) => {
    const wanted = (quoted ?? bare).toLowerCase();
    return (texts[key.toLowerCase()] ?? Object.values(texts).join(' ')).toLowerCase().includes(wanted);
  });
}

export async function findFolder(call: Call): Promise<Markup> {
  const { request, version } = call;
  const shape = readFolderShape(child(request, 'FolderShape'), version);
  const fits = compileRestriction(child(request, 'Restriction'), resolveFolder);
  const deep = request.attributes.get('Traversal') === 'Deep';
  const parents = child(request, 'ParentFolderIds')?.children ?? [];
  return answerEach('FindFolder', parents, (parent) => {
    const place = placeFor(call, parent);
    const all = allPlaces(place);
    const found = placesBelow(place, all, deep)
      .map((one) => ({ place: one, all }))
      .filter(fits);
    const page = pageOf(found, viewOf(request), false, call.settings.pageSize);
    return element('m:RootFolder', element('Folders', page.items.map(shape)), page.attributes);
  });
}

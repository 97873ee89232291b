import { Refusal } from './refusal.ts';
import { child, type Element } from './xml.ts';

/** Documented: so many items a page at most, and so many where a search narrows them. */
const LARGEST_PAGE = 1000;
const LARGEST_SEARCH = 250;

export interface Page<T> {
  readonly items: readonly T[];
  readonly attributes: {
    readonly IndexedPagingOffset: number;
    readonly TotalItemsInView: number;
    readonly IncludesLastItemInRange: boolean;
  };
}

/** The page that an IndexedPage or FractionalPage view asks for. `shorten` is what the server really gives of it. */
export function pageOf<T>(all: readonly T[], view: Element | undefined, searched: boolean, shorten: (wanted: number) => number): Page<T> {
  const get = (name: string) => view?.attributes.get(name);
  const number = (name: string, fallback: number) => {
    const value = Number(get(name) ?? fallback);
    if (!Number.isInteger(value) || value < 0) throw new Refusal('ErrorInvalidPagingMaxRows', `${name} is no number`);
    return value;
  };
  const wanted = Math.min(number('MaxEntriesReturned', LARGEST_PAGE), searched ? LARGEST_SEARCH : LARGEST_PAGE);
  if (get('MaxEntriesReturned') === '0') throw new Refusal('ErrorInvalidPagingMaxRows', 'a page has one item at least');
  const size = Math.max(1, Math.min(wanted, shorten(wanted)));
  if (get('BasePoint') === 'End') {
    const end = Math.max(0, all.length - number('Offset', 0));
    const begin = Math.max(0, end - size);
    return page(all.slice(begin, end), all.length - begin, all.length, begin === 0);
  }
  const fraction = get('Numerator');
  const begin =
    fraction === undefined
      ? number('Offset', 0)
      : Math.floor((number('Numerator', 0) * all.length) / Math.max(1, number('Denominator', 1)));
  const end = Math.min(all.length, begin + size);
  return page(all.slice(begin, end), Math.max(begin, end), all.length, begin + size >= all.length);
}

function page<T>(items: readonly T[], next: number, total: number, last: boolean): Page<T> {
  return { items, attributes: { IndexedPagingOffset: next, TotalItemsInView: total, IncludesLastItemInRange: last } };
}

/** The view of a request: the child that says how to page. */
export function viewOf(request: Element): Element | undefined {
  return ['IndexedPageItemView', 'FractionalPageItemView', 'IndexedPageFolderView', 'FractionalPageFolderView']
    .map((name) => child(request, name))
    .find((view) => view !== undefined);
}

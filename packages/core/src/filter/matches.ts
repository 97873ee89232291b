import type { Address, MessageSummary } from '../message.ts';
import { compilePattern } from '../pattern.ts';
import { dayIn } from '../day.ts';
import type { Filter } from './filter.ts';
import type { FilterLeaf } from './plan.ts';

/** What a filter looks at. `body` (text, or the text of the HTML) is asked for only if a condition needs it. */
export interface FilterSubject extends MessageSummary {
  readonly bcc?: readonly Address[];
  body(): Promise<string>;
}

/** The meaning of a filter; every server's own search is an optimization of it. Errors: `input.invalid` for a bad pattern. */
export async function matches(filter: Filter, subject: FilterSubject, timeZone: string): Promise<boolean> {
  switch (filter.op) {
    case 'and':
      for (const part of inOrderOfCost(filter.of)) if (!(await matches(part, subject, timeZone))) return false;
      return true;
    case 'or':
      for (const part of inOrderOfCost(filter.of)) if (await matches(part, subject, timeZone)) return true;
      return false;
    case 'not':
      return !(await matches(filter.of, subject, timeZone));
    default:
      return leafMatches(filter, subject, timeZone);
  }
}

/** Whether a filter looks into the body anywhere. */
export function needsBody(filter: Filter): boolean {
  if (filter.op === 'and' || filter.op === 'or') return filter.of.some(needsBody);
  if (filter.op === 'not') return needsBody(filter.of);
  return (filter.op === 'contains' || filter.op === 'matches') && filter.field === 'body';
}

const inOrderOfCost = (filters: readonly Filter[]) => filters.toSorted((a, b) => Number(needsBody(a)) - Number(needsBody(b)));

async function leafMatches(leaf: FilterLeaf, subject: FilterSubject, timeZone: string): Promise<boolean> {
  switch (leaf.op) {
    case 'contains': {
      const value = fold(leaf.value);
      return (await texts(leaf.field, subject)).some((text) => fold(text).includes(value));
    }
    case 'matches':
      return (await texts(leaf.field, subject)).some(compilePattern(leaf.pattern));
    case 'on': {
      const date = subject[leaf.field];
      return date !== undefined && dayIn(date, timeZone) === leaf.date;
    }
    case 'before':
      return compare(subject[leaf.field], leaf.date, timeZone) < 0;
    case 'after':
      return compare(subject[leaf.field], leaf.date, timeZone) > 0;
    case 'flag':
      return subject.flags !== undefined && subject.flags.includes(leaf.name) === leaf.value;
    case 'is':
      return leaf.field === 'messageId'
        ? subject.messageId !== undefined && bare(subject.messageId) === bare(leaf.value)
        : subject[leaf.field].some(({ address }) => address.toLowerCase() === leaf.value.trim().toLowerCase());
    case 'hasAttachments':
      return (subject.hasAttachments ?? false) === leaf.value;
  }
}

/** Negative: earlier, positive: later, 0 or NaN: neither. A date that is missing or none is NaN: no date condition matches it. */
function compare(date: string | undefined, limit: string, timeZone: string): number {
  if (date === undefined) return Number.NaN;
  if (limit.includes('T')) return Date.parse(date) - Date.parse(limit);
  const day = dayIn(date, timeZone);
  if (day === undefined) return Number.NaN;
  return day < limit ? -1 : day > limit ? 1 : 0;
}

async function texts(field: Extract<FilterLeaf, { op: 'contains' }>['field'], subject: FilterSubject): Promise<string[]> {
  if (field === 'subject') return [subject.subject];
  if (field === 'body') return [await subject.body()];
  return (subject[field] ?? []).flatMap(({ address, name }) => (name === undefined ? [address] : [address, name, `${name} <${address}>`]));
}

/** Letter case, Unicode form and runs of blanks do not matter. */
export function fold(text: string): string {
  // Greek has two small letters for one capital: which of them stands depends on what follows.
  return text.normalize('NFC').toLowerCase().replace(/ς/g, 'σ').replace(/\s+/g, ' ');
}

const bare = (id: string) => id.trim().replace(/^<|>$/g, '');

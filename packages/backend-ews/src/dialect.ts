import type { Filter, FilterDialect, FilterLeaf } from '@mailwright/core';
import type { Restriction } from './restriction.ts';
import { FLAGGED, REPLIED } from './tags.ts';

/** Two time zones are at most 26 hours apart: a day of ours lies within these days of UTC. */
const DAY = 86_400_000;
/** Characters of one text that is asked. */
const LONGEST = 200;

/**
 * What an Exchange server is asked. Exact are the marks that it keeps as such. Of a subject only the runs of ASCII letters and digits
 * are asked: how a server folds other letters, blanks and Unicode forms is its own matter. Addresses are not asked, since Exchange
 * compares what it shows of them and not what the mail says; nor are bodies, which it finds by whole words; nor the Date header, for
 * which it has a time of its own where it cannot read it.
 */
export const RESTRICTIONS: FilterDialect<Restriction> = {
  leaf: (leaf) => exact(leaf) ?? superset(leaf),
  and: (of) => joined('and', of),
  or: (of) => joined('or', of),
  not: (of) => ({ op: 'not', of }),
};

const joined = (op: 'and' | 'or', [first, ...more]: readonly Restriction[]): Restriction =>
  first && more.length === 0 ? first : ({ op, of: [first, ...more] } as Restriction);

function exact(leaf: FilterLeaf): { readonly native: Restriction; readonly exact: true } | null {
  const native = exactly(leaf);
  return native && { native, exact: true };
}

function exactly(leaf: FilterLeaf): Restriction | null {
  if (leaf.op === 'hasAttachments') return { op: 'equals', field: 'HasAttachments', value: leaf.value };
  if (leaf.op !== 'flag') return null;
  switch (leaf.name) {
    case 'seen':
      return { op: 'equals', field: 'IsRead', value: leaf.value };
    case 'flagged':
      return sided({ op: 'equals', field: 'flagStatus', value: FLAGGED }, leaf.value);
    case 'answered':
      return sided({ op: 'or', of: REPLIED.map((value) => ({ op: 'equals', field: 'lastVerb', value })) }, leaf.value);
    case 'draft':
      return null;
  }
}

const sided = (restriction: Restriction, holds: boolean): Restriction => (holds ? restriction : { op: 'not', of: restriction });

function superset(leaf: FilterLeaf): { readonly native: Restriction; readonly exact: false } | null {
  const native = wider(leaf);
  return native && { native, exact: false };
}

function wider(leaf: FilterLeaf): Restriction | null {
  switch (leaf.op) {
    case 'contains':
      return leaf.field === 'subject' ? runsOf(leaf.value) : null;
    case 'is': {
      const id = leaf.value.trim().replace(/^<|>$/g, '');
      return leaf.field === 'messageId' && /^[!-;=?-~]+$/.test(id)
        ? { op: 'contains', field: 'InternetMessageId', value: id.slice(0, LONGEST) }
        : null;
    }
    case 'on':
      return arrived(leaf.field, Date.parse(leaf.date) - DAY, Date.parse(leaf.date) + 2 * DAY);
    case 'before':
      return arrived(leaf.field, undefined, Date.parse(leaf.date) + DAY);
    case 'after':
      return arrived(leaf.field, Date.parse(leaf.date) - DAY, undefined);
    default:
      return null;
  }
}

/** Composed: a letter of its own in a decomposed value stands under its accent in what `matches` takes for the same. */
function runsOf(value: string): Restriction | null {
  const runs = [...new Set(value.normalize('NFC').match(/[a-z0-9]+/gi))].slice(0, 10);
  const parts = runs.map((run): Restriction => ({ op: 'contains', field: 'Subject', value: run.slice(0, LONGEST) }));
  return parts.length === 0 ? null : joined('and', parts);
}

function arrived(field: 'sentAt' | 'receivedAt', from: number | undefined, before: number | undefined): Restriction | null {
  const bounds = [from, before].filter((time) => time !== undefined);
  if (field === 'sentAt' || bounds.some((time) => Number.isNaN(time) || Math.abs(time) > 8e15)) return null;
  const at = (op: 'from' | 'before', time: number | undefined): Restriction[] =>
    time === undefined ? [] : [{ op, field: 'DateTimeReceived', value: new Date(time).toISOString() }];
  return joined('and', [...at('from', from), ...at('before', before)]);
}

/** Looks into the body: a listing does not show it. */
const inBody = (leaf: FilterLeaf) => (leaf.op === 'contains' || leaf.op === 'matches') && leaf.field === 'body';

/** What can be told from a listing, checked before any body is fetched. */
export const LISTED: FilterDialect<Filter> = {
  leaf: (leaf) => (inBody(leaf) ? null : { native: leaf, exact: true }),
  and: (of) => grouped('and', of),
  or: (of) => grouped('or', of),
  not: (of) => ({ op: 'not', of }),
};

const grouped = (op: 'and' | 'or', [first, ...more]: readonly Filter[]): Filter =>
  first && more.length === 0 ? first : ({ op, of: [first, ...more] } as Filter);

/** A restriction in words, for people. */
export function showRestriction(part: Restriction): string {
  switch (part.op) {
    case 'and':
    case 'or':
      return `(${part.of.map(showRestriction).join(` ${part.op} `)})`;
    case 'not':
      return `not ${showRestriction(part.of)}`;
    case 'contains':
      return `${part.field} contains ${JSON.stringify(part.value)}`;
    default:
      return `${part.field} ${{ equals: '=', from: '>=', before: '<' }[part.op]} ${part.value}`;
  }
}

import type { Filter, FilterDialect, FilterLeaf } from '@mailwright/core';

const DAY = 86_400_000;
/** A date of Graph has whole seconds, the one that it compares may have more. */
const SECOND = 1000;

type Leaf = { readonly native: string; readonly exact: boolean };
const exact = (native: string): Leaf => ({ native, exact: true });

/**
 * A text in a $filter (OData 4.01 URL conventions, section 5.1.1.6.1): its quotes doubled, it stays one text whatever stands in it.
 */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const PROPERTIES = { receivedAt: 'receivedDateTime', sentAt: 'sentDateTime' } as const;

function date({ op, field, date }: Extract<Filter, { op: 'on' | 'before' | 'after' }>): Leaf | null {
  // The Date header counts as the bytes have it; a server puts another date where it cannot read one.
  if (field === 'sentAt') return null;
  const at = Date.parse(date);
  // A day begins somewhere within a day of when it begins in UTC; what is exact is checked here.
  const slack = date.includes('T') ? SECOND : DAY;
  const [from, to] = [new Date(at - slack), new Date(at + slack + (date.includes('T') ? 0 : DAY))].map((one) => one.toISOString());
  const name = PROPERTIES[field];
  const native = { on: `(${name} ge ${from} and ${name} le ${to})`, before: `${name} le ${to}`, after: `${name} ge ${from}` }[op];
  return { native, exact: false };
}

const FLAGS: Readonly<Record<string, (on: boolean) => string>> = {
  seen: (on) => `isRead eq ${on}`,
  draft: (on) => `isDraft eq ${on}`,
  flagged: (on) => `flag/flagStatus ${on ? 'eq' : 'ne'} 'flagged'`,
};

function leaf(filter: FilterLeaf): Leaf | null {
  switch (filter.op) {
    case 'on':
    case 'before':
    case 'after':
      return date(filter);
    case 'flag':
      return FLAGS[filter.name] ? exact((FLAGS[filter.name] as (on: boolean) => string)(filter.value)) : null;
    case 'hasAttachments':
      return exact(`hasAttachments eq ${filter.value}`);
    case 'is': {
      if (filter.field !== 'messageId') return null;
      const bare = filter.value.trim().replace(/^<|>$/g, '');
      return { native: `(internetMessageId eq ${literal(`<${bare}>`)} or internetMessageId eq ${literal(bare)})`, exact: false };
    }
    // Letter case, Unicode form and blanks mean to a server what they mean to it: texts are compared here.
    default:
      return null;
  }
}

/** What Graph evaluates exactly as it is meant, or so that it finds more. */
export const DIALECT: FilterDialect<string> = {
  leaf,
  and: (parts) => parts.map(inner).join(' and '),
  or: (parts) => parts.map(inner).join(' or '),
  not: (part) => `not (${part})`,
};
const inner = (part: string) => (/ (and|or) /.test(part) ? `(${part})` : part);

/** A whole $filter. What is sorted by stands first in it (learn.microsoft.com, list messages: filter and orderby in the same query). */
export const sortedFilter = (native: string | null): string | undefined =>
  native === null ? undefined : `receivedDateTime ge 1900-01-01T00:00:00Z and ${inner(native)}`;

import { EmailError, say, type Filter, type FilterDialect, type FilterLeaf } from '@mailwright/core';

/** Looks into the body: a header does not show it. */
const inBody = (leaf: FilterLeaf) => (leaf.op === 'contains' || leaf.op === 'matches') && leaf.field === 'body';

/**
 * For mail that nobody searches but us. What plays the server's part is the header of each message: conditions on it are checked first
 * and exactly, and only what passes is read whole, if the rest of the filter asks for that.
 */
export const HEADERS: FilterDialect<Filter> = {
  leaf: (leaf) => (inBody(leaf) || leaf.op === 'hasAttachments' ? null : { native: leaf, exact: true }),
  and: (parts) => joined('and', parts),
  or: (parts) => joined('or', parts),
  not: (of) => ({ op: 'not', of }),
};

const joined = (op: 'and' | 'or', [first, ...more]: readonly Filter[]): Filter =>
  first && more.length === 0 ? first : ({ op, of: [first, ...more] } as Filter);

/**
 * For mail that has no marks: a condition on one would be true of nothing, and its opposite of everything.
 * Errors: `capability.unsupported`.
 */
export function checkFlags({ op, ...rest }: Filter, session: string, backend: string): void {
  const { of, name } = rest as { readonly of?: Filter | readonly Filter[]; readonly name?: string };
  for (const part of [of ?? []].flat()) checkFlags(part as Filter, session, backend);
  if (op === 'flag')
    throw new EmailError('capability.unsupported', {
      session,
      backend,
      capability: 'mark',
      because: say`it knows no mail as ${{ name: name ?? '' }}: leave this condition out`,
    });
}

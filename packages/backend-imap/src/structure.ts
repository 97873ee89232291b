import { isList, wordOf, type Token } from './response.ts';

/** One part of a message as BODYSTRUCTURE describes it (RFC 3501 section 7.4.2). */
export interface Part {
  /** `1.2`; "1" for the only part. */
  readonly number: string;
  /** Lower case, such as `text/plain`. */
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly encoding: string;
  /** Bytes as transferred, before decoding. */
  readonly size: number;
  readonly disposition?: string;
  /** The subtype of the multipart directly around it. */
  readonly within: string;
}

/** A multipart: what holds parts. */
export interface Multipart {
  readonly number: string;
  readonly boundary: string;
  readonly children: readonly Branch[];
}
export type Branch = Part | Multipart;

const DEEPEST = 50;
const MOST = 1000;

/** The parts that hold something, in order; attached messages stay whole. Nonsense from the server gives fewer parts, never an error. */
export function partsOf(structure: Token | undefined): Part[] {
  return leaves(branchOf(structure, [], 'mixed', { left: MOST }));
}

/** The structure as a tree; undefined unless every multipart tells its boundary. */
export function treeOf(structure: Token | undefined): Branch | undefined {
  const budget = { left: MOST };
  const tree = branchOf(structure, [], 'mixed', budget);
  // A structure with parts left out is of no use: the mail would look smaller than it is.
  return tree && budget.left >= 0 && whole(tree) ? tree : undefined;
}

const leaves = (branch: Branch | undefined): Part[] => (!branch ? [] : 'children' in branch ? branch.children.flatMap(leaves) : [branch]);
const whole = (branch: Branch): boolean => !('children' in branch) || (branch.boundary !== '' && branch.children.every(whole));

function branchOf(token: Token | undefined, path: readonly number[], within: string, budget: { left: number }): Branch | undefined {
  if (!isList(token)) return undefined;
  if (path.length > DEEPEST || budget.left <= 0) {
    budget.left = -1;
    return undefined;
  }
  budget.left--;
  if (!isList(token[0])) return leafOf(token, path.length === 0 ? '1' : path.join('.'), within);
  const count = token.findIndex((child) => !isList(child));
  const subtype = wordOf(token[count])?.toLowerCase() ?? 'mixed';
  const children = token.slice(0, count === -1 ? undefined : count);
  return {
    number: path.join('.'),
    boundary: count === -1 ? '' : (pairs(token[count + 1]).get('boundary') ?? ''),
    children: children.flatMap((child, index) => branchOf(child, [...path, index + 1], subtype, budget) ?? []),
  };
}

/** type subtype parameters id description encoding size, then what depends on the type, then the extensions. */
function leafOf(token: readonly Token[], number: string, within: string): Part {
  const type = `${wordOf(token[0]) ?? 'application'}/${wordOf(token[1]) ?? 'octet-stream'}`.toLowerCase();
  const parameters = pairs(token[2]);
  const own = type.startsWith('text/') ? 1 : type === 'message/rfc822' ? 3 : 0;
  const disposition = token.slice(7 + own).find((one) => isList(one) && !isList(one[0]) && (one[1] === null || isList(one[1])));
  return {
    number,
    type,
    parameters,
    encoding: (wordOf(token[5]) ?? '7bit').toLowerCase().trim(),
    size: Number(wordOf(token[6]) ?? 0) || 0,
    ...(isList(disposition) && { disposition: (wordOf(disposition[0]) ?? '').toLowerCase() }),
    within,
  };
}

function pairs(token: Token | undefined): Map<string, string> {
  const found = new Map<string, string>();
  if (!isList(token)) return found;
  for (let at = 0; at + 1 < token.length; at += 2) found.set((wordOf(token[at]) ?? '').toLowerCase(), wordOf(token[at + 1]) ?? '');
  return found;
}

/** Not shown as the mail's text: what a reader of the whole message finds among its attachments. */
export const isAttachment = ({ type, disposition }: Part) =>
  (type !== 'text/plain' && type !== 'text/html') || (disposition !== undefined && disposition !== 'inline');

export const isInline = ({ disposition, within }: Part) => disposition === 'inline' || within === 'related';

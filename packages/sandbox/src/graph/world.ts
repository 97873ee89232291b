import type { Account } from '../store/account.ts';
import type { Store } from '../store/store.ts';
import { Refused, type GraphQuestion } from './answer.ts';
import { Deltas } from './delta.ts';
import { Places } from './places.ts';
import type { GraphGrant } from './tokens.ts';
import { Uploads } from './uploads.ts';

/**
 * What a test may do to a question: drop the connection, before or after doing it, never answer, answer with a status, before or after
 * doing it, or answer with bytes that make no sense.
 */
export type GraphFault =
  | 'drop'
  | 'do-and-drop'
  | 'silence'
  | {
      readonly status: number;
      readonly code?: string;
      /** As the header is written: seconds or a date. */
      readonly retryAfter?: string;
      /** The question was done all the same. */
      readonly done?: boolean;
      readonly text?: string;
    };

export interface GraphOptions {
  /** Asked at every question, also at each part of a batch: `POST messages/{id}/send`, `GET $value` and the like, without the mailbox. */
  readonly fault?: (question: string) => GraphFault | undefined;
  readonly log?: (question: string) => void;
}

/** What all questions share. */
export class World {
  readonly store: Store;
  readonly options: GraphOptions;
  readonly uploads = new Uploads();
  readonly deltas = new Deltas();
  readonly #places = new WeakMap<Account, Places>();

  constructor(store: Store, options: GraphOptions) {
    this.store = store;
    this.options = options;
  }

  placesOf(account: Account): Places {
    let places = this.#places.get(account);
    if (!places) this.#places.set(account, (places = new Places(account)));
    return places;
  }
}

/** What permission a question needs: the ones of reading each hold those before. */
export type Permission = 'ReadBasic' | 'Read' | 'ReadWrite' | 'Send';
const READING = ['ReadBasic', 'Read', 'ReadWrite'];

/** Whether a grant holds a permission for this mailbox, its own or somebody else's. */
export function holds({ user, permissions }: GraphGrant, wanted: Permission, own: boolean): boolean {
  const end = user === undefined || own ? '' : '.Shared';
  const enough = wanted === 'Send' ? ['Send'] : READING.slice(READING.indexOf(wanted));
  // An application's ReadBasic is that of all mailboxes.
  return enough.some((name) => permissions.includes(`Mail.${name}${end}`) || permissions.includes(`Mail.${name}.All`));
}

export const denied = () => new Refused(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');

/** The mailbox that a question is about, and what stands behind it. */
export function mailboxOf(world: World, { path }: GraphQuestion, { user, mailboxes }: GraphGrant) {
  const [first = '', second = '', ...more] = path;
  if (first.toLowerCase() === 'me') {
    if (user === undefined) throw new Refused(400, 'BadRequest', '/me request is only valid with delegated authentication flow.');
    return { account: residentOf(world, user), own: true, rest: path.slice(1) };
  }
  if (first.toLowerCase() !== 'users') throw new Refused(400, 'BadRequest', `Resource not found for the segment '${first}'.`);
  const own = second.toLowerCase() === user?.toLowerCase();
  const account = residentOf(world, second);
  const named = mailboxes?.some((one) => one.toLowerCase() === second.toLowerCase()) ?? user === undefined;
  if (!own && !named) throw denied();
  return { account, own, rest: more };
}

function residentOf({ store }: World, address: string): Account {
  const account = store.account(address);
  if (!account) throw new Refused(404, 'ErrorInvalidUser', `The requested user '${address}' is invalid.`);
  return account;
}

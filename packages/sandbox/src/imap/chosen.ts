import type { StoredMessage } from '../store/folder.ts';
import { numbersIn, rangesOf } from './number-set.ts';
import type { Session } from './session.ts';
import type { View } from './view.ts';
import { Malformed, textOf, type Word } from './words.ts';

/** The messages that a command names, and whether some of them are gone though the client was not told yet. */
export interface Chosen {
  readonly view: View;
  readonly messages: readonly StoredMessage[];
  readonly someGone: boolean;
}

export function viewOf({ view }: Session): View {
  if (!view) throw new Malformed('select a folder first');
  return view;
}

/** By UID, unknown ones are left out; by number, every one must be there (RFC 3501 sections 6.4.8 and 9). */
export function choose(session: Session, set: Word | undefined, byUid: boolean): Chosen {
  const view = viewOf(session);
  const text = textOf(set, 'set of numbers');
  const uids = byUid ? numbersIn(text, view.uids) : uidsOf(text, view.uids);
  const messages = uids.flatMap((uid) => view.folder.find(uid) ?? []);
  return { view, messages, someGone: !byUid && messages.length < uids.length };
}

function uidsOf(set: string, uids: readonly number[]): number[] {
  const ranges = rangesOf(set, uids.length);
  const numbers = numbersIn(
    set,
    uids.map((_, index) => index + 1),
  );
  if (uids.length > 0 && ranges.some(({ high }) => high > uids.length)) throw new Malformed('there is no message with this number');
  return numbers.map((number) => uids[number - 1] as number);
}

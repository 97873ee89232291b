import type { StoredMessage } from '../store/folder.ts';
import { atom, type Value } from './answer.ts';
import { viewOf } from './chosen.ts';
import type { Handlers } from './commands.ts';
import { offers } from './extensions.ts';
import { both } from './messages.ts';
import { toSet } from './number-set.ts';
import { parseKeys } from './search-keys.ts';
import type { Session } from './session.ts';
import { Malformed, No, isAtom, listOf, textOf, type Word } from './words.ts';

export const searchCommands: Handlers = both('SEARCH', search);

function search(session: Session, words: readonly Word[], byUid: boolean, tag: string): string {
  const view = viewOf(session);
  const keys = [...words];
  const wanted = returned(session, keys);
  if (isAtom(keys[0], 'CHARSET')) {
    const charset = textOf(keys[1], 'charset').toUpperCase();
    if (charset !== 'UTF-8' && charset !== 'US-ASCII') throw new No('[BADCHARSET (US-ASCII UTF-8)] this character set is not known');
    keys.splice(0, 2);
  }
  const test = parseKeys(keys, view);
  const found = view.messages().filter(test);
  const numbers = found.map(({ uid }: StoredMessage) => (byUid ? uid : view.numberOf(uid)));
  if (wanted) session.wire.answer('ESEARCH', ...extendedAnswer(tag, byUid, wanted, numbers));
  else session.wire.line(['* SEARCH', ...numbers].join(' '));
  return '';
}

/** The options of RETURN (RFC 4731 section 3.1), which stand before the keys. */
function returned(session: Session, keys: Word[]): readonly string[] | undefined {
  if (!isAtom(keys[0], 'RETURN') || !offers(session.settings.extensions, 'esearch')) return undefined;
  const options = listOf(keys[1])?.map((word) => textOf(word, 'option').toUpperCase());
  const unknown = options?.find((option) => !['MIN', 'MAX', 'ALL', 'COUNT'].includes(option));
  if (!options || unknown !== undefined) throw new Malformed('RETURN takes a list of MIN, MAX, ALL and COUNT');
  keys.splice(0, 2);
  return options.length === 0 ? ['ALL'] : options;
}

/** MIN, MAX and ALL are left out where nothing was found. */
function extendedAnswer(tag: string, byUid: boolean, wanted: readonly string[], numbers: readonly number[]): Value[] {
  const some = (name: string, value: Value) => (wanted.includes(name) && numbers.length > 0 ? [atom(name), value] : []);
  return [
    [atom('TAG'), tag],
    ...(byUid ? [atom('UID')] : []),
    ...some('MIN', numbers[0] ?? 0),
    ...some('MAX', numbers.at(-1) ?? 0),
    ...some('ALL', atom(toSet(numbers))),
    ...(wanted.includes('COUNT') ? [atom('COUNT'), numbers.length] : []),
  ];
}

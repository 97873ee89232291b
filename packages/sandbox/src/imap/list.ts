import type { Account } from '../store/account.ts';
import type { MailFolder } from '../store/folder.ts';
import { atom } from './answer.ts';
import type { Handlers } from './commands.ts';
import { offers } from './extensions.ts';
import { decodeName, encodeName } from './folder-name.ts';
import { accountOf, mailIn } from './folders.ts';
import { fits } from './pattern.ts';
import type { Session } from './session.ts';
import { Malformed, expectCount, isAtom, listOf, textOf, type Word } from './words.ts';

export const listCommands: Handlers = {
  LIST: { needs: 'login', run: list },
  LSUB: { needs: 'login', run: listSubscribed },
  STATUS: {
    needs: 'login',
    run(session, words) {
      expectCount(words, 2);
      const items = listOf(words[1]);
      if (!items) throw new Malformed('a list of items is missing');
      answerStatus(session, mailIn(session, words[0], '[NONEXISTENT]'), items);
      return '';
    },
  },
};

const SELECTIONS = ['SUBSCRIBED', 'SPECIAL-USE', 'REMOTE', 'RECURSIVEMATCH'];

/** What a LIST asks for (RFC 5258 section 6). */
interface Listing {
  readonly select: readonly string[];
  readonly patterns: readonly string[];
  /** RFC 3501 section 6.3.8: an empty pattern asks for the character between levels. */
  readonly asksDelimiter: boolean;
  readonly status: readonly Word[] | undefined;
  readonly subscriptions: boolean;
}

function parseListing(session: Session, words: readonly Word[]): Listing {
  const extended = offers(session.settings.extensions, 'listExtended');
  const rest = [...words];
  const selections = listOf(rest[0])?.map((word) => textOf(word, 'option').toUpperCase());
  if (selections) rest.shift();
  const reference = decodeName(textOf(rest.shift(), 'reference'));
  const wanted = rest.shift();
  const given = (listOf(wanted) ?? [wanted]).map((word) => decodeName(textOf(word, 'pattern')));
  const options = isAtom(rest[0], 'RETURN') ? (rest.shift(), listOf(rest.shift())) : undefined;
  if (rest.length > 0 || (!extended && (listOf(wanted) ?? selections ?? options)))
    throw new Malformed('LIST takes a reference and a pattern');
  const unknown = selections?.find((option) => !SELECTIONS.includes(option));
  if (unknown !== undefined) throw new Malformed(`${unknown} is no option of LIST`);
  const status = options?.findIndex((word) => isAtom(word, 'STATUS')) ?? -1;
  const select = selections?.filter((option) => option === 'SUBSCRIBED' || option === 'SPECIAL-USE') ?? [];
  return {
    select,
    patterns: given.map((pattern) => reference + pattern),
    asksDelimiter: given.length === 1 && given[0] === '',
    status: status < 0 ? undefined : listOf(options?.[status + 1]),
    subscriptions: select.includes('SUBSCRIBED') || (options?.some((word) => isAtom(word, 'SUBSCRIBED')) ?? false),
  };
}

function list(session: Session, words: readonly Word[]): string {
  const { select, patterns, asksDelimiter, status, subscriptions } = parseListing(session, words);
  if (asksDelimiter) {
    session.wire.answer('LIST', [atom('\\Noselect')], '/', '');
    return '';
  }
  const account = accountOf(session);
  for (const folder of account.folders.values()) {
    if (!patterns.some((pattern) => fits(folder.path, pattern))) continue;
    if (select.includes('SPECIAL-USE') && folder.specialUse === undefined) continue;
    if (select.includes('SUBSCRIBED') && !account.subscribed.has(folder.path)) continue;
    const subscribed = subscriptions && account.subscribed.has(folder.path) ? ['\\Subscribed'] : [];
    session.wire.answer('LIST', [...attributes(session, account, folder), ...subscribed].map(atom), '/', encodeName(folder.path));
    if (status && !folder.noSelect) answerStatus(session, folder, status);
  }
  return '';
}

function attributes(session: Session, account: Account, { path, specialUse, noSelect }: MailFolder): string[] {
  const use = specialUse !== undefined && offers(session.settings.extensions, 'specialUse') ? [specialUse] : [];
  return [...(noSelect ? ['\\Noselect'] : []), account.below(path).length > 0 ? '\\HasChildren' : '\\HasNoChildren', ...use];
}

function listSubscribed(session: Session, words: readonly Word[]): string {
  expectCount(words, 2);
  const pattern = decodeName(textOf(words[0], 'reference')) + decodeName(textOf(words[1], 'pattern'));
  const account = accountOf(session);
  const answered = new Set<string>();
  for (const path of account.subscribed) {
    // RFC 3501 section 6.3.9: where only folders below are subscribed, the name above is listed, but cannot be opened.
    const levels = path.split('/').map((_, index, all) => all.slice(0, index + 1).join('/'));
    for (const level of levels) {
      const own = account.subscribed.has(level);
      if (answered.has(level) || !fits(level, pattern) || (!own && !pattern.endsWith('%'))) continue;
      answered.add(level);
      const folder = account.folder(level);
      session.wire.answer('LSUB', own && folder && !folder.noSelect ? [] : [atom('\\Noselect')], '/', encodeName(level));
    }
  }
  return '';
}

function answerStatus(session: Session, folder: MailFolder, items: readonly Word[]): void {
  const values: Readonly<Record<string, number>> = {
    MESSAGES: folder.messages.length,
    RECENT: folder.recent(false).length,
    UIDNEXT: folder.uidNext,
    UIDVALIDITY: folder.uidValidity,
    UNSEEN: folder.messages.filter(({ flags }) => !flags.has('\\Seen')).length,
  };
  const answers = items.flatMap((item) => {
    const name = textOf(item, 'item').toUpperCase();
    const value = values[name];
    if (value === undefined) throw new Malformed(`${name} is no item of STATUS`);
    return [atom(name), value];
  });
  session.wire.answer('STATUS', encodeName(folder.path), answers);
}

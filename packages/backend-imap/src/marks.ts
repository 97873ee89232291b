import { EmailError, say, type Done, type LabelChange, type Marks, type MessageRef } from '@mailwright/core';
import { each } from './batches.ts';
import type { Conversation } from './conversation.ts';
import { findExisting } from './find.ts';
import type { Folders } from './folders.ts';
import { remove } from './relocate.ts';
import { atom, packSet, sequence } from './response.ts';

interface FlagChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** A keyword is an atom (RFC 3501 section 9): no blanks, no brackets, ASCII. */
const KEYWORD = /^[!#$&'+,./0-9:;<=>?@A-Z[^_`a-z|}~-]{1,200}$/;

export function mark(talk: Conversation, folders: Folders, refs: readonly MessageRef[], marks: Marks): Promise<readonly Done[]> {
  const wanted = Object.entries({ '\\Seen': marks.seen, '\\Flagged': marks.flagged, '\\Answered': marks.answered });
  const flags = (value: boolean) => wanted.flatMap(([flag, on]) => (on === value ? [flag] : []));
  return store(talk, folders, refs, 'mark', { add: flags(true), remove: flags(false) });
}

/** Errors: `input.invalid` for a name that no keyword can have; `server.refused` where a folder takes no new ones. */
export function label(talk: Conversation, folders: Folders, refs: readonly MessageRef[], change: LabelChange): Promise<readonly Done[]> {
  const { add = [], remove: off = [] } = change;
  const bad = [...add, ...off].find((keyword) => !KEYWORD.test(keyword));
  if (bad !== undefined)
    throw new EmailError('input.invalid', {
      path: 'keywords',
      problem: `"${bad}" cannot be a keyword on an IMAP server`,
      cure: 'Use letters, digits and marks such as - and _, without blanks.',
    });
  return store(talk, folders, refs, 'label', { add, remove: off });
}

/** For good: marked deleted and expunged, exactly these (RFC 4315). A server without UIDPLUS leaves them marked deleted. */
export function erase(talk: Conversation, folders: Folders, refs: readonly MessageRef[]): Promise<readonly Done[]> {
  return each<Omit<Done, 'ref' | 'error'>>(talk, folders, refs, {
    verb: 'erase',
    repeatable: false,
    work: async ({ asked }) => {
      const there = await findExisting(
        talk,
        asked.map(({ uid }) => uid),
      );
      await remove(talk, [...there]);
      const done: Omit<Done, 'ref' | 'error'> = talk.has('UIDPLUS') ? {} : { pending: true };
      return asked.map(({ ref, uid }) => (there.has(uid) ? done : new EmailError('message.not_found', { folder: ref.folder, id: ref.id })));
    },
  });
}

function store(
  talk: Conversation,
  folders: Folders,
  refs: readonly MessageRef[],
  verb: string,
  { add, remove: off }: FlagChange,
): Promise<readonly Done[]> {
  return each(talk, folders, refs, {
    verb,
    repeatable: true,
    work: async ({ place, asked }) => {
      const { permanentFlags } = await talk.select(place.located.listed, place.located.folder.path, place.uidValidity);
      const refused = add.find((flag) => permanentFlags.size > 0 && !permanentFlags.has('\\*') && !permanentFlags.has(flag));
      if (refused !== undefined)
        throw new EmailError('server.refused', {
          what: say`${{ verb }} messages of "${{ path: place.located.folder.path }}"`,
          serverSaid: `the folder does not keep ${refused}`,
        });
      const uids = asked.map(({ uid }) => uid);
      const there = await findExisting(talk, uids);
      const set = sequence(packSet([...there]));
      const change = (sign: string, flags: readonly string[]) =>
        flags.length > 0 && there.size > 0 ? talk.command('UID STORE', [set, atom(`${sign}FLAGS.SILENT`), flags.map(atom)]) : undefined;
      await change('+', add);
      await change('-', off);
      return asked.map(({ ref, uid }) => (there.has(uid) ? {} : new EmailError('message.not_found', { folder: ref.folder, id: ref.id })));
    },
  });
}

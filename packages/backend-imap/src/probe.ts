import { say, type Probe, type Rights } from '@mailwright/core';
import type { Conversation, Selected } from './conversation.ts';
import type { Folders } from './folders.ts';
import { string, wordOf, type Response } from './response.ts';

/** What a connection test asks of an open connection. */
export function probeOf(talk: Conversation, folders: Folders): Probe {
  const ms = talk.ctx.limits.command;
  return {
    noop: () => talk.turn(say`do nothing`, ms, async () => void (await talk.command('NOOP'))),
    async rights(folder) {
      const { listed, folder: found } = await folders.locate(folder);
      return talk.turn(say`ask for rights in "${{ path: found.path }}"`, ms, async () =>
        talk.has('ACL') ? rightsBy(await myRights(talk, listed)) : rightsOf(await talk.select(listed, found.path)),
      );
    },
  };
}

/** RFC 4314 section 3.5. */
async function myRights(talk: Conversation, listed: string): Promise<string> {
  let letters = '';
  await talk.command('MYRIGHTS', [string(listed)], {
    untagged: { MYRIGHTS: ({ attributes }: Response) => void (letters = wordOf(attributes?.[1]) ?? '') },
  });
  return letters;
}

/** RFC 4314 section 2.1: s and w are flags, i is for what comes in, t and e (RFC 2086: d) for what goes. */
function rightsBy(letters: string): Rights {
  const has = (letter: string) => letters.includes(letter);
  return {
    from: 'acl',
    read: has('r'),
    mark: has('s') && has('w'),
    remove: (has('t') && has('e')) || has('d'),
    insert: has('i'),
  };
}

/** Without ACL: whether the folder is open for changes, and which flags it keeps. What comes in is not told. */
function rightsOf({ readOnly, permanentFlags }: Selected): Rights {
  const keeps = (flag: string) => permanentFlags.size === 0 || [...permanentFlags].some((one) => one.toLowerCase() === flag);
  return { from: 'folder', read: true, mark: !readOnly && keeps('\\seen'), remove: !readOnly && keeps('\\deleted') };
}

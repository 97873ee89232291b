import { choose } from './chosen.ts';
import type { Handlers } from './commands.ts';
import { offers } from './extensions.ts';
import { mailIn } from './folders.ts';
import { both, writable } from './messages.ts';
import { toSet } from './number-set.ts';
import type { Session } from './session.ts';
import { No, expectCount, type Word } from './words.ts';

export const transferCommands: Handlers = {
  ...both('COPY', (session, words, byUid) => {
    const { code } = copy(session, words, byUid);
    return code && `${code} copied`;
  }),
  ...both(
    'MOVE',
    (session, words, byUid) => {
      const { view, messages, code } = copy(session, words, byUid, true);
      // RFC 6851 section 4.3: the code comes before the messages are said to be gone.
      if (code) session.wire.line(`* OK ${code} moved`);
      view.folder.remove(new Set(messages.map(({ uid }) => uid)), view);
      return '';
    },
    'move',
  ),
};

/** All or nothing (RFC 3501 section 6.4.7); `code` is COPYUID (RFC 4315 section 3), empty where there is nothing to say. */
function copy(session: Session, words: readonly Word[], byUid: boolean, move = false) {
  expectCount(words, 2);
  const { view, messages, someGone } = choose(session, words[0], byUid);
  if (move) writable(view);
  const target = mailIn(session, words[1], '[TRYCREATE]');
  if (someGone) throw new No('[EXPUNGEISSUED] some of the messages are gone');
  const landed = messages.map(({ raw, flags, receivedAt }) => target.add(raw, flags, receivedAt, view));
  const [from, to] = [messages, landed].map((all) => toSet(all.map(({ uid }) => uid)));
  const tells = messages.length > 0 && offers(session.settings.extensions, 'uidplus');
  return { view, messages, code: tells ? `[COPYUID ${target.uidValidity} ${from} ${to}]` : '' };
}

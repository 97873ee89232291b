import type { Handlers } from './commands.ts';
import { parseDateTime } from './date.ts';
import { offers } from './extensions.ts';
import { parseFlags } from './flags.ts';
import { mailIn } from './folders.ts';
import type { Session } from './session.ts';
import { Malformed, No, expectCount, textOf, type Word } from './words.ts';

export const appendCommands: Handlers = { APPEND: { needs: 'login', run: append } };

/** Folder, perhaps flags, perhaps a date, then the message (RFC 3501 section 6.3.11). */
function append(session: Session, words: readonly Word[]): string {
  const [name, ...rest] = words;
  const folder = mailIn(session, name, '[TRYCREATE]');
  const flags = rest[0]?.kind === 'list' ? parseFlags([rest.shift() as Word]) : [];
  const receivedAt = rest.length > 1 ? parseDateTime(textOf(rest.shift(), 'date')) : new Date();
  const message = rest.shift();
  expectCount(rest, 0);
  if (message?.kind !== 'string') throw new Malformed('the message is missing');
  if (message.bytes.length === 0) throw new No('[CANNOT] a message without any bytes');
  const { uid } = folder.add(message.bytes, flags, receivedAt, session);
  return offers(session.settings.extensions, 'uidplus') ? `[APPENDUID ${folder.uidValidity} ${uid}] stored` : '';
}

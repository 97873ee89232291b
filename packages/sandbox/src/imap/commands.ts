import { appendCommands } from './append.ts';
import type { Extensions } from './extensions.ts';
import { folderCommands } from './folders.ts';
import { idleCommands } from './idle.ts';
import { listCommands } from './list.ts';
import { messageCommands } from './messages.ts';
import { searchCommands } from './search.ts';
import type { Session } from './session.ts';
import { signInCommands } from './sign-in.ts';
import { transferCommands } from './transfer.ts';
import type { Word } from './words.ts';

/** `guest`: only before the login. */
export type Need = 'nothing' | 'guest' | 'login' | 'folder';

/** One command: what it needs, and what it does. It gives the text after OK; undefined if it answered by itself. */
export interface Handler {
  readonly needs: Need;
  readonly extension?: Exclude<keyof Extensions, 'literals'>;
  run(session: Session, words: readonly Word[], tag: string): string | undefined | Promise<string | undefined>;
}

export type Handlers = Readonly<Record<string, Handler>>;

export const COMMANDS: ReadonlyMap<string, Handler> = new Map(
  Object.entries({
    ...signInCommands,
    ...folderCommands,
    ...listCommands,
    ...appendCommands,
    ...idleCommands,
    ...messageCommands,
    ...transferCommands,
    ...searchCommands,
  }),
);

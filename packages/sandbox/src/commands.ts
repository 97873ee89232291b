import { folderCommands } from './folder-commands.ts';
import { messageCommands } from './message-commands.ts';
import { signInCommands } from './sign-in-commands.ts';
import type { Word } from './command.ts';
import type { Session } from './session.ts';

/** One command: what it needs, and what it does. It gives the text after OK; undefined if it answers by itself. */
export interface Handler {
  readonly needs: 'nothing' | 'login' | 'folder';
  run(session: Session, words: readonly Word[], tag: string): string | undefined | Promise<string | undefined>;
}

export const COMMANDS: ReadonlyMap<string, Handler> = new Map(Object.entries({ ...signInCommands, ...folderCommands, ...messageCommands }));

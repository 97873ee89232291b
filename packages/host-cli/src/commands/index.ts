import type { Command } from '../command.ts';
import { actions } from './actions.ts';
import { check } from './check.ts';
import { connections } from './connections.ts';
import { demo } from './demo.ts';
import { discover } from './discover.ts';
import { edit } from './edit.ts';
import { run } from './run.ts';
import { sandbox } from './sandbox.ts';
import { session } from './session.ts';
import { signIn } from './sign-in.ts';
import { testConnection } from './test-connection.ts';
import { vault } from './vault.ts';

/** In the order in which a newcomer needs them. */
export const COMMANDS: readonly Command[] = [
  demo,
  edit,
  run,
  check,
  discover,
  testConnection,
  signIn,
  connections,
  session,
  vault,
  actions,
  sandbox,
];

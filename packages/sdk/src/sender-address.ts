import { parseAddresses, type Address, type Credential, type Sender, type SessionRecipe } from '@mailwright/core';
import type { Side } from './opening.ts';

/** Whom mail comes from: the sending side's own setting, else the shared mailbox, else a login that is an address. */
export function senderAddress(
  recipe: SessionRecipe,
  sending: Side<Sender> | undefined,
  credential: Credential | undefined,
): Address | undefined {
  const said = sending?.config['from'];
  if (typeof said === 'string') return parseAddresses(said)[0];
  const opened = recipe.mailbox ?? (credential?.kind === 'token' ? credential.mailbox : undefined);
  const login = opened ?? (credential && credential.kind !== 'none' ? credential.username : undefined);
  return login?.includes('@') ? { address: login } : undefined;
}

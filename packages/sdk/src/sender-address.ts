import { parseAddresses, type Address, type Credential, type Mailbox, type Sender, type SessionRecipe } from '@mailwright/core';
import type { Side } from './opening.ts';

/** Whom mail comes from: the sending side's own setting, else the shared mailbox, else a login that is an address, else the mailbox's setting. */
export function senderAddress(
  recipe: SessionRecipe,
  reading: Side<Mailbox> | undefined,
  sending: Side<Sender> | undefined,
  credential: Credential | undefined,
): Address | undefined {
  const said = sending?.config['from'];
  if (typeof said === 'string') return parseAddresses(said)[0];
  const opened = recipe.mailbox ?? (credential?.kind === 'token' ? credential.mailbox : undefined);
  const login = opened ?? (credential && credential.kind !== 'none' ? credential.username : ownLogin(sending));
  if (login?.includes('@')) return { address: login };
  const own = reading?.config['from'];
  return typeof own === 'string' ? parseAddresses(own)[0] : undefined;
}

/** Files need no login: then the one that mail is sent with tells, where it is written in plain text. */
function ownLogin(sending: Side<Sender> | undefined): string | undefined {
  const { username } = (sending?.login ?? {}) as { readonly username?: string | { readonly insecure?: string } };
  return typeof username === 'string' ? username : username?.insecure;
}

import { EmailError, type Credential, type ServerAddress } from '@mailwright/core';
import type { Client } from './client.ts';

type SignIn = Exclude<Credential, { readonly kind: 'none' }>;

/** Mechanisms (RFC 4616, RFC 7628, and XOAUTH2 of Google and Microsoft) by kind of credential. */
const FITTING = { password: ['PLAIN', 'LOGIN'], token: ['OAUTHBEARER', 'XOAUTH2'] } as const;

/** The ways to sign in that the server offers on this connection. */
export function mechanismsOf({ capabilities }: Client): string[] {
  const offered = [...capabilities.keys()].flatMap((name) => (name.startsWith('AUTH=') ? [name.slice(5)] : []));
  if (!capabilities.has('LOGINDISABLED') && !offered.includes('LOGIN')) offered.push('LOGIN');
  return offered.slice(0, 20);
}

/** Errors: `auth.mechanism_missing`, before the credential is touched. */
export function checkMechanism({ kind }: SignIn, client: Client, { host, security }: ServerAddress): void {
  const offered = mechanismsOf(client);
  if (FITTING[kind].some((mechanism) => offered.includes(mechanism))) return;
  // RFC 3501 section 6.2.3: what takes no login in the clear may take one behind STARTTLS.
  const hint = security === 'none' && client.capabilities.has('LOGINDISABLED') ? { hint: 'unencrypted' } : {};
  throw new EmailError('auth.mechanism_missing', { host, offered, ...hint });
}

interface LibraryLogin {
  readonly user: string;
  readonly pass?: string;
  readonly accessToken?: string;
}

/** The credential as the library takes it. A token is asked for at each connect; it is shown for the mailbox, whoever signed in. */
export async function authOf(credential: SignIn, mailbox: string | undefined, fresh: boolean): Promise<LibraryLogin> {
  const { username } = credential;
  if (credential.kind === 'password') return { user: username, pass: credential.password.reveal() };
  const { value } = await credential.token({ fresh });
  return { user: mailbox ?? username, accessToken: value.reveal() };
}

import { createHash, randomBytes } from 'node:crypto';
import type { AuthContext, TokenRecord } from '@mailwright/core';

/** Milliseconds that a person has for a sign-in. */
export const SIGN_IN = 5 * 60_000;

/** What a form says of a sign-in, its references resolved. */
export interface Login {
  readonly mode: string;
  /** The mailbox, and who signs in where a person does. */
  readonly username: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  /** PEM: certificate and private key of an application. */
  readonly certificate?: string;
  readonly password?: string;
  readonly tenant?: string;
  readonly cloud: 'global' | 'us-gcc-high' | 'us-dod' | 'china';
  readonly issuer?: string;
  readonly scopes?: readonly string[];
  readonly redirectUri: string;
}
export type SignInContext = Pick<AuthContext, 'backend' | 'signal' | 'http' | 'person' | 'log'>;
type Flow = (login: Login, ctx: SignInContext) => Promise<TokenRecord>;

/** Whoever gives tokens. A flow that is absent cannot be had there. Errors: `auth.*`. */
export interface IdentityProvider {
  readonly id: string;
  readonly title: string;
  /** What names it in errors and in the keys of records. */
  authority(login: Login): string;
  scopes(login: Login, backend: string): readonly string[];
  readonly pkce?: Flow;
  readonly deviceCode?: Flow;
  readonly clientCredentials?: Flow;
  readonly ropc?: Flow;
  /** Another access token, without a person. */
  refresh?(login: Login, ctx: SignInContext, record: TokenRecord): Promise<TokenRecord>;
}

/** RFC 7636: a secret of this one sign-in, and its S256 challenge. */
export function pkcePair(): { readonly verifier: string; readonly challenge: string; readonly state: string } {
  const verifier = randomBytes(48).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  return { verifier, challenge, state: randomBytes(24).toString('base64url') };
}

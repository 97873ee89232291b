import { createHash, randomBytes } from 'node:crypto';
import { SERVICES, type AuthContext, type TokenRecord } from '@mailwright/core';

/** Milliseconds that a person has for a sign-in. */
export const SIGN_IN = 5 * 60_000;

export type Cloud = 'global' | 'us-gcc-high' | 'us-dod' | 'china';
export type Flow = 'pkce' | 'deviceCode' | 'clientCredentials' | 'ropc';

/** What a form says of a sign-in, its references resolved. */
export interface Login {
  readonly mode: string;
  /** Who signs in; of an application, the mailbox. */
  readonly username: string;
  /** The mailbox that is opened, where the form names one. */
  readonly mailbox?: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  /** PEM: certificate and private key of an application. */
  readonly certificate?: string;
  readonly certificatePassword?: string;
  readonly password?: string;
  readonly tenant?: string;
  readonly cloud: Cloud;
  readonly issuer?: string;
  /** What is asked for. */
  readonly scopes: readonly string[];
  readonly redirectUri: string;
}
export type SignInContext = Pick<AuthContext, 'signal' | 'http' | 'person' | 'log'>;
type SignIn = (login: Login, ctx: SignInContext) => Promise<TokenRecord>;

/** Whoever gives tokens. A flow that is absent cannot be had there. Errors: `auth.*`. */
export interface IdentityProvider {
  readonly id: string;
  readonly title: string;
  /** What names it in errors and in the keys of records. */
  authority(login: Login): string;
  /** What to ask for: the scopes of a form, or those of a kind of server and of further ones that the same token can open. */
  scopes(
    form: Pick<Login, 'mode' | 'cloud'> & Partial<Pick<Login, 'scopes' | 'mailbox'>>,
    backend: string,
    alongside?: readonly string[],
  ): readonly string[];
  /** The hosts that tokens may go to; undefined where only whoever wrote the form knows them. */
  hosts(cloud: Cloud): readonly string[] | undefined;
  readonly clouds?: readonly Cloud[];
  readonly pkce?: SignIn;
  readonly deviceCode?: SignIn;
  readonly clientCredentials?: SignIn;
  readonly ropc?: SignIn;
  /** Another access token, without a person. */
  refresh?(login: Login, ctx: SignInContext, record: TokenRecord): Promise<TokenRecord>;
}

/** The servers of mail services whose sign-ins a provider does. */
export function serversOf(identity: 'microsoft' | 'google'): readonly string[] {
  const services = SERVICES.filter((one) => one.identity === identity);
  return [...new Set(services.flatMap(({ imap, pop3, smtp }) => [imap, pop3 ?? imap, smtp]).map(({ host }) => host))];
}

/** RFC 7636: a secret of this one sign-in, and its S256 challenge. */
export function pkcePair(): { readonly verifier: string; readonly challenge: string; readonly state: string } {
  const verifier = randomBytes(48).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  return { verifier, challenge, state: randomBytes(24).toString('base64url') };
}

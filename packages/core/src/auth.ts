import type { Told } from './phrase.ts';
import type { z } from 'zod';
import type { Log } from './action.ts';
import type { OpenContext, Stage } from './backend.ts';
import { EmailError, type ErrorCode } from './errors.ts';
import type { Http } from './http.ts';
import type { AccessToken, Secret, SecretRef, VaultProvider } from './secret.ts';

/** What a backend receives to prove identity; it never learns how it was come by. Ask for a token at every connect, never keep one. */
export type Credential =
  | { readonly kind: 'none' }
  | { readonly kind: 'password'; readonly username: string; readonly password: Secret }
  | {
      readonly kind: 'token';
      readonly username: string;
      /** The mailbox that is to be opened, where the login names one: perhaps not that of the user. */
      readonly mailbox?: string;
      token(options?: { readonly fresh?: boolean }): Promise<AccessToken>;
    };

/** The login modes of OAuth2; what they end in is a token. */
export const OAUTH_MODES = ['oauth-pkce', 'oauth-device-code', 'oauth-client-credentials', 'oauth-ropc', 'oauth-vault'] as const;
/** The login modes of mail servers that take passwords and tokens: IMAP, POP3, SMTP. */
export const MAIL_MODES = ['basic', ...OAUTH_MODES, 'google-service-account'] as const;

/** Login modes as other products name them: they are read, and saved under the name that they have here. */
const FORMER_MODES = new Map([
  ['silent', 'oauth-ropc'],
  ['implicit', 'oauth-pkce'],
  ['interactive', 'oauth-pkce'],
]);
/** The present name of a login mode that had another; undefined for all others. */
export const presentMode = (mode: unknown): string | undefined => (typeof mode === 'string' ? FORMER_MODES.get(mode) : undefined);
/** A login with the present name of its mode. */
export function presentLogin<T>(login: T): T {
  const mode = presentMode((login as { readonly mode?: unknown } | null | undefined)?.mode);
  return mode === undefined ? login : { ...login, mode };
}

/**
 * Signs in: a token that the server refuses (`auth.rejected`) is renewed once, and tried once more. Never a third try: accounts get
 * locked. Errors: those of `attempt`; after the second refusal `auth.mailbox_forbidden` where a mailbox was named, else `auth.token_expired`.
 */
export async function signingIn<T>(
  credential: Credential,
  { mailbox }: Pick<OpenContext, 'mailbox'>,
  attempt: (fresh: boolean) => Promise<T>,
): Promise<T> {
  try {
    return await attempt(false);
  } catch (error) {
    if (credential.kind !== 'token' || !EmailError.is(error, 'auth.rejected')) throw error;
  }
  return attempt(true).catch((error: unknown) => {
    if (!EmailError.is(error, 'auth.rejected')) throw error;
    const { serverSaid } = error.details;
    if (mailbox === undefined) throw new EmailError('auth.token_expired', error.details, { cause: error });
    throw new EmailError('auth.mailbox_forbidden', { username: mailbox, providerSaid: serverSaid }, { cause: error });
  });
}

/** Somebody who is there to sign in. */
export interface Person {
  openBrowser(url: URL): Promise<void>;
  /** Shows where a code is to be typed. */
  showCode(shown: { readonly url: string; readonly code: string }): void;
}

/** What is kept of a sign-in between runs, sealed. Times are milliseconds since 1970, by the clock of this machine. */
export interface TokenRecord {
  readonly accessToken: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly refreshToken?: string;
  /** The scopes of the access token, where the provider named them. */
  readonly granted?: readonly string[];
  /** Which secrets it was had with: a salt and a keyed hash, never the secrets. */
  readonly proof?: string;
  /** How the provider calls whoever signed in, where it says so. */
  readonly signedIn?: readonly string[];
  /** What the provider's library wants back. */
  readonly providerState?: string;
  /** Why no token could be had: code and details of an error. What only a person can mend is not asked again until one signs in. */
  readonly blocked?: { readonly code: ErrorCode; readonly details: Readonly<Record<string, unknown>> };
}

/** Tokens by key, shared by every process of this machine. Errors: `vault.*`. */
export interface TokenStore {
  /** `wait`: milliseconds to wait for somebody who changes it, then `vault.lock_timeout`; as long as for a change if left out. */
  load(key: string, options?: { readonly wait?: number }): Promise<TokenRecord | undefined>;
  /** Nobody else changes the record meanwhile: `work` gets it as it is now, and what it returns is on the disk before others go on. */
  change(key: string, work: (record: TokenRecord | undefined) => Promise<TokenRecord>, signal?: AbortSignal): Promise<TokenRecord>;
  /** Forgets a record; that there is none is no error. */
  remove(key: string): Promise<void>;
}

/** What a login mode may use. */
export interface AuthContext {
  /** The kind of server that the login is for. */
  readonly backend: string;
  /** Other kinds of servers that the same login opens: one sign-in does for all where the provider can. */
  readonly alongside?: readonly string[];
  /** The mailbox that the session names, where its login names none: what is asked for may depend on whose it is. */
  readonly mailbox?: string;
  /** Where a token will be sent; absent where the kind of server says that. */
  readonly host?: string;
  readonly signal: AbortSignal;
  readonly log: Log;
  stage(report: Stage<Told>): void;
  secret(ref: SecretRef): Promise<Secret>;
  vault(id: string): VaultProvider;
  /** Absent in an unattended run: nothing may wait for a person there. */
  readonly person?: Person;
  /** Whom the run is for; the user of the operating system if left out. */
  readonly user?: string;
  readonly http: Http;
  readonly tokens: TokenStore;
}

/** Fields, or a choice of them. */
export type LoginForm = z.ZodObject | z.ZodDiscriminatedUnion;

/** One login mode: its form, and how to turn it into a Credential. Errors: `auth.*`, `vault.*`. */
export interface AuthStrategy<I extends LoginForm = LoginForm> {
  readonly mode: string;
  readonly title: string;
  readonly input: I;
  authenticate(input: z.output<I>, ctx: AuthContext): Promise<Credential>;
}

export const defineAuth = <I extends LoginForm>(strategy: AuthStrategy<I>): AuthStrategy<I> => strategy;

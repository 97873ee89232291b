import { EmailError, say, type Log, type TokenRecord } from '@mailwright/core';
import type { Login } from './providers/provider.ts';

type Claims = Readonly<Record<string, unknown>>;

/** The claims that name a person as mail servers do (OpenID Connect Core section 5.1; `upn` is Microsoft's). */
const NAMES = ['preferred_username', 'upn', 'email'];

/** What claims about a person call them. */
export const namesIn = (claims: Claims = {}): readonly string[] =>
  NAMES.map((name) => claims[name]).filter((one): one is string => typeof one === 'string' && one !== '');

/**
 * The claims of an ID token that came straight from the token endpoint: there TLS stands for its signature (OpenID Connect Core section
 * 3.1.3.7, number 6). Undefined where there is none.
 */
export function claimsOfIdToken(token: unknown): Claims | undefined {
  if (typeof token !== 'string') return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? (claims as Claims) : undefined;
  } catch {
    return undefined;
  }
}

/** That whoever sat at the browser is whom the login is for. Errors: `auth.other_user`; where the provider says nothing, a warning. */
export function checkPerson({ signedIn = [] }: TokenRecord, { username }: Login, provider: string, log: Log): void {
  const [name] = signedIn;
  if (name === undefined) return log.warn(say`${{ provider }} does not say who signed in: nobody but ${{ username }} should have done so.`);
  if (!signedIn.some((one) => isSame(one, username))) throw new EmailError('auth.other_user', { username, provider, signedIn: name });
}

/** A name that is no address says as much as the part before the @ of one. */
function isSame(one: string, other: string): boolean {
  const [[user, host], [asked, at]] = [partsOf(one), partsOf(other)];
  return user === asked && (host === undefined || at === undefined || host === at);
}

function partsOf(name: string): readonly [user: string, host: string | undefined] {
  const at = name.lastIndexOf('@');
  const lower = name.toLowerCase();
  return at < 0 ? [lower, undefined] : [lower.slice(0, at), lower.slice(at + 1)];
}

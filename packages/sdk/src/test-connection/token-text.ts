import { excerpt, say, type AccessToken, type Phrase } from '@mailwright/core';

/** What a token says of itself, for display only: nothing is trusted, and the token is not in it. */
export function tokenText(token: AccessToken): Phrase {
  const minutes = Math.round((token.expiresAt.getTime() - Date.now()) / 60_000);
  const time = minutes < 1 ? say`less than a minute` : minutes === 1 ? say`1 minute` : say`${{ minutes }} minutes`;
  const claims = claimsOf(token);
  if (!claims) return say`the token is good for ${{ time }}.`;
  const audience = shown(claims['aud']);
  // Microsoft says scp for a person and roles for an application, others scope (RFC 8693 section 4.2).
  const granted = shown(claims['scp']) ?? shown(claims['roles']) ?? shown(claims['scope']);
  if (audience !== undefined && granted !== undefined)
    return say`the token is good for ${{ time }}, for ${{ audience }}, with ${{ granted }}.`;
  if (audience !== undefined) return say`the token is good for ${{ time }}, for ${{ audience }}.`;
  return granted === undefined ? say`the token is good for ${{ time }}.` : say`the token is good for ${{ time }}, with ${{ granted }}.`;
}

/** The middle part of a JWT (RFC 7519); undefined for a token that only its provider understands. */
export function claimsOf({ value }: AccessToken): Readonly<Record<string, unknown>> | undefined {
  const parts = value.reveal().split('.');
  if (parts.length !== 3) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The texts of a claim that is one or a list. */
export const textsOf = (claim: unknown): readonly string[] =>
  (Array.isArray(claim) ? claim : [claim]).filter((one): one is string => typeof one === 'string' && one !== '');

function shown(claim: unknown): string | undefined {
  const texts = textsOf(claim);
  return texts.length === 0 ? undefined : excerpt(texts.join(', '), 300);
}

import { PROVIDERS } from './providers/index.ts';
import type { Login } from './providers/provider.ts';

/**
 * A public page of the provider that a login signs in at: its description of itself (OpenID Connect Discovery), for the Date of its answer.
 * Undefined for logins that ask no provider, or one that is not known here.
 */
export function clockAddress(login: Readonly<Record<string, unknown>>): string | undefined {
  const id = login['mode'] === 'google-service-account' ? 'google' : login['provider'];
  const provider = typeof id === 'string' ? PROVIDERS[id] : undefined;
  if (!provider) return undefined;
  const { tenant, ...rest } = login;
  // A tenant may be a reference; any other will do to be told the time.
  const authority = provider
    .authority({ cloud: 'global', ...rest, ...(typeof tenant === 'string' && { tenant }) } as Login)
    .replace(/\/$/, '');
  if (authority === '') return undefined;
  return `${authority}${provider.id === 'microsoft' ? '/v2.0' : ''}/.well-known/openid-configuration`;
}

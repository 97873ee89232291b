import { verify } from 'node:crypto';
import type { KoaContextWithOIDC, Provider, ProviderModule } from 'oidc-provider';
import { SCOPES } from './settings.ts';

/** Passwords posted to the provider, refused with Microsoft's numbers. */
export function passwordGrant(provider: Provider, users: Readonly<Record<string, string>>, errors: ProviderModule['errors']) {
  const refuse = (description: string): never => {
    throw new errors.CustomOIDCProviderError('invalid_grant', description);
  };
  return async (ctx: KoaContextWithOIDC) => {
    const { client, params } = ctx.oidc;
    const { username = '', password, scope } = params;
    const local = username.split('@')[0] ?? '';
    if (local === 'mfa') refuse('AADSTS50076: Due to a configuration change you must use multi-factor authentication.');
    if (users[local] === undefined || users[local] !== password)
      refuse('AADSTS50126: Error validating credentials due to invalid username or password.');
    const grant = new provider.Grant({ accountId: username, clientId: client.clientId });
    grant.addOIDCScope(['openid', 'offline_access', ...SCOPES].join(' '));
    const common = { accountId: username, client, grantId: await grant.save(), gty: 'password', scope };
    const access = new provider.AccessToken(common);
    const refresh = new provider.RefreshToken({ ...common, expiresWithSession: false, authTime: Math.floor(Date.now() / 1000) });
    const id = new provider.IdToken({ sub: username, preferred_username: username }, { ctx });
    Object.assign(id, { scope: 'openid profile', mask: ctx.oidc.claims });
    ctx.body = {
      access_token: await access.save(),
      refresh_token: await refresh.save(),
      id_token: await id.issue({ use: 'idtoken' }),
      token_type: 'Bearer',
      expires_in: access.expiration,
      scope,
    };
  };
}

/** Google's answer to a service account's signed assertion (RFC 7523 section 3): status and body. */
export async function assertionGrant(
  provider: Provider,
  clientId: string,
  text: string,
  trusted: string | undefined,
): Promise<[number, object]> {
  const [head = '', claims = '', signature = ''] = text.split('.');
  const good =
    trusted !== undefined && verify('RSA-SHA256', Buffer.from(`${head}.${claims}`), trusted, Buffer.from(signature, 'base64url'));
  const { sub = '', scope = '', aud } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as Record<string, string>;
  if (!good || aud !== 'https://oauth2.googleapis.com/token')
    return [400, { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' }];
  if (sub.startsWith('undelegated'))
    return [
      401,
      { error: 'unauthorized_client', error_description: 'Client is unauthorized to retrieve access tokens using this method.' },
    ];
  const client = await provider.Client.find(clientId);
  const grant = new provider.Grant({ accountId: sub, clientId });
  grant.addOIDCScope(scope);
  const access = new provider.AccessToken({ accountId: sub, client, grantId: await grant.save(), gty: 'jwt', scope });
  return [200, { access_token: await access.save(), token_type: 'Bearer', expires_in: 3600 }];
}

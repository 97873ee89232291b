import { randomBytes, type JsonWebKey } from 'node:crypto';
import type { Identity } from './identity.ts';

/** What mail scopes are for: Microsoft's clouds, the global one in both its names. */
const RESOURCES = [
  'https://outlook.office.com/',
  'https://outlook.office365.com/',
  'https://outlook.office365.us/',
  'https://webmail.apps.mil/',
  'https://partner.outlook.cn/',
];
export const SCOPES = ['IMAP.AccessAsUser.All', 'SMTP.Send', '.default']
  .flatMap((name) => RESOURCES.map((resource) => resource + name))
  .concat('https://mail.google.com/');
export const SERVICE_MAILBOX = 'svc@example.test';
/** Who signs in with `deputy@example.test` may open this mailbox, and no other. */
export const SHARED_MAILBOX = 'team@example.test';
/** What tokens of the client `jwt` are for: they are JWTs, which a server can check by itself. */
const RESOURCE = 'https://outlook.office.com/';

export interface Keys {
  /** Private: what tokens are signed with. */
  readonly signing: JsonWebKey;
  /** Public: of the certificate that the application `certified` proves itself with. */
  readonly application: JsonWebKey;
  /** SHA-256 of that certificate, base64url. */
  readonly thumbprint: string;
}

const SCOPE = ['openid', 'profile', 'email', 'offline_access', ...SCOPES].join(' ');
const ALONE = { redirect_uris: [], response_types: [], grant_types: ['client_credentials'] };

/** An application that proves itself with a certificate (RFC 7523 section 2.2). */
export const certified = (client_id: string, key: JsonWebKey): object => ({
  client_id,
  scope: SCOPE,
  ...ALONE,
  token_endpoint_auth_method: 'private_key_jwt',
  jwks: { keys: [key] },
});

/** The settings of oidc-provider: clients, lifetimes, and paths in Microsoft's shape. */
export function settings(clients: Identity['clients'], secret: string, { signing, thumbprint }: Keys): object {
  const scope = SCOPE;
  const redirect_uris = ['http://localhost:8888/Callback', 'http://localhost', 'http://127.0.0.1', 'http://localhost/Callback'];
  const code = {
    application_type: 'native',
    scope,
    redirect_uris,
    response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token'],
  };
  const none = { application_type: 'native', scope, redirect_uris: [], response_types: [], token_endpoint_auth_method: 'none' };
  const confidential = { client_secret: secret, token_endpoint_auth_method: 'client_secret_post' };
  const alone = { scope, ...ALONE };
  return {
    clients: [
      { client_id: clients.native, ...code, token_endpoint_auth_method: 'none' },
      { client_id: clients.web, ...code, ...confidential },
      { client_id: clients.short, ...code, ...confidential, grant_types: [...code.grant_types, 'password'] },
      { client_id: clients.daemon, ...confidential, ...alone },
      { client_id: clients.jwt, ...confidential, ...alone },
      { client_id: clients.device, ...none, grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'] },
      { client_id: clients.ropc, ...none, grant_types: ['password', 'refresh_token'] },
      {
        client_id: 'resource',
        client_secret: secret,
        token_endpoint_auth_method: 'client_secret_basic',
        redirect_uris: [],
        response_types: [],
        grant_types: [],
      },
    ],
    jwks: { keys: [signing] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    scopes: ['openid', 'offline_access', 'profile', 'email', ...SCOPES],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email'] },
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    pkce: { required: (_: unknown, client: { clientAuthMethod: string }) => client.clientAuthMethod === 'none' },
    findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, email: id, preferred_username: id, name: id }) }),
    extraTokenClaims: (_: unknown, { accountId }: { accountId?: string }) => ({ mailbox: mailboxOf(accountId) }),
    // Microsoft finds the certificate by its thumbprint (RFC 7515 section 4.1.8).
    assertJwtClientAuthClaimsAndHeader(_: unknown, __: unknown, header: Readonly<Record<string, unknown>>) {
      if (header['x5t#S256'] !== thumbprint) throw new Error('no such certificate');
    },
    // Dovecot wants the header that came before RFC 9068.
    formats: { customizers: { jwt: (_: unknown, __: unknown, parts: { header: object }) => void (parts.header = { typ: 'JWT' }) } },
    rotateRefreshToken: true,
    issueRefreshToken: (_: unknown, client: { grantTypeAllowed(type: string): boolean }) =>
      Promise.resolve(client.grantTypeAllowed('refresh_token')),
    ttl: {
      AccessToken: (_: unknown, __: unknown, { clientId }: { clientId: string }) => (clientId === clients.short ? 4 : 3600),
      ClientCredentials: 3600,
      AuthorizationCode: 60,
      IdToken: 3600,
      RefreshToken: 86400,
      DeviceCode: 600,
      Grant: 86400,
      Session: 86400,
      Interaction: 600,
    },
    features: {
      devInteractions: { enabled: true },
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => Promise.resolve(true) },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_: unknown, { clientId }: { clientId: string }) => (clientId === clients.jwt ? RESOURCE : undefined),
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({ scope, audience: RESOURCE, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } }),
      },
    },
    routes: {
      authorization: '/oauth2/v2.0/authorize',
      token: '/oauth2/v2.0/token',
      device_authorization: '/oauth2/v2.0/devicecode',
      jwks: '/discovery/v2.0/keys',
      introspection: '/introspect',
      userinfo: '/me',
      end_session: '/logout',
    },
  };
}

/** The mailbox that a token opens: its user's or the one that he may open for others, or for an application the service mailbox. */
function mailboxOf(account: string | undefined): string {
  if (account === undefined) return SERVICE_MAILBOX;
  return account.startsWith('deputy@') ? SHARED_MAILBOX : account;
}

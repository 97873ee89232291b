import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes, verify } from 'node:crypto';
import type { KoaContextWithOIDC, Provider, ProviderModule } from 'oidc-provider';

/** What the next questions for a token get instead of an answer. */
export interface ProviderFault {
  readonly times: number;
  readonly status: number | 'html' | 'hang';
  readonly error?: string;
  readonly description?: string;
  readonly retryAfter?: number;
}

/** npm's oidc-provider over HTTPS with the paths of Microsoft, so that its library can be pointed at it too. */
export interface Identity extends AsyncDisposable {
  readonly port: number;
  readonly tenant: string;
  readonly issuer: string;
  /** Client ids. `short` gets tokens of four seconds, `daemon` is an application of its own; those that need a secret share one. */
  readonly clients: {
    readonly native: string;
    readonly web: string;
    readonly short: string;
    readonly daemon: string;
    readonly device: string;
    readonly ropc: string;
  };
  readonly secret: string;
  readonly introspection: string;
  /** Kinds of the grants that were asked for. */
  readonly grants: string[];
  fail(fault: ProviderFault | undefined): void;
  /** A service account's public key (PEM): its signed assertions are good from here on, for all but `undelegated@...`. */
  trust(publicKey: string): void;
  close(): Promise<void>;
}

const SCOPES = ['IMAP.AccessAsUser.All', 'SMTP.Send', '.default']
  .flatMap((name) => ['https://outlook.office.com/', 'https://outlook.office365.com/'].map((host) => host + name))
  .concat('https://mail.google.com/');
export const SERVICE_MAILBOX = 'svc@example.test';

/** Starts the provider with the server certificate of a folder. `users`: names before @example.test, and their passwords. */
export async function startIdentity(pki: string, users: Readonly<Record<string, string>>): Promise<Identity> {
  const { default: Provider, errors } = (await import('oidc-provider')) as ProviderModule;
  const tenant = 'contoso.test';
  const secret = randomBytes(16).toString('hex');
  const tls = { key: readFileSync(join(pki, 'server.key')), cert: readFileSync(join(pki, 'server.pem')) };
  const grants: string[] = [];
  let fault: ProviderFault | undefined;
  let trusted: string | undefined;
  const handler: { serve?: (request: IncomingMessage, response: ServerResponse) => void } = {};
  const server = createServer(tls, (request, response) => void handle(request, response));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const issuer = `https://localhost:${port}/${tenant}/v2.0`;
  const clients = {
    native: 'native-app',
    web: 'web-app',
    short: 'short-app',
    daemon: 'daemon-app',
    device: 'device-app',
    ropc: 'ropc-app',
  };
  const loud = quieted();
  const provider = new Provider(issuer, settings(clients, secret));
  provider.registerGrantType('password', passwordGrant(provider, users, errors), ['username', 'password', 'scope'], []);
  handler.serve = provider.callback();
  const prefix = `/${tenant}/v2.0`;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'https://localhost');
    if (url.pathname.endsWith('/token') && request.method === 'POST') {
      if (fault) return failing(response);
      const body = Object.fromEntries(new URLSearchParams(await textOf(request)));
      grants.push(body['grant_type'] ?? '');
      if (body['grant_type']?.endsWith(':jwt-bearer')) return assertion(body['assertion'] ?? '', response);
      if (body['grant_type'] === 'device_code') body['grant_type'] = 'urn:ietf:params:oauth:grant-type:device_code';
      Object.assign(request, { body });
    }
    const path = url.pathname.startsWith(prefix)
      ? url.pathname.slice(prefix.length)
      : url.pathname.startsWith(`/${tenant}`)
        ? url.pathname.slice(tenant.length + 1)
        : undefined;
    if (path === undefined) return void response.writeHead(404).end();
    // Both shapes reach the same provider, which works out its own path from the difference.
    Object.assign(request, { originalUrl: prefix + path + url.search, url: path + url.search });
    handler.serve?.(request, response);
  }

  /** Google's answer to a service account (RFC 7523 section 3). */
  async function assertion(text: string, response: ServerResponse): Promise<void> {
    const [head = '', claims = '', signature = ''] = text.split('.');
    const good =
      trusted !== undefined && verify('RSA-SHA256', Buffer.from(`${head}.${claims}`), trusted, Buffer.from(signature, 'base64url'));
    const { sub = '', scope = '', aud } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as Record<string, string>;
    const say = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (!good || aud !== 'https://oauth2.googleapis.com/token')
      return void say(400, { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' });
    if (sub.startsWith('undelegated'))
      return void say(401, {
        error: 'unauthorized_client',
        error_description: 'Client is unauthorized to retrieve access tokens using this method.',
      });
    const client = await provider.Client.find(clients.native);
    const grant = new provider.Grant({ accountId: sub, clientId: clients.native });
    grant.addOIDCScope(scope);
    const access = new provider.AccessToken({ accountId: sub, client, grantId: await grant.save(), gty: 'jwt', scope });
    say(200, { access_token: await access.save(), token_type: 'Bearer', expires_in: 3600 });
  }

  function failing(response: ServerResponse): void {
    const { status, error = 'temporarily_unavailable', description = 'a fault of the test', retryAfter, times } = fault as ProviderFault;
    fault = times > 1 ? { ...(fault as ProviderFault), times: times - 1 } : undefined;
    grants.push('fault');
    if (status === 'hang') return;
    if (status === 'html') return void response.writeHead(502, { 'content-type': 'text/html' }).end('<html>bad gateway</html>');
    response.writeHead(status, {
      'content-type': 'application/json',
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
    });
    response.end(JSON.stringify({ error, error_description: description }));
  }

  const close = async () => {
    loud();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    port,
    tenant,
    issuer,
    clients,
    secret,
    introspection: `https://resource:${secret}@localhost:${port}${prefix}/introspect`,
    grants,
    fail: (next) => (fault = next),
    trust: (publicKey) => (trusted = publicKey),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** What the library says of being no production set-up is known. Returns the way back. */
function quieted(): () => void {
  const { warn, info } = console;
  const filtered =
    (real: typeof console.warn) =>
    (...said: unknown[]) =>
      /oidc-provider (WARNING|NOTICE)/.test(String(said[0])) ? undefined : real(...said);
  Object.assign(console, { warn: filtered(warn), info: filtered(info) });
  return () => void Object.assign(console, { warn, info });
}

function settings(clients: Identity['clients'], secret: string): object {
  const scope = ['openid', 'profile', 'email', 'offline_access', ...SCOPES].join(' ');
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
  return {
    clients: [
      { client_id: clients.native, ...code, token_endpoint_auth_method: 'none' },
      { client_id: clients.web, ...code, ...confidential },
      { client_id: clients.short, ...code, ...confidential, grant_types: [...code.grant_types, 'password'] },
      { client_id: clients.daemon, ...confidential, scope, redirect_uris: [], response_types: [], grant_types: ['client_credentials'] },
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
    cookies: { keys: [randomBytes(16).toString('hex')] },
    scopes: ['openid', 'offline_access', 'profile', 'email', ...SCOPES],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email'] },
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    pkce: { required: (_: unknown, client: { clientAuthMethod: string }) => client.clientAuthMethod === 'none' },
    findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, email: id, preferred_username: id, name: id }) }),
    // The mailbox that a token opens: its user's, or for an application the service mailbox.
    extraTokenClaims: (_: unknown, token: { accountId?: string }) => ({ mailbox: token.accountId ?? SERVICE_MAILBOX }),
    rotateRefreshToken: true,
    issueRefreshToken: (_: unknown, client: { grantTypeAllowed(type: string): boolean }) =>
      Promise.resolve(client.grantTypeAllowed('refresh_token')),
    ttl: {
      AccessToken: (
        _: unknown,
        __: unknown,
        client: {
          clientId: string;
        },
      ) => (client.clientId === clients.short ? 4 : 3600),
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
      resourceIndicators: { enabled: false },
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

/** Passwords posted to the provider, refused with Microsoft's numbers. */
function passwordGrant(provider: Provider, users: Readonly<Record<string, string>>, errors: ProviderModule['errors']) {
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

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

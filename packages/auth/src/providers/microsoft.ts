import { X509Certificate } from 'node:crypto';
import type { AuthenticationResult, ConfidentialClientApplication, PublicClientApplication, Configuration } from '@azure/msal-node';
import { EmailError, type TokenRecord } from '@mailwright/core';
import { providerError, refusalError, type Asking } from '../errors.ts';
import { redirected } from '../redirect.ts';
import { SIGN_IN, pkcePair, type IdentityProvider, type Login, type SignInContext } from './provider.ts';

/** Where a cloud signs in, and the host that its mail protocols name in scopes (learn.microsoft.com, national clouds). */
const CLOUDS = {
  global: { login: 'login.microsoftonline.com', mail: 'outlook.office.com', graph: 'graph.microsoft.com' },
  'us-gcc-high': { login: 'login.microsoftonline.us', mail: 'outlook.office365.us', graph: 'graph.microsoft.us' },
  'us-dod': { login: 'login.microsoftonline.us', mail: 'webmail.apps.mil', graph: 'dod-graph.microsoft.us' },
  china: { login: 'login.partner.microsoftonline.cn', mail: 'partner.outlook.cn', graph: 'microsoftgraph.chinacloudapi.cn' },
} as const;
const DELEGATED: Readonly<Record<string, readonly string[]>> = {
  imap: ['IMAP.AccessAsUser.All'],
  pop3: ['POP.AccessAsUser.All'],
  smtp: ['SMTP.Send'],
  ews: ['EWS.AccessAsUser.All'],
};
/** Tenants that are nobody's own: a password or an application cannot sign in there. */
const SHARED_TENANTS = new Set(['common', 'organizations', 'consumers']);

type App = ConfidentialClientApplication | PublicClientApplication;

const asking = (login: Login, backend: string): Asking => ({
  provider: CLOUDS[login.cloud].login,
  username: login.username,
  clientId: login.clientId,
  scopes: microsoft.scopes(login, backend),
  mode: login.mode,
  ...(login.tenant !== undefined && { tenant: login.tenant }),
});

/** One application object for one question: what it knows comes from the record and goes back into it. */
async function withApp(
  login: Login,
  ctx: SignInContext,
  work: (app: App, scopes: string[]) => Promise<AuthenticationResult | null>,
  before?: TokenRecord,
): Promise<TokenRecord> {
  const about = asking(login, ctx.backend);
  const msal = await import('@azure/msal-node');
  // Its own failures of the network hide their reason: ours are kept beside.
  let failure: unknown;
  const app = appFor(msal, login, ctx, (error) => (failure = error));
  if (before?.providerState !== undefined) app.getTokenCache().deserialize(before.providerState);
  const issuedAt = Date.now();
  const result = await work(app, [...about.scopes]).catch((error: unknown) => {
    throw failure === undefined ? translate(error, about) : providerError(failure, about);
  });
  if (!result) throw new EmailError('auth.provider_unavailable', { provider: about.provider, problem: 'its answer holds no token.' });
  const providerState = app.getTokenCache().serialize();
  const refreshToken = refreshTokenIn(providerState);
  const expiresAt = result.expiresOn?.getTime() ?? issuedAt + 3_600_000;
  return { accessToken: result.accessToken, issuedAt, expiresAt, providerState, ...(refreshToken !== undefined && { refreshToken }) };
}

function appFor(msal: typeof import('@azure/msal-node'), login: Login, ctx: SignInContext, failed: (error: unknown) => void): App {
  const { clientId, clientSecret, certificate, tenant = 'common', cloud } = login;
  const send = async (url: string, options?: { headers?: Record<string, string>; body?: string }) => {
    const { status, headers, text } = await ctx
      .http({
        url,
        signal: ctx.signal,
        ...(options?.headers && { headers: options.headers }),
        ...(options?.body !== undefined && { body: options.body }),
      })
      .catch((error: unknown) => {
        failed(error);
        throw error;
      });
    const wait = Number(headers['retry-after'] ?? 60);
    const { login: provider } = CLOUDS[cloud];
    if (status === 429) failed(new EmailError('auth.provider_throttled', { provider, seconds: Number.isFinite(wait) ? wait : 60 }));
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      failed(new EmailError('auth.provider_unavailable', { provider, problem: `it answers ${status} and no JSON.` }));
      body = { error: 'server_error' };
    }
    // RFC 8628 section 3.2: five seconds where nothing is said; the library would ask without a pause.
    if (typeof body === 'object' && body !== null && 'device_code' in body) body = { interval: 5, ...body };
    return { status, headers: headers as Record<string, string>, body: body as never };
  };
  const config: Configuration = {
    auth: {
      clientId,
      authority: `https://${CLOUDS[cloud].login}/${tenant}`,
      ...(clientSecret !== undefined && { clientSecret }),
      ...proofOf(certificate),
    },
    system: { networkClient: { sendGetRequestAsync: send, sendPostRequestAsync: send }, disableInternalRetries: true },
  };
  return clientSecret === undefined && certificate === undefined
    ? new msal.PublicClientApplication(config)
    : new msal.ConfidentialClientApplication(config);
}

function proofOf(certificate: string | undefined): Pick<Configuration['auth'], 'clientCertificate'> {
  if (certificate === undefined) return {};
  const privateKey = /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----[\s\S]+?-----END (?:[A-Z]+ )?PRIVATE KEY-----/.exec(certificate)?.[0];
  try {
    const thumbprintSha256 = new X509Certificate(certificate).fingerprint256.replaceAll(':', '').toLowerCase();
    if (privateKey) return { clientCertificate: { thumbprintSha256, privateKey } };
  } catch {
    // Told below.
  }
  throw new EmailError('input.invalid', {
    path: 'certificate',
    problem: 'the secret holds no certificate with its private key',
    cure: 'Store both in PEM form as one text: -----BEGIN CERTIFICATE----- ... and -----BEGIN PRIVATE KEY----- ...',
  });
}

function translate(error: unknown, about: Asking): EmailError {
  if (EmailError.is(error)) return error;
  const {
    errorCode = '',
    errorMessage = '',
    subError = '',
    status,
  } = error as { errorCode?: string; errorMessage?: string; subError?: string; status?: number };
  if (errorCode === 'no_tokens_found' || errorCode === 'no_account_found')
    return new EmailError('auth.sign_in_needed', { username: about.username, provider: about.provider });
  return refusalError({ error: errorCode, description: errorMessage, suberror: subError, ...(status !== undefined && { status }) }, about);
}

/** In the library's cache, so that it can be redacted. */
function refreshTokenIn(state: string): string | undefined {
  const { RefreshToken = {} } = JSON.parse(state) as { RefreshToken?: Record<string, { secret?: string }> };
  return Object.values(RefreshToken)[0]?.secret;
}

function ownTenant({ tenant }: Login): void {
  if (tenant === undefined || SHARED_TENANTS.has(tenant.toLowerCase()))
    throw new EmailError('auth.tenant_required', tenant === undefined ? {} : { tenant });
}

/** Microsoft Entra, with its own library over our network. */
export const microsoft: IdentityProvider = {
  id: 'microsoft',
  title: 'Microsoft',
  authority: ({ cloud, tenant = 'common' }) => `https://${CLOUDS[cloud].login}/${tenant}`,
  scopes({ mode, cloud, scopes }, backend) {
    if (scopes) return scopes;
    const { mail, graph } = CLOUDS[cloud];
    const resource = `https://${backend === 'graph' ? graph : mail}/`;
    if (mode === 'oauth-client-credentials')
      return [`${cloud === 'global' && backend !== 'graph' ? 'https://outlook.office365.com/' : resource}.default`];
    return [...(DELEGATED[backend] ?? ['Mail.ReadWrite', 'Mail.Send']).map((name) => resource + name), 'offline_access'];
  },

  clientCredentials(login, ctx) {
    ownTenant(login);
    return withApp(login, ctx, (app, scopes) =>
      (app as ConfidentialClientApplication).acquireTokenByClientCredential({ scopes, skipCache: true }),
    );
  },

  ropc(login, ctx) {
    ownTenant(login);
    const { username, password = '' } = login;
    return withApp(login, ctx, (app, scopes) => app.acquireTokenByUsernamePassword({ scopes, username, password }));
  },

  pkce(login, ctx) {
    const about = asking(login, ctx.backend);
    const { verifier, challenge, state } = pkcePair();
    return withApp(login, ctx, async (app, scopes) => {
      let redirectUri = login.redirectUri;
      const refused = (error: string, description?: string) =>
        refusalError({ error, ...(description !== undefined && { description }) }, about);
      const { code } = await redirected(redirectUri, { state, signal: ctx.signal, patience: SIGN_IN, refused }, async (uri) => {
        redirectUri = uri;
        const asked = { scopes, redirectUri, state, codeChallenge: challenge, codeChallengeMethod: 'S256', loginHint: login.username };
        await ctx.person?.openBrowser(new URL(await app.getAuthCodeUrl(asked)));
      });
      return app.acquireTokenByCode({ code, scopes, redirectUri, codeVerifier: verifier });
    });
  },

  deviceCode: (login, ctx) =>
    withApp(login, ctx, (app, scopes) =>
      (app as PublicClientApplication).acquireTokenByDeviceCode({
        scopes,
        deviceCodeCallback: ({ verificationUri, userCode }) => ctx.person?.showCode({ url: verificationUri, code: userCode }),
      }),
    ),

  refresh: (login, ctx, record) =>
    withApp(
      login,
      ctx,
      async (app, scopes) => {
        const [account] = await app.getTokenCache().getAllAccounts();
        if (!account) throw new EmailError('auth.sign_in_needed', { username: login.username, provider: CLOUDS[login.cloud].login });
        return app.acquireTokenSilent({ account, scopes: scopes.filter((one) => one !== 'offline_access'), forceRefresh: true });
      },
      record,
    ),
};

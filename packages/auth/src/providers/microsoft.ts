import type { AuthenticationResult, ConfidentialClientApplication, PublicClientApplication, Configuration } from '@azure/msal-node';
import { EmailError, type TokenRecord } from '@mailwright/core';
import { providerError, refusalError, type Asking } from '../errors.ts';
import { redirected } from '../redirect.ts';
import { namesIn } from '../signed-in.ts';
import { certificateOf } from './certificate.ts';
import { parse, patient, refusalOf } from './oauth.ts';
import { SIGN_IN, pkcePair, serversOf, type Cloud, type IdentityProvider, type Login, type SignInContext } from './provider.ts';

/** Where a cloud signs in, the hosts that scopes name, and those that take tokens (learn.microsoft.com, national clouds). */
const CLOUDS = {
  global: {
    login: 'login.microsoftonline.com',
    mail: 'outlook.office.com',
    graph: 'graph.microsoft.com',
    hosts: [...serversOf('microsoft'), 'outlook.office.com', 'imap-mail.outlook.com', 'pop-mail.outlook.com'],
  },
  'us-gcc-high': {
    login: 'login.microsoftonline.us',
    mail: 'outlook.office365.us',
    graph: 'graph.microsoft.us',
    hosts: ['outlook.office365.us', 'smtp.office365.us'],
  },
  'us-dod': {
    login: 'login.microsoftonline.us',
    mail: 'webmail.apps.mil',
    graph: 'dod-graph.microsoft.us',
    hosts: ['outlook-dod.office365.us', 'webmail.apps.mil'],
  },
  china: {
    login: 'login.partner.microsoftonline.cn',
    mail: 'partner.outlook.cn',
    graph: 'microsoftgraph.chinacloudapi.cn',
    hosts: ['partner.outlook.cn', 'smtp.partner.outlook.cn'],
  },
} as const;
const DELEGATED: Readonly<Record<string, readonly string[]>> = {
  imap: ['IMAP.AccessAsUser.All'],
  pop3: ['POP.AccessAsUser.All'],
  smtp: ['SMTP.Send'],
  ews: ['EWS.AccessAsUser.All'],
  graph: ['Mail.ReadWrite', 'Mail.Send'],
};
/** Tenants that are nobody's own: an application cannot sign in there, and a password in the last of them only. */
const SHARED_TENANTS = ['common', 'consumers', 'organizations'];

type App = ConfidentialClientApplication | PublicClientApplication;

const asking = (login: Login): Asking => ({ ...login, provider: CLOUDS[login.cloud].login });

/** One application object for one question: what it knows comes from the record and goes back into it. */
async function withApp(
  login: Login,
  ctx: SignInContext,
  work: (app: App, scopes: string[]) => Promise<AuthenticationResult | null>,
  before?: TokenRecord,
): Promise<TokenRecord> {
  const about = asking(login);
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
  const { accessToken, scopes: granted, account } = result;
  const signedIn = [
    ...(account?.username ? [account.username] : []),
    ...namesIn(result.idTokenClaims as Readonly<Record<string, unknown>>),
  ];
  return {
    accessToken,
    issuedAt,
    expiresAt,
    granted,
    providerState,
    ...(signedIn.length > 0 && { signedIn: [...new Set(signedIn)] }),
    ...(refreshToken !== undefined && { refreshToken }),
  };
}

function appFor(msal: typeof import('@azure/msal-node'), login: Login, ctx: SignInContext, failed: (error: unknown) => void): App {
  const { clientId, clientSecret, certificate, tenant = 'common', cloud } = login;
  const http = patient(ctx.http, ctx.signal);
  const send = async (url: string, options?: { headers?: Record<string, string>; body?: string }) => {
    const answer = await http({
      url,
      ...(options?.headers && { headers: options.headers }),
      ...(options?.body !== undefined && { body: options.body }),
    }).catch((error: unknown) => {
      failed(error);
      throw error;
    });
    const { status, headers } = answer;
    const json = parse(answer);
    // It neither keeps the status of a refusal nor waits as told.
    if (!json || status === 429 || status >= 500) failed(refusalError(refusalOf(answer, json), asking(login)));
    let body: unknown = json ?? { error: 'server_error' };
    // RFC 8628 section 3.2: five seconds where nothing is said; the library would ask without a pause.
    if (typeof body === 'object' && body !== null && 'device_code' in body) body = { interval: 5, ...body };
    return { status, headers: headers as Record<string, string>, body: body as never };
  };
  const config: Configuration = {
    auth: {
      clientId,
      authority: `https://${CLOUDS[cloud].login}/${tenant}`,
      ...(clientSecret !== undefined && { clientSecret }),
      ...(certificate !== undefined && { clientCertificate: certificateOf(certificate, login.certificatePassword) }),
    },
    system: { networkClient: { sendGetRequestAsync: send, sendPostRequestAsync: send }, disableInternalRetries: true },
  };
  return clientSecret === undefined && certificate === undefined
    ? new msal.PublicClientApplication(config)
    : new msal.ConfidentialClientApplication(config);
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

function ownTenant({ tenant, mode }: Login): void {
  const others = mode === 'oauth-ropc' ? SHARED_TENANTS.slice(0, 2) : SHARED_TENANTS;
  if (tenant === undefined || others.includes(tenant.toLowerCase()))
    throw new EmailError('auth.tenant_required', tenant === undefined ? {} : { tenant });
}

/** Microsoft Entra, with its own library over our network. */
export const microsoft: IdentityProvider = {
  id: 'microsoft',
  title: 'Microsoft',
  authority: ({ cloud, tenant = 'common' }) => `https://${CLOUDS[cloud].login}/${tenant}`,
  scopes({ mode, cloud, mailbox }, backend, alongside = []) {
    const { mail, graph } = CLOUDS[cloud];
    const resource = `https://${backend === 'graph' ? graph : mail}/`;
    if (mode === 'oauth-client-credentials')
      return [`${cloud === 'global' && backend !== 'graph' ? 'https://outlook.office365.com/' : resource}.default`];
    // A token is for one resource: the mail protocols share it.
    const beside = alongside.filter((one) => (one === 'graph') === (backend === 'graph'));
    const names = new Set([backend, ...beside].flatMap((one) => DELEGATED[one] ?? []));
    // The mailbox of somebody else is reached by the same rights with an end of their own.
    const end = backend === 'graph' && mailbox !== undefined ? '.Shared' : '';
    return [...[...names].map((name) => resource + name + end), 'offline_access'];
  },
  hosts: (cloud) => [...CLOUDS[cloud].hosts, CLOUDS[cloud].graph],
  clouds: Object.keys(CLOUDS) as Cloud[],

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
    const about = asking(login);
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

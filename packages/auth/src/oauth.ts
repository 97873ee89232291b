import {
  EmailError,
  defineAuth,
  secretField,
  settingField,
  type AuthContext,
  type AuthStrategy,
  type SecretRef,
  type TokenRecord,
} from '@mailwright/core';
import { z } from 'zod';
import { generic } from './providers/generic.ts';
import { google } from './providers/google.ts';
import { microsoft } from './providers/microsoft.ts';
import type { IdentityProvider, Login } from './providers/provider.ts';
import { settingOf } from './setting.ts';
import { tokenKey, tokenSource } from './token-source.ts';

type FlowName = 'pkce' | 'deviceCode' | 'clientCredentials' | 'ropc';
const FLOWS = [
  { mode: 'oauth-pkce', flow: 'pkce' },
  { mode: 'oauth-device-code', flow: 'deviceCode' },
  { mode: 'oauth-client-credentials', flow: 'clientCredentials' },
  { mode: 'oauth-ropc', flow: 'ropc' },
] as const satisfies readonly { mode: string; flow: FlowName }[];
const PROVIDERS: Readonly<Record<string, IdentityProvider>> = { microsoft, google, generic };

const providerField = (flow: FlowName) => {
  const fitting = Object.values(PROVIDERS).filter((one) => one[flow]);
  return z
    .enum(fitting.map(({ id }) => id) as [string, ...string[]])
    .default(fitting[0]?.id ?? 'generic')
    .meta({ title: 'Provider' });
};
const shared = {
  tenant: settingField({ title: 'Tenant ID', description: 'Microsoft: the tenant or one of its domains' }).optional(),
  cloud: z
    .enum(['global', 'us-gcc-high', 'us-dod', 'china'])
    .default('global')
    .meta({ title: 'Azure cloud', description: 'Microsoft only' }),
  issuer: z
    .url({ protocol: /^https$/ })
    .optional()
    .meta({ title: 'Issuer', description: 'Other providers: https address that describes itself' }),
  clientId: settingField({ title: 'Client ID' }),
  scopes: z
    .array(z.string().min(1))
    .optional()
    .meta({ title: 'Scopes', description: 'Known from server and provider; for other providers only' }),
};
const username = settingField({ title: 'User name', description: 'The address of the mailbox' });
const secret = secretField({ title: 'Client secret' });

/** Refused in the form: what could not work whatever the server says. */
const possible = <T extends z.ZodObject>(form: T) =>
  form.superRefine((input: Record<string, unknown>, ctx) => {
    const { provider, issuer } = input;
    if (provider === 'generic' && issuer === undefined)
      ctx.addIssue({
        code: 'custom',
        path: ['issuer'],
        message: 'name the issuer: the https address at which the provider describes itself',
      });
    if (provider === 'microsoft' && 'clientSecret' in form.shape && input['mode'] === 'oauth-client-credentials') {
      if ((input['clientSecret'] === undefined) === (input['certificate'] === undefined))
        ctx.addIssue({ code: 'custom', path: ['clientSecret'], message: 'name a client secret or a certificate, one of the two' });
      if (
        input['tenant'] === undefined ||
        (typeof input['tenant'] === 'string' && /^(common|organizations|consumers)$/i.test(input['tenant']))
      )
        ctx.addIssue({
          code: 'custom',
          path: ['tenant'],
          message: 'an application signs in to one tenant: enter its id or one of its domains',
        });
    }
  }) as T;

/** The application itself signs in (RFC 6749 section 4.4). */
export const oauthClientCredentials = strategy('oauth-client-credentials', 'OAuth2: the application itself', 'clientCredentials', {
  ...shared,
  clientSecret: secret.optional(),
  certificate: secretField({ title: 'Certificate', description: 'PEM, with its private key; instead of a secret' }).optional(),
  mailbox: settingField({ title: 'Mailbox', description: 'The address that is opened' }),
});

/** A person signs in once in the browser (RFC 6749 section 4.1, RFC 7636, RFC 8252). */
export const oauthPkce = strategy('oauth-pkce', 'OAuth2: sign in with the browser', 'pkce', {
  ...shared,
  username,
  clientSecret: secret.optional(),
  redirectUri: z
    .url({ protocol: /^http$/ })
    .default('http://localhost:8888/Callback')
    .meta({ title: 'Redirect URI', description: 'As registered; only addresses of this machine' }),
});

/** A person types a code on any device (RFC 8628). */
export const oauthDeviceCode = strategy('oauth-device-code', 'OAuth2: sign in on another device', 'deviceCode', {
  ...shared,
  username,
  clientSecret: secret.optional(),
});

/** The password is posted to the provider (RFC 6749 section 4.3). Legacy: no second factor, no personal accounts. */
export const oauthRopc = strategy('oauth-ropc', 'OAuth2: password (legacy)', 'ropc', {
  ...shared,
  username,
  password: secretField({ title: 'Password' }),
  clientSecret: secret.optional(),
});

function strategy<S extends z.core.$ZodLooseShape>(mode: string, title: string, flow: FlowName, fields: S): AuthStrategy {
  const input = possible(z.strictObject({ mode: z.literal(mode), provider: providerField(flow), ...fields }));
  return defineAuth({
    mode,
    title,
    input,
    async authenticate(given, ctx) {
      const credential = await signInWith(given, ctx);
      // Now, not while the mail server waits for it; a backend that asks at each connect finds it in the store.
      await credential.token();
      return credential;
    },
  }) as unknown as AuthStrategy;
}

/** The token of what a form says; `owner` parts the records of those who share the rest; `anew`: whatever is stored. Nothing is asked yet. */
export async function signInWith(given: Readonly<Record<string, unknown>>, ctx: AuthContext, owner: readonly string[] = [], anew = false) {
  const { flow } = FLOWS.find(({ mode }) => mode === given['mode']) as (typeof FLOWS)[number];
  return credentialOf(await loginOf(given as Record<string, never>, ctx), flow, given, ctx, owner, anew);
}

export const oauthStrategies: readonly AuthStrategy[] = [oauthPkce, oauthDeviceCode, oauthClientCredentials, oauthRopc];

async function loginOf(input: Readonly<Record<string, never>>, ctx: AuthContext): Promise<Login> {
  const plain = async (value: string | SecretRef | undefined) => value && settingOf(value, ctx);
  const hidden = async (value: SecretRef | undefined) => value && (await ctx.secret(value)).reveal();
  const settings = {
    tenant: await plain(input['tenant']),
    clientSecret: await hidden(input['clientSecret']),
    certificate: await hidden(input['certificate']),
    password: await hidden(input['password']),
    issuer: input['issuer'] as string | undefined,
    scopes: input['scopes'] as readonly string[] | undefined,
  };
  return {
    mode: String(input['mode']),
    username: (await plain(input['username'] ?? input['mailbox'])) ?? '',
    clientId: (await plain(input['clientId'])) ?? '',
    cloud: input['cloud'] ?? 'global',
    redirectUri: input['redirectUri'] ?? '',
    ...(Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as object),
  };
}

function credentialOf(
  login: Login,
  flow: FlowName,
  input: Readonly<Record<string, unknown>>,
  ctx: AuthContext,
  owner: readonly string[],
  anew: boolean,
) {
  const provider = PROVIDERS[String(input['provider'])] as IdentityProvider;
  const { username, mode, clientId } = login;
  const scopes = provider.scopes(login, ctx.backend);
  const key = tokenKey(...owner, mode, provider.authority(login), clientId, username.toLowerCase(), ...[...scopes].sort());
  const alone = flow === 'clientCredentials' || flow === 'ropc';
  if (flow === 'ropc')
    ctx.log.warn(`Login mode oauth-ropc is deprecated: ${username} should sign in with oauth-pkce or oauth-client-credentials.`);
  const begin = async (): Promise<TokenRecord> => {
    if (!alone && !ctx.person) throw new EmailError('auth.sign_in_needed', { username, provider: provider.authority(login) });
    return (provider[flow] as NonNullable<IdentityProvider[FlowName]>)(login, ctx);
  };
  const token = tokenSource(
    key,
    ctx,
    async (record) => {
      if (anew || !record?.refreshToken || !provider.refresh) return begin();
      try {
        return await provider.refresh(login, ctx, record);
      } catch (error) {
        // Whoever can sign in again by itself, or is here, does so; else it is remembered.
        const again = EmailError.is(error, 'auth.sign_in_needed') || (alone && EmailError.is(error, 'auth.rejected'));
        if (!again || (!alone && !ctx.person)) throw error;
        return begin();
      }
    },
    { retry: ctx.person !== undefined || alone, anew },
  );
  return { kind: 'token' as const, username, token };
}

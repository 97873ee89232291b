import {
  EmailError,
  defineAuth,
  say,
  type AuthContext,
  type AuthStrategy,
  type LoginForm,
  type SecretRef,
  type TokenRecord,
} from '@mailwright/core';
import { clientCredentialsForm, deviceCodeForm, pkceForm, ropcForm } from './forms.ts';
import { PROVIDERS } from './providers/index.ts';
import type { Flow, IdentityProvider, Login } from './providers/provider.ts';
import { settingOf } from './setting.ts';
import { checkPerson } from './signed-in.ts';
import { tokenKey, tokenSource } from './token-source.ts';

/** The application itself signs in (RFC 6749 section 4.4). */
export const oauthClientCredentials = strategy('oauth-client-credentials', 'OAuth2: the application itself', clientCredentialsForm);
/** A person signs in once in the browser (RFC 6749 section 4.1, RFC 7636, RFC 8252). */
export const oauthPkce = strategy('oauth-pkce', 'OAuth2: sign in with the browser', pkceForm);
/** A person types a code on any device (RFC 8628). */
export const oauthDeviceCode = strategy('oauth-device-code', 'OAuth2: sign in on another device', deviceCodeForm);
/** The password is posted to the provider (RFC 6749 section 4.3). Legacy: no second factor, no personal accounts. */
export const oauthRopc = strategy('oauth-ropc', 'OAuth2: password (legacy)', ropcForm);

export const oauthStrategies: readonly AuthStrategy[] = [oauthPkce, oauthDeviceCode, oauthClientCredentials, oauthRopc];

const FLOWS: Readonly<Record<string, Flow>> = {
  'oauth-pkce': 'pkce',
  'oauth-device-code': 'deviceCode',
  'oauth-client-credentials': 'clientCredentials',
  'oauth-ropc': 'ropc',
};

function strategy(mode: string, title: string, input: LoginForm): AuthStrategy {
  return defineAuth({
    mode,
    title,
    input,
    async authenticate(given, ctx) {
      const credential = await signInWith(given as Given, ctx);
      // Now, not while the mail server waits for it; a backend that asks at each connect finds it in the store.
      await credential.token();
      return credential;
    },
  });
}

/** A filled-in form. */
export type Given = Readonly<Record<string, unknown>>;

export interface SignIn {
  /** Parts the records of those who share the rest. */
  readonly owner?: readonly string[];
  /** Whatever is stored: a person signs in again. */
  readonly anew?: boolean;
}

/** The token of what a form says. Nothing is asked yet. */
export async function signInWith(given: Given, ctx: AuthContext, { owner = [], anew = false }: SignIn = {}) {
  const provider = PROVIDERS[String(given['provider'])] as IdentityProvider;
  const login = await loginOf(given, provider, ctx);
  const { username, mailbox } = login;
  const token = sourceOf(login, provider, ctx, owner, anew);
  return { kind: 'token' as const, username, ...(mailbox !== undefined && { mailbox }), token };
}

/** The name of the record that a sign-in is kept under: of whatever would give another token. */
const recordName = (login: Login, provider: IdentityProvider, owner: readonly string[]): string =>
  tokenKey(...owner, login.mode, provider.authority(login), login.clientId, login.username.toLowerCase(), ...[...login.scopes].sort());

/** Where the sign-in of a form is kept, and for whom; its secrets are not asked for. */
export async function placeOf(
  given: Given,
  ctx: AuthContext,
  owner: readonly string[],
): Promise<{ readonly key: string; readonly username: string }> {
  const provider = PROVIDERS[String(given['provider'])] as IdentityProvider;
  const login = await settingsOf(given, provider, ctx);
  return { key: recordName(login, provider, owner), username: login.username };
}

async function loginOf(given: Given, provider: IdentityProvider, ctx: AuthContext): Promise<Login> {
  const hidden = async (name: string) => given[name] && (await ctx.secret(given[name] as SecretRef)).reveal();
  const secrets = {
    clientSecret: await hidden('clientSecret'),
    certificate: await hidden('certificate'),
    certificatePassword: await hidden('certificatePassword'),
    password: await hidden('password'),
  };
  return { ...(await settingsOf(given, provider, ctx)), ...present(secrets) };
}

const present = (fields: object): object => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

async function settingsOf(given: Given, provider: IdentityProvider, ctx: AuthContext): Promise<Login> {
  const plain = async (name: string) => (given[name] ? settingOf(given[name] as string | SecretRef, ctx) : undefined);
  const mailbox = await plain('mailbox');
  const [mode, cloud] = [String(given['mode']), given['cloud'] ?? 'global'];
  const username = (await plain('username')) ?? mailbox;
  const wanted = mailbox ?? ctx.mailbox;
  const foreign = wanted === undefined || wanted.toLowerCase() === username?.toLowerCase() ? {} : { mailbox: wanted };
  const asked = { mode, cloud, ...foreign, ...(given['scopes'] !== undefined && { scopes: given['scopes'] }) } as never;
  const login = {
    mode,
    cloud,
    mailbox,
    // An application has no user: it opens a mailbox.
    username,
    clientId: await plain('clientId'),
    tenant: await plain('tenant'),
    issuer: given['issuer'],
    redirectUri: given['redirectUri'],
    scopes: provider.scopes(asked, ctx.backend, ctx.alongside),
  };
  return present(login) as Login;
}

function sourceOf(login: Login, provider: IdentityProvider, ctx: AuthContext, owner: readonly string[], anew: boolean) {
  const { username, mode } = login;
  const flow = FLOWS[mode] as Flow;
  const alone = flow === 'clientCredentials' || flow === 'ropc';
  if (flow === 'ropc')
    ctx.log.warn(say`Login mode oauth-ropc is deprecated: ${{ username }} should sign in with oauth-pkce or oauth-client-credentials.`);
  const begin = async (): Promise<TokenRecord> => {
    if (!alone && !ctx.person) throw new EmailError('auth.sign_in_needed', { username, provider: provider.authority(login) });
    const record = await (provider[flow] as NonNullable<IdentityProvider[Flow]>)(login, ctx);
    if (!alone) checkPerson(record, login, provider.authority(login), ctx.log);
    return record;
  };
  return tokenSource(
    recordName(login, provider, owner),
    ctx,
    async (record, changed) => {
      // Other secrets than those that the record was had with: whoever signs in by itself does so with them.
      if (anew || (alone && changed) || !record?.refreshToken || !provider.refresh) return begin();
      try {
        return await provider.refresh(login, ctx, record);
      } catch (error) {
        // Whoever can sign in again by itself, or is here, does so; else it is remembered.
        const again = EmailError.is(error, 'auth.sign_in_needed') || (alone && EmailError.is(error, 'auth.rejected'));
        if (!again || (!alone && !ctx.person)) throw error;
        return begin();
      }
    },
    { retry: ctx.person !== undefined || alone, anew, secrets: secretsOf(login) },
  );
}

const secretsOf = ({ clientSecret, certificate, certificatePassword, password }: Login) =>
  [clientSecret, certificate, certificatePassword, password].map((one) => one ?? '');

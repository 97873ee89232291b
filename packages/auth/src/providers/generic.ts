import { setTimeout as sleep } from 'node:timers/promises';
import { EmailError, type TokenRecord } from '@mailwright/core';
import { providerError, refusalError, type Asking } from '../errors.ts';
import { redirected } from '../redirect.ts';
import { ask, clientProof, discover, parse, patient, recordOf, type Endpoints } from './oauth.ts';
import { SIGN_IN, pkcePair, type IdentityProvider, type Login, type SignInContext } from './provider.ts';

const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';

/** Questions in a row that may get lost on the way. */
const LOSSES = 3;

const asking = (login: Login): Asking => ({ ...login, provider: generic.authority(login) });

/** One question, with the client's proof. */
async function token(login: Login, ctx: SignInContext, form: Readonly<Record<string, string>>, before?: TokenRecord, known?: Endpoints) {
  const about = asking(login);
  const endpoints = known ?? (await discover(generic.authority(login), ctx, about));
  const proof = clientProof(login, endpoints);
  const json = await ask(ctx.http, endpoints.token_endpoint, { ...proof.form, ...form }, about, ctx.signal, proof.headers);
  return recordOf(json, about, before);
}
const scope = ({ scopes }: Login) => (scopes.length > 0 ? { scope: scopes.join(' ') } : {});

/** Any provider of OAuth 2.0 that describes itself (OpenID Connect Discovery). */
export const generic: IdentityProvider = {
  id: 'generic',
  title: 'Other (OpenID)',
  authority: ({ issuer = '' }) => issuer,
  scopes: ({ scopes = [] }) => scopes,
  hosts: () => undefined,

  clientCredentials: (login, ctx) => token(login, ctx, { grant_type: 'client_credentials', ...scope(login) }),

  ropc: (login, ctx) =>
    token(login, ctx, { grant_type: 'password', username: login.username, password: login.password ?? '', ...scope(login) }),

  refresh: (login, ctx, record) =>
    token(login, ctx, { grant_type: 'refresh_token', refresh_token: record.refreshToken ?? '', ...scope(login) }, record),

  async pkce(login, ctx) {
    const about = asking(login);
    const endpoints = await discover(generic.authority(login), ctx, about);
    const { verifier, challenge, state } = pkcePair();
    let used = login.redirectUri;
    const refused = (error: string, description?: string) =>
      refusalError({ error, ...(description !== undefined && { description }) }, about);
    const { code } = await redirected(
      login.redirectUri,
      { state, issuer: endpoints.issuer, signal: ctx.signal, patience: SIGN_IN, refused },
      async (uri) => {
        used = uri;
        const url = new URL(endpoints.authorization_endpoint ?? '');
        const asked = { response_type: 'code', client_id: login.clientId, redirect_uri: uri, state, code_challenge: challenge };
        const more = { code_challenge_method: 'S256', login_hint: login.username, ...scope(login) };
        for (const [name, value] of Object.entries({ ...asked, ...more })) url.searchParams.set(name, value);
        // Without it some providers give no refresh token at all (OpenID Connect Core section 11).
        if (login.scopes.includes('offline_access')) url.searchParams.set('prompt', 'consent');
        await ctx.person?.openBrowser(url);
      },
    );
    return token(login, ctx, { grant_type: 'authorization_code', code, redirect_uri: used, code_verifier: verifier }, undefined, endpoints);
  },

  async deviceCode(login, ctx) {
    const about = asking(login);
    const endpoints = await discover(generic.authority(login), ctx, about);
    const url = endpoints.device_authorization_endpoint;
    if (url === undefined)
      throw new EmailError('auth.provider_unavailable', { provider: about.provider, problem: 'it has no device codes.' });
    const proof = clientProof(login, endpoints);
    const begun = await ask(ctx.http, url, { ...proof.form, ...scope(login) }, about, ctx.signal, proof.headers);
    const {
      device_code: device,
      user_code: code,
      verification_uri: at,
      verification_uri_complete: whole,
      expires_in: life,
      interval,
    } = begun;
    ctx.person?.showCode({ url: String(whole ?? at), code: String(code) });
    const until = Date.now() + Math.min(Number(life ?? 600) * 1000, 30 * 60_000);
    // Sections 3.4 and 3.5 of RFC 8628.
    let losses = 0;
    for (let wait = Number(interval ?? 5); Date.now() < until;) {
      await sleep(wait * 1000, undefined, { signal: ctx.signal });
      const asked = patient(
        ctx.http,
        ctx.signal,
      )({
        url: endpoints.token_endpoint,
        body: new URLSearchParams({ ...proof.form, grant_type: DEVICE_CODE, device_code: String(device) }).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...proof.headers },
      });
      const answer = await asked.catch((error: unknown) => {
        // A person is still typing: a lost question is asked again, later each time.
        if (!EmailError.is(error, 'connection') || error.retry === 'never' || ++losses >= LOSSES) throw providerError(error, about);
        return undefined;
      });
      if (!answer) {
        wait *= 2;
        continue;
      }
      losses = 0;
      const json = parse(answer) ?? {};
      const error = typeof json['error'] === 'string' ? json['error'] : 'server_error';
      if (answer.status === 200) return recordOf(json, about);
      if (error === 'slow_down') wait += 5;
      else if (error !== 'authorization_pending') throw refusalError({ error, status: answer.status }, about);
    }
    throw new EmailError('auth.cancelled', { because: 'the code has expired' });
  },
};

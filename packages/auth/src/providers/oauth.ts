import { setTimeout as sleep } from 'node:timers/promises';
import { EmailError, Secret, type Http, type HttpAnswer, type TokenRecord } from '@mailwright/core';
import { providerError, refusalError, type Asking, type Refusal } from '../errors.ts';
import { claimsOfIdToken, namesIn } from '../signed-in.ts';
import type { Login, SignInContext } from './provider.ts';

/** Where a provider is asked what (RFC 8414, OpenID Connect Discovery 1.0). */
export interface Endpoints {
  readonly issuer: string;
  readonly authorization_endpoint?: string;
  readonly token_endpoint: string;
  readonly device_authorization_endpoint?: string;
  readonly token_endpoint_auth_methods_supported?: readonly string[];
}

const TRIES = 3;
/** Milliseconds: so long at most are all tries of one question, since others wait for what it brings. */
const PATIENCE = 20_000;

/** A question to a token endpoint. Errors: `auth.*`. */
export async function ask(
  http: Http,
  url: string,
  form: Readonly<Record<string, string>>,
  asking: Asking,
  signal: AbortSignal,
  headers = {},
) {
  const answer = await patient(
    http,
    signal,
  )({
    url,
    body: new URLSearchParams(form).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  }).catch((error: unknown) => {
    throw providerError(error, asking);
  });
  const json = parse(answer);
  if (answer.status === 200 && json) return json;
  throw refusalError(refusalOf(answer, json), asking);
}

/**
 * Asks again where the answer is 429 or 503, after the time that it names or a growing one with jitter. A question whose answer was lost
 * is not repeated: at a provider that rotates refresh tokens it would count as theft.
 */
export function patient(http: Http, signal: AbortSignal): Http {
  return async (request) => {
    hideProofs(request.body);
    const until = performance.now() + PATIENCE;
    for (let attempt = 1; ; attempt++) {
      const answer = await http({ ...request, signal });
      const busy = answer.status === 429 || answer.status === 503;
      const wait = (retryAfter(answer) ?? 2 ** (attempt - 1) * (0.8 + Math.random() * 0.4)) * 1000;
      if (!busy || attempt === TRIES || performance.now() + wait > until) return answer;
      await sleep(wait, undefined, { signal });
    }
  };
}

/** What a question proves something with: a provider that sends it back does not make us show it. */
const PROOFS = ['client_secret', 'client_assertion', 'assertion', 'password', 'refresh_token', 'code', 'code_verifier', 'device_code'];

function hideProofs(body = ''): void {
  const asked = new URLSearchParams(body);
  for (const name of PROOFS) void new Secret(asked.get(name) ?? '');
}

/** Seconds; the header may name a date instead (RFC 9110 section 10.2.3). */
function retryAfter({ headers }: HttpAnswer): number | undefined {
  const said = headers['retry-after'];
  if (said === undefined) return undefined;
  const seconds = /^\d+$/.test(said.trim()) ? Number(said) : (Date.parse(said) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

/** What a token endpoint refused. */
export function refusalOf(answer: HttpAnswer, json: Readonly<Record<string, unknown>> | undefined): Refusal {
  const text = (name: string) => (typeof json?.[name] === 'string' ? json[name] : undefined);
  const seconds = retryAfter(answer);
  const [description, suberror] = [text('error_description'), text('suberror')];
  return {
    // A page instead of an answer is a gateway's: the provider was not reached. But "too many" is an answer, in whatever form.
    status: json || answer.status === 429 ? answer.status : Math.max(answer.status, 502),
    error: text('error') ?? 'server_error',
    ...(description !== undefined && { description }),
    ...(suberror !== undefined && { suberror }),
    ...(seconds !== undefined && { retryAfter: Math.ceil(seconds) }),
  };
}

/** An answer that is a JSON object. */
export function parse({ text }: HttpAnswer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** A token endpoint's answer (RFC 6749 section 5.1) as a record; a provider that does not rotate keeps the refresh token that was. */
export function recordOf(json: Readonly<Record<string, unknown>>, { provider }: Asking, before?: TokenRecord): TokenRecord {
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: life, scope } = json;
  if (typeof accessToken !== 'string')
    throw new EmailError('auth.provider_unavailable', { provider, problem: 'its answer holds no token.' });
  const issuedAt = Date.now();
  const seconds = Number(life ?? 3600);
  // Left out where it is what was asked for, as a renewal often does.
  const granted = typeof scope === 'string' ? scope.split(' ').filter((one) => one !== '') : before?.granted;
  const names = namesIn(claimsOfIdToken(json['id_token']));
  const signedIn = names.length > 0 ? names : before?.signedIn;
  const kept = typeof refreshToken === 'string' ? refreshToken : before?.refreshToken;
  return {
    accessToken,
    issuedAt,
    expiresAt: issuedAt + (seconds > 0 ? seconds : 3600) * 1000,
    ...(granted && { granted }),
    ...(signedIn && { signedIn }),
    ...(kept !== undefined && { refreshToken: kept }),
  };
}

/** How an application proves itself to the token endpoint (RFC 6749 section 2.3.1). */
export function clientProof(
  { clientId, clientSecret }: Login,
  { token_endpoint_auth_methods_supported: methods = [] }: Partial<Endpoints>,
) {
  if (clientSecret === undefined) return { form: { client_id: clientId }, headers: {} };
  if (methods.length === 0 || methods.includes('client_secret_post') || !methods.includes('client_secret_basic'))
    return { form: { client_id: clientId, client_secret: clientSecret }, headers: {} };
  const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
  return { form: {}, headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } };
}

/** The endpoints of an issuer, asked once by each context. */
export async function discover(issuer: string, { http, signal }: SignInContext, asking: Asking): Promise<Endpoints> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await http({ url, signal }).catch((error: unknown) => {
    throw providerError(error, asking);
  });
  const found = parse(answer) as Endpoints | undefined;
  const wrong = (problem: string) => new EmailError('auth.provider_unavailable', { provider: issuer, problem });
  if (answer.status !== 200 || typeof found?.token_endpoint !== 'string')
    throw wrong(`${url} answers ${answer.status} and no description of itself.`);
  if (found.issuer.replace(/\/$/, '') !== issuer.replace(/\/$/, '')) throw wrong(`it calls itself ${found.issuer}.`);
  return found;
}

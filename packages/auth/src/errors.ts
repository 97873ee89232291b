import { EmailError } from '@mailwright/core';

/** What a provider answers where it gives no token (RFC 6749 section 5.2), and Microsoft's additions. */
export interface Refusal {
  readonly error: string;
  readonly description?: string;
  readonly suberror?: string;
  readonly status?: number;
  /** Seconds. */
  readonly retryAfter?: number;
}
export interface Asking {
  readonly provider: string;
  readonly username: string;
  readonly clientId: string;
  readonly tenant?: string;
  readonly scopes: readonly string[];
  readonly mode: string;
}

type Reason = 'rejected' | 'sign-in' | 'consent' | 'mfa' | 'blocked' | 'secret' | 'client' | 'tenant' | 'mailbox' | 'browser';

/** Microsoft's numbers (learn.microsoft.com, reference-error-codes): matched as numbers, never by their texts. */
const AADSTS: Readonly<Record<number, Reason>> = {
  50126: 'rejected',
  50034: 'rejected',
  50055: 'rejected',
  700082: 'sign-in',
  700084: 'sign-in',
  50173: 'sign-in',
  70008: 'sign-in',
  65001: 'consent',
  90094: 'consent',
  65004: 'consent',
  50076: 'mfa',
  50079: 'mfa',
  50158: 'mfa',
  53003: 'blocked',
  7000218: 'blocked',
  7000222: 'secret',
  7000215: 'client',
  700016: 'client',
  700027: 'client',
  90002: 'tenant',
  900023: 'tenant',
  50105: 'mailbox',
};
const ERRORS: Readonly<Record<string, Reason>> = {
  invalid_client: 'client',
  unauthorized_client: 'mailbox',
  invalid_grant: 'sign-in',
  interaction_required: 'sign-in',
  login_required: 'sign-in',
  consent_required: 'consent',
  access_denied: 'consent',
  expired_token: 'browser',
};

/** A refusal as one of ours, by numbers and codes alone. */
export function refusalError(refusal: Refusal, asking: Asking): EmailError {
  const { error, description = '', suberror, status = 400 } = refusal;
  const { provider, username, clientId, tenant, scopes, mode } = asking;
  if (status === 429) return new EmailError('auth.provider_throttled', { provider, seconds: Math.min(refusal.retryAfter ?? 60, 3600) });
  if (status >= 500 || error === 'temporarily_unavailable' || error === 'server_error')
    return new EmailError('auth.provider_unavailable', { provider, problem: `it answers ${status}.` });
  const number = Number(/AADSTS(\d+)/.exec(description)?.[1]);
  const reason = AADSTS[number] ?? (suberror === 'consent_required' ? 'consent' : ERRORS[error]);
  const said = { providerSaid: first(description) ?? error };
  // A password or a certificate of the application does not become good by a person who signs in.
  const password = mode === 'oauth-ropc';
  switch (reason) {
    case 'rejected':
      return rejected(asking, said.providerSaid);
    case 'sign-in':
      return password
        ? rejected(asking, said.providerSaid)
        : new EmailError('auth.sign_in_needed', { username, provider, because: said.providerSaid });
    case 'consent':
      return new EmailError('auth.consent_required', { username, provider, scopes });
    case 'mfa':
      return password
        ? new EmailError('auth.mfa_required', { username })
        : new EmailError('auth.sign_in_needed', { username, provider, because: said.providerSaid });
    case 'blocked':
      return password ? new EmailError('auth.ropc_blocked', { username }) : new EmailError('auth.mailbox_forbidden', { username, ...said });
    case 'secret':
      return new EmailError('auth.client_secret_expired', { clientId });
    case 'client':
      return new EmailError('auth.client_rejected', { clientId, ...said });
    case 'tenant':
      return new EmailError('auth.tenant_required', tenant === undefined ? {} : { tenant });
    case 'mailbox':
      return new EmailError('auth.mailbox_forbidden', { username, ...said });
    case 'browser':
      return new EmailError('auth.cancelled', { because: 'the code has expired' });
    default:
      return new EmailError('auth.client_rejected', {
        clientId,
        providerSaid: first(description) ? `${error}: ${first(description)}` : error,
      });
  }
}

const rejected = ({ provider: host, username }: Asking, serverSaid: string) =>
  new EmailError('auth.rejected', { host, username, serverSaid });
/** The first line without Microsoft's trace ids. */
const first = (description: string) => /^[^\r\n]{1,300}/.exec(description.replace(/\s*Trace ID:.*$/s, ''))?.[0];

/** The way to a provider failed: that is no fault of the mail server. */
export function providerError(error: unknown, { provider }: Pick<Asking, 'provider'>): EmailError {
  if (!EmailError.is(error)) return EmailError.from(error, 'sign-in');
  if (EmailError.is(error, 'connection') || EmailError.is(error, 'server'))
    return new EmailError('auth.provider_unavailable', { provider, problem: error.message }, { cause: error });
  return error;
}

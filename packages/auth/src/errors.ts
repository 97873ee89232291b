import { EmailError, redact } from '@mailwright/core';

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

/** Microsoft's numbers by what they mean (learn.microsoft.com, reference-error-codes): matched as numbers, never by their texts. */
const REASONS = {
  rejected: [50126, 50056, 50064, 80007],
  unknown_user: [50034, 50014, 50020, 51004, 16000, 16003, 90072],
  expired: [50055, 50125, 50135, 50144],
  locked: [50053],
  disabled: [50057],
  sign_in: [50058, 50085, 50089, 50132, 50133, 50139, 50173, 54005, 70000, 70008, 70043, 700020, 700082, 700084],
  consent: [65001, 65004, 65005, 90008, 90094, 90095, 90099, 650056, 9002341],
  mfa: [50072, 50074, 50076, 50078, 50079, 50158, 50161, 53004],
  blocked: [
    50002, 50005, 50097, 50129, 50131, 50155, 53000, 53001, 53002, 53003, 53010, 53011, 500021, 500022, 500212, 500213, 530032, 530034,
    530035,
  ],
  secret: [7000222],
  client: [50012, 50013, 70002, 700011, 700016, 700027, 700030, 7000215],
  client_redirect: [50011, 70004, 900971],
  client_public: [700025],
  client_confidential: [7000218],
  client_disabled: [70001, 1000031, 7000112],
  client_permissions: [500011, 650052, 650054, 650057],
  client_clock: [500133, 700024],
  client_cloud: [90038, 90051, 900382, 900432],
  tenant: [50059, 50128, 50194, 90002, 90019, 90124, 90130, 500208, 900023, 9001023, 9002332],
  mailbox: [50105],
  unavailable: [50000, 50033, 50087, 70012, 80001, 80002, 80005, 80014, 90006, 90012, 90024, 90033, 90090, 90091],
  throttled: [50088, 50166, 50196, 90055],
  browser: [70018, 70019],
} as const satisfies Readonly<Record<string, readonly number[]>>;
type Reason = keyof typeof REASONS;
const AADSTS = new Map<number, Reason>(
  Object.entries(REASONS).flatMap(([reason, numbers]) => numbers.map((number) => [number, reason as Reason] as const)),
);
const ERRORS: Readonly<Record<string, Reason>> = {
  invalid_client: 'client',
  unauthorized_client: 'mailbox',
  invalid_grant: 'sign_in',
  interaction_required: 'sign_in',
  login_required: 'sign_in',
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
  const reason = AADSTS.get(number) ?? (suberror === 'consent_required' ? 'consent' : ERRORS[error]);
  const said = { providerSaid: first(description) ?? error };
  // A password or a certificate of the application does not become good by a person who signs in.
  const password = mode === 'oauth-ropc';
  const refused = (hint?: string) => rejected(asking, said.providerSaid, hint);
  const client = (hint?: string) => new EmailError('auth.client_rejected', { clientId, ...said, ...(hint !== undefined && { hint }) });
  switch (reason) {
    case 'rejected':
      return refused();
    case 'unknown_user':
    case 'expired':
    case 'locked':
    case 'disabled':
      return refused(reason);
    case 'sign_in':
      return password ? refused() : new EmailError('auth.sign_in_needed', { username, provider, because: said.providerSaid });
    case 'consent':
      return new EmailError('auth.consent_required', { username, provider, scopes });
    case 'mfa':
      return password
        ? new EmailError('auth.mfa_required', { username })
        : new EmailError('auth.sign_in_needed', { username, provider, because: said.providerSaid });
    case 'blocked':
      return password
        ? new EmailError('auth.ropc_blocked', { username })
        : new EmailError('auth.policy_blocked', { username, provider, ...said });
    case 'secret':
      return new EmailError('auth.client_secret_expired', { clientId });
    case 'client_confidential':
      return password ? new EmailError('auth.ropc_blocked', { username }) : client('confidential');
    case 'client':
      return client();
    case 'client_redirect':
    case 'client_public':
    case 'client_disabled':
    case 'client_permissions':
    case 'client_clock':
    case 'client_cloud':
      return client(reason.slice('client_'.length));
    case 'tenant':
      return new EmailError('auth.tenant_required', tenant === undefined ? {} : { tenant });
    case 'mailbox':
      return new EmailError('auth.mailbox_forbidden', { username, ...said });
    case 'unavailable':
      return new EmailError('auth.provider_unavailable', { provider, problem: said.providerSaid });
    case 'throttled':
      return new EmailError('auth.provider_throttled', { provider, seconds: 60 });
    case 'browser':
      return new EmailError('auth.cancelled', { because: 'the code has expired' });
    default:
      return new EmailError('auth.client_rejected', {
        clientId,
        providerSaid: first(description) ? `${error}: ${first(description)}` : error,
      });
  }
}

const rejected = ({ provider: host, username }: Asking, serverSaid: string, hint?: string) =>
  new EmailError('auth.rejected', { host, username, serverSaid, ...(hint !== undefined && { hint }) });
/** The first line without Microsoft's trace ids. */
const first = (description: string) => /^[^\r\n]{1,300}/.exec(redact(description).replace(/\s*Trace ID:.*$/s, ''))?.[0];

/** The way to a provider failed: that is no fault of the mail server. A proxy on the way that is at fault itself keeps its own error. */
export function providerError(error: unknown, { provider }: Pick<Asking, 'provider'>): EmailError {
  if (!EmailError.is(error)) return EmailError.from(error, 'sign-in');
  if (error.code.startsWith('connection.proxy_')) return error;
  if (EmailError.is(error, 'connection') || EmailError.is(error, 'server'))
    return new EmailError('auth.provider_unavailable', { provider, problem: error.message }, { cause: error });
  return error;
}

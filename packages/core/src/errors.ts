import { ERROR_TEXTS, errorText } from './error-text.ts';
import { languageOf } from './languages.ts';
import type { Phrase, Told } from './phrase.ts';
import { redact, redactDeep } from './redact.ts';

export type Retry = 'never' | 'now' | 'later';
/** What an error says of the session: still usable, lost, or there was none. */
export type SessionState = 'usable' | 'lost' | 'none';
/** `words`: a text of ours, which is told in the language of the error where it is a phrase. */
type DetailKind = 'text' | 'text?' | 'words' | 'words?' | 'number' | 'number?' | 'list' | 'lines';

interface ErrorSpec<D extends Readonly<Record<string, DetailKind>>> {
  readonly retry: Retry;
  readonly session: SessionState;
  readonly details: D;
}
const spec = <const D extends Readonly<Record<string, DetailKind>>>(retry: Retry, session: SessionState, details: D): ErrorSpec<D> => ({
  retry,
  session,
  details,
});

/**
 * Every error there is. The texts (`message` for the log, `fix` for the person) stand under the same keys in
 * locales/en.json as ICU messages; an absent or empty detail reads as "none" there.
 */
export const ERRORS = {
  'input.invalid': spec('never', 'usable', { path: 'text', problem: 'words', cure: 'words' }),
  /** `hint`: app_password, web_login, expired, locked, disabled, administrator, unknown_user, login_missing; the fix says what to do then. */
  'auth.rejected': spec('never', 'lost', { host: 'text', username: 'text', serverSaid: 'text?', hint: 'text?' }),
  /** `hint`: unencrypted. */
  'auth.mechanism_missing': spec('never', 'lost', { host: 'text', offered: 'list', hint: 'text?' }),
  'auth.flow_unsupported': spec('never', 'none', { backend: 'text', mode: 'text', known: 'list' }),
  'auth.sign_in_needed': spec('never', 'none', {
    username: 'text',
    provider: 'text',
    because: 'words?',
    connection: 'text?',
    user: 'text?',
  }),
  'auth.consent_required': spec('never', 'none', { username: 'text', provider: 'text', scopes: 'list' }),
  /** Somebody else sat at the browser. */
  'auth.other_user': spec('never', 'none', { username: 'text', provider: 'text', signedIn: 'text' }),
  'auth.mfa_required': spec('never', 'none', { username: 'text' }),
  'auth.ropc_blocked': spec('never', 'none', { username: 'text' }),
  'auth.client_secret_expired': spec('never', 'none', { clientId: 'text' }),
  /** `hint`: redirect, public, confidential, disabled, permissions, clock, cloud. */
  'auth.client_rejected': spec('never', 'none', { clientId: 'text', providerSaid: 'text?', hint: 'text?' }),
  'auth.policy_blocked': spec('never', 'none', { username: 'text', provider: 'text', providerSaid: 'text?' }),
  'auth.tenant_required': spec('never', 'none', { tenant: 'text?' }),
  /** `hint`: send_as, exchange, graph. */
  'auth.mailbox_forbidden': spec('never', 'none', { username: 'text?', providerSaid: 'text?', hint: 'text?' }),
  'auth.token_expired': spec('never', 'lost', { host: 'text', username: 'text', serverSaid: 'text?' }),
  'auth.provider_unavailable': spec('later', 'none', { provider: 'text', problem: 'words' }),
  'auth.provider_throttled': spec('later', 'none', { provider: 'text', seconds: 'number' }),
  'auth.redirect_busy': spec('later', 'none', { port: 'number' }),
  'auth.cancelled': spec('never', 'none', { because: 'words' }),
  'vault.lock_timeout': spec('later', 'none', { what: 'words', seconds: 'number' }),
  'vault.unreachable': spec('later', 'none', { vault: 'text', problem: 'words' }),
  'vault.unknown': spec('never', 'none', { vault: 'text', known: 'list' }),
  'vault.key_missing': spec('never', 'none', { vault: 'text', key: 'text', known: 'list', storedWith: 'text?' }),
  /** `reference`: as it stands in the input. */
  'vault.empty_secret': spec('never', 'none', { reference: 'text' }),
  'vault.locked': spec('never', 'none', { vault: 'text', problem: 'words' }),
  'vault.unsafe_file': spec('never', 'none', { path: 'text', problem: 'words' }),
  'connection.refused': spec('later', 'none', { host: 'text', port: 'number' }),
  'connection.host_unknown': spec('later', 'none', { host: 'text' }),
  'connection.tls_untrusted': spec('never', 'none', { host: 'text', problem: 'words', sha256: 'text?' }),
  'connection.tls_expired': spec('never', 'none', { host: 'text', expiredAt: 'text?' }),
  'connection.tls_mismatch': spec('never', 'none', { host: 'text', names: 'text?' }),
  'connection.tls_failed': spec('never', 'none', { host: 'text', port: 'number', problem: 'words' }),
  'connection.starttls_missing': spec('never', 'none', { host: 'text', port: 'number' }),
  /** `expected` and `found`: IMAP, SMTP, POP3, HTTP and the like. */
  'connection.wrong_server': spec('never', 'none', { host: 'text', port: 'number', expected: 'text', found: 'text' }),
  'connection.wrong_security': spec('never', 'none', { host: 'text', port: 'number', security: 'text', expected: 'text' }),
  'connection.timeout': spec('later', 'lost', { host: 'text', port: 'number', what: 'words', seconds: 'number' }),
  'connection.lost': spec('now', 'lost', { host: 'text' }),
  /** The way ends at the proxy: it does not answer, or not as a proxy of its kind. */
  'connection.proxy_unreachable': spec('later', 'none', { proxy: 'text', problem: 'words' }),
  'connection.proxy_login': spec('never', 'none', { proxy: 'text', given: 'text?', offered: 'list' }),
  'connection.proxy_blocked': spec('never', 'none', { proxy: 'text', host: 'text', port: 'number', proxySaid: 'text' }),
  /** The proxy let us in and could not reach the host. */
  'connection.host_unreachable': spec('later', 'none', { proxy: 'text', host: 'text', port: 'number', proxySaid: 'text' }),
  'session.not_found': spec('never', 'none', { session: 'text', known: 'list' }),
  'session.not_saved': spec('never', 'none', { saved: 'text', known: 'list' }),
  'session.insecure_secret': spec('never', 'none', { session: 'text', field: 'text' }),
  'capability.unsupported': spec('never', 'usable', { session: 'text', backend: 'text', capability: 'text', because: 'words?' }),
  /** `hint`: inbox_only. */
  'folder.not_found': spec('never', 'usable', { folder: 'text', similar: 'list', hint: 'text?' }),
  'folder.role_missing': spec('never', 'usable', { role: 'text' }),
  'folder.changed': spec('never', 'usable', { folder: 'text' }),
  /** Mail that is kept in files; `reason` as in `attachment.disk`. */
  'folder.disk': spec('never', 'usable', { path: 'text', reason: 'text' }),
  'message.not_found': spec('never', 'usable', { folder: 'text', id: 'text' }),
  /** They were marked, and the connection ended before the server erased them. `messages`: their ids. */
  'message.not_erased': spec('now', 'lost', { host: 'text', count: 'number', messages: 'list', serverSaid: 'text?' }),
  'message.too_large': spec('never', 'usable', { what: 'words', size: 'number', limit: 'number?' }),
  /** `atomic`: a message was either moved or left; it cannot be in both folders. */
  'message.outcome_unknown': spec('never', 'lost', { verb: 'text', count: 'number', folder: 'text', atomic: 'text?' }),
  'attachment.unsafe_name': spec('never', 'usable', { name: 'text' }),
  'attachment.exists': spec('never', 'usable', { path: 'text' }),
  'attachment.not_found': spec('never', 'usable', { path: 'text' }),
  'attachment.disk': spec('never', 'usable', { path: 'text', reason: 'text' }),
  'send.rejected': spec('never', 'usable', { addresses: 'list', serverSaid: 'text' }),
  'send.not_arrived': spec('later', 'usable', { messageId: 'text', seconds: 'number' }),
  'send.outcome_unknown': spec('never', 'lost', { messageId: 'text' }),
  /** `what`: basic, smtp_auth_tenant, smtp_auth_mailbox, smtp_auth, ews. `application`: the id that a token was made out to. */
  'server.retired': spec('never', 'lost', { host: 'text', what: 'text', serverSaid: 'text?', application: 'text?' }),
  'server.unavailable': spec('later', 'lost', { host: 'text', serverSaid: 'text' }),
  'server.throttled': spec('later', 'usable', { host: 'text', serverSaid: 'text' }),
  /** `hint`: exchange_version. */
  'server.refused': spec('never', 'usable', { what: 'words', serverSaid: 'text', hint: 'text?' }),
  'server.unexpected': spec('later', 'lost', { host: 'text', problem: 'words' }),
  'automation.invalid': spec('never', 'none', { file: 'text', count: 'number', problems: 'lines' }),
  'automation.failed': spec('never', 'usable', { step: 'text', problem: 'words' }),
  /** `last`: what the last of them failed with. */
  'automation.too_many_failures': spec('never', 'usable', { step: 'text', count: 'number', last: 'text' }),
  'automation.cancelled': spec('later', 'none', {}),
  'internal.bug': spec('never', 'usable', { where: 'text', problem: 'words' }),
} as const;

export type ErrorCode = keyof typeof ERRORS;
export type ErrorFamily = ErrorCode extends `${infer F}.${string}` ? F : never;
type DetailsOf<D> = { readonly [K in keyof D as D[K] extends `${string}?` ? never : K]: DetailValue<D[K]> } & {
  readonly [K in keyof D as D[K] extends `${string}?` ? K : never]?: DetailValue<D[K]> | undefined;
};
type DetailValue<K> = K extends 'number' | 'number?'
  ? number
  : K extends 'list'
    ? readonly string[]
    : K extends 'lines'
      ? readonly (string | Phrase)[]
      : K extends 'words' | 'words?'
        ? string | Phrase
        : string;
export type ErrorDetails<C extends ErrorCode> = C extends ErrorCode ? DetailsOf<(typeof ERRORS)[C]['details']> : never;

const brand = Symbol.for('mailwright.EmailError');

/** An error as it leaves the program: JSON lines of the command line, the editor, other hosts. */
export interface ErrorReport {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fix: string;
  readonly retry: Retry;
  readonly session: SessionState;
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * The only error class. `message` is for the log, `fix` for the person, `details` for the program, `cause` for the developer;
 * `retry` says whether the same step may help, `session` whether the session is still alive. No known secret is in any of them.
 */
export class EmailError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C;
  readonly details: ErrorDetails<C>;
  readonly fix: string;
  readonly retry: Retry;
  readonly session: SessionState;
  /** What was done before the error, where a step works on many messages. */
  result?: unknown;

  constructor(code: C, details: ErrorDetails<C>, options?: { readonly cause?: unknown }) {
    const clean = redactDeep(details);
    super(redact(errorText(code, 'message', clean)), options?.cause === undefined ? undefined : { cause: scrub(options.cause) });
    this.name = 'EmailError';
    this.code = code;
    this.details = clean;
    this.fix = redact(errorText(code, 'fix', clean));
    this.retry = ERRORS[code].retry;
    this.session = ERRORS[code].session;
    Object.defineProperty(this, brand, { value: true });
  }

  with(result: unknown): this {
    this.result = result;
    return this;
  }

  /** Its texts, to be told in whatever language is asked for later. */
  get told(): { readonly message: Told; readonly fix: Told } {
    const part = (name: 'message' | 'fix'): Told => ({
      in: (language) => this.in(language)[name],
      toString: () => this[name],
      toJSON: () => this[name],
    });
    return { message: part('message'), fix: part('fix') };
  }

  /** The texts in another language; `language` as in `Accept-Language`. */
  in(language: string): { readonly message: string; readonly fix: string } {
    const locale = languageOf(language);
    const text = (part: 'message' | 'fix') => redact(errorText(this.code, part, this.details, ERROR_TEXTS.get(locale), locale));
    return { message: text('message'), fix: text('fix') };
  }

  toJSON(): ErrorReport {
    const { code, message, fix, retry, session, details } = this;
    return { code, message, fix, retry, session, details };
  }

  /** Recognizes an error by code or family, also across two copies of this package. */
  static is<C extends ErrorCode>(error: unknown, code: C): error is EmailError<C>;
  static is<F extends ErrorFamily>(error: unknown, family: F): error is EmailError<Extract<ErrorCode, `${F}.${string}`>>;
  static is(error: unknown): error is EmailError;
  static is(error: unknown, what?: string): boolean {
    if (typeof error !== 'object' || error === null || !(brand in error)) return false;
    const { code } = error as unknown as EmailError;
    return what === undefined || code === what || code.startsWith(`${what}.`);
  }

  /** Any thrown value as an EmailError: what is none is a bug of ours. */
  static from(error: unknown, where: string): EmailError {
    if (EmailError.is(error)) return error;
    return new EmailError('internal.bug', { where, problem: error instanceof Error ? error.message : String(error) }, { cause: error });
  }
}

/** A library's error object may carry tokens and whole commands: only its name, code, redacted message and stack go on. */
function scrub(cause: unknown): unknown {
  if (EmailError.is(cause)) return cause;
  if (!(cause instanceof Error)) return redact(String(cause));
  const copy = new Error(redact(cause.message));
  copy.name = cause.name;
  copy.stack = redact(cause.stack ?? '');
  const { code } = cause as { code?: unknown };
  if (typeof code === 'string') Object.assign(copy, { code: redact(code) });
  return copy;
}

import { EmailError, excerpt, networkError, say, type MessageRef, type Phrase, type ServerAddress } from '@mailwright/core';
import { cleanText } from '@mailwright/mime';
import { retryAfter } from '@mailwright/network';

/** Where and at what something failed. `seconds`: the deadline that applied. */
export interface Doing {
  readonly address: ServerAddress;
  readonly what: Phrase;
  readonly seconds: number;
  /** Whose mailbox, and who signed in. */
  readonly mailbox?: string | undefined;
  readonly username: string;
  /** The message, and the folder, that it is about. */
  readonly ref?: MessageRef | undefined;
  readonly folder?: string | undefined;
  /** Bytes of what is handed over. */
  readonly size?: number | undefined;
}

/** What a server said in the place of what was asked for. */
export interface Refusal {
  readonly status: number;
  /** Graph's own word for it (learn.microsoft.com, Microsoft Graph error responses), as far as it is one. */
  readonly code: string;
  readonly message: string;
  /** Milliseconds that the server wants to be left alone. */
  readonly retryAfterMs?: number;
  readonly requestId?: string;
  /** It wants more than this token shows (RFC 9470; learn.microsoft.com, claims challenge). */
  readonly challenge?: boolean;
}

/** A refusal as an error of its own, so that it can be thrown and looked at. */
export class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

const LONGEST_CODE = 100;

/** What a body and its headers say of a refusal. `get` reads a header by its lower-case name. */
export function refusalFrom(status: number, get: (name: string) => string | null | undefined, body: unknown): Refusal {
  const { code, message } = ((body as { error?: unknown } | null)?.error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  const retryAfterMs = retryAfter(get('retry-after'));
  const requestId = get('request-id');
  return {
    status,
    code: typeof code === 'string' ? cleanText(code).text.slice(0, LONGEST_CODE) : '',
    message: typeof message === 'string' ? excerpt(cleanText(message).text, 300) : '',
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(typeof requestId === 'string' && /^[\w-]{1,100}$/.test(requestId) && { requestId }),
    ...(/claims=/i.test(get('www-authenticate') ?? '') && { challenge: true }),
  };
}

const words = ({ status, code, message, requestId }: Refusal) =>
  [`${status}`, code, message, ...(requestId === undefined ? [] : [`(request ${requestId})`])].filter((one) => one !== '').join(' ');

const isFolder = ({ code }: Refusal) => code === 'ErrorFolderNotFound';
export const isNotFound = ({ status, code }: Refusal): boolean =>
  status === 404 || code === 'ErrorItemNotFound' || code === 'ErrorInvalidIdMalformed' || code === 'ErrorInvalidId';
export const isThrottled = ({ status, code }: Refusal): boolean => status === 429 || code === 'ErrorServerBusy';
/** The server may well have done it: a gateway gave up waiting (RFC 9110 section 15.6.5). */
export const isDoubtful = ({ status }: Refusal): boolean => status === 504;

/** Codes by which a mail is refused for good. */
const UNSENDABLE = new Set([
  'ErrorInvalidRecipients',
  'ErrorMessageSubmissionBlocked',
  'ErrorQuotaExceeded',
  'ErrorSubmissionQuotaExceeded',
]);
const TOO_LARGE = new Set(['ErrorMessageSizeExceeded', 'RequestEntityTooLarge', 'ErrorAttachmentSizeLimitExceeded']);

/** Any error of a question to Graph as one of ours; the only place that looks at what a server said. */
export function toEmailError(error: unknown, doing: Doing): EmailError {
  if (EmailError.is(error)) return error;
  if (error instanceof Refused) return refused(error.refusal, doing, { cause: error });
  const { host, port } = doing.address;
  const options = { cause: error };
  const { code, name } = error as { readonly code?: string; readonly name?: string };
  if (
    name === 'TimeoutError' ||
    code === 'UND_ERR_HEADERS_TIMEOUT' ||
    code === 'UND_ERR_BODY_TIMEOUT' ||
    code === 'UND_ERR_CONNECT_TIMEOUT'
  )
    return new EmailError('connection.timeout', { host, port, what: doing.what, seconds: doing.seconds }, options);
  if (code?.startsWith('UND_ERR_') || name === 'AbortError') return new EmailError('connection.lost', { host }, options);
  const known = networkError(error, doing.address, doing.what, doing.seconds);
  if (known) return known;
  const problem = error instanceof SyntaxError ? say`its answer is no JSON` : String((error as Error | undefined)?.message ?? error);
  return new EmailError('server.unexpected', { host, problem }, options);
}

function refused(refusal: Refusal, doing: Doing, options: { readonly cause: unknown }): EmailError {
  const { status, code, challenge } = refusal;
  const { address, what, username, mailbox } = doing;
  const { host } = address;
  const serverSaid = words(refusal);
  if (status === 401 && challenge === true)
    return new EmailError('auth.sign_in_needed', { username, provider: host, because: serverSaid }, options);
  if (status === 401) return new EmailError('auth.rejected', { host, username, serverSaid }, options);
  if (code === 'ErrorSendAsDenied' || code === 'ErrorSendOnBehalfOfDenied')
    return new EmailError('auth.mailbox_forbidden', { username: mailbox ?? username, providerSaid: serverSaid, hint: 'send_as' }, options);
  if (status === 403 || code === 'ErrorInvalidUser' || code === 'MailboxNotEnabledForRESTAPI' || code === 'ErrorNonExistentMailbox')
    return new EmailError('auth.mailbox_forbidden', { username: mailbox ?? username, providerSaid: serverSaid, hint: 'graph' }, options);
  if (isFolder(refusal))
    return new EmailError('folder.not_found', { folder: doing.folder ?? doing.ref?.folder ?? '', similar: [] }, options);
  if (isNotFound(refusal) && doing.ref) return new EmailError('message.not_found', { ...doing.ref }, options);
  if (isThrottled(refusal)) return new EmailError('server.throttled', { host, serverSaid: withWish(refusal, serverSaid) }, options);
  if (status === 413 || TOO_LARGE.has(code))
    return new EmailError('message.too_large', { what: say`The message`, size: doing.size ?? 0 }, options);
  if (UNSENDABLE.has(code)) return new EmailError('send.rejected', { addresses: [], serverSaid }, options);
  if (status === 502 || status === 503 || status === 504)
    return new EmailError('server.unavailable', { host, serverSaid: withWish(refusal, serverSaid) }, options);
  if (status >= 400 && status < 500 && code !== '') return new EmailError('server.refused', { what, serverSaid }, options);
  return new EmailError('server.unexpected', { host, problem: serverSaid }, options);
}

const withWish = ({ retryAfterMs }: Refusal, said: string) =>
  retryAfterMs === undefined ? said : `${said}, Retry-After ${Math.ceil(retryAfterMs / 1000)} s`;

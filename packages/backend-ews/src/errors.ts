import { EmailError, excerpt, networkError, say, type MessageRef, type Phrase, type ServerAddress } from '@mailwright/core';
import { cleanText } from '@mailwright/mime';
import { isRefusal, type Refusal } from './answer.ts';
import { CLOUD_HOSTS } from './config.ts';

/** Where and at what something failed. `seconds`: the deadline that applied. */
export interface Doing {
  readonly address: ServerAddress;
  readonly what: Phrase;
  readonly seconds: number;
  readonly username?: string | undefined;
  readonly mailbox?: string | undefined;
  /** A token signs in: it was renewed before it was refused for good. */
  readonly byToken?: boolean | undefined;
  /** The id of the application that the token was made out to. */
  readonly application?: string | undefined;
  /** The message or folder that the request was about. */
  readonly ref?: MessageRef;
  readonly folder?: string;
  /** Bytes of the message that was handed over. */
  readonly size?: number;
}

/** A status that is no answer of EWS. */
interface Status extends Error {
  readonly code: 'STATUS';
  readonly status: number;
  readonly said: string;
  readonly retryAfter?: number | undefined;
}

/** `retryAfter`: milliseconds. */
export const statusError = (status: number, said: string, retryAfter?: number): Status =>
  Object.assign(new Error(`HTTP ${status}`), { code: 'STATUS' as const, status, said, retryAfter });
const isStatus = (error: unknown): error is Status => (error as { readonly code?: unknown } | undefined)?.code === 'STATUS';

/** Any error of the transport, the parser, or of what the server said, as one of ours. The only place that looks at response codes. */
export function toEmailError(error: unknown, doing: Doing): EmailError {
  if (EmailError.is(error)) return error;
  const { address, what, seconds } = doing;
  const options = { cause: error };
  if (isRefusal(error)) return ofResponse(error, doing);
  if (isStatus(error)) return ofStatus(error, doing);
  const { code, message = '' } = error as { readonly code?: unknown; readonly message?: string };
  const { host, port } = address;
  if (code === 'XML') return new EmailError('server.unexpected', { host, problem: cleanText(message).text.slice(0, 300) }, options);
  if (typeof code === 'string' && (code.startsWith('Z_') || code.startsWith('HPE_')))
    return new EmailError('server.unexpected', { host, problem: message }, options);
  if (code === 'ABORT_ERR' || code === 'ERR_STREAM_PREMATURE_CLOSE') return new EmailError('connection.lost', { host }, options);
  if ((error as Error).name === 'TimeoutError') return new EmailError('connection.timeout', { host, port, what, seconds }, options);
  return networkError(error, address, what, seconds) ?? new EmailError('server.unexpected', { host, problem: message }, options);
}

/** Milliseconds that a server that is busy wants us to wait; `unknown` where it names none; undefined where it is not busy. */
export function busyFor(error: unknown): number | 'unknown' | undefined {
  if (isRefusal(error)) return BUSY.has(error.response) ? (error.backOff ?? 'unknown') : undefined;
  if (isStatus(error)) return error.status === 429 || error.status === 503 ? (error.retryAfter ?? 'unknown') : undefined;
  return undefined;
}

const BUSY = new Set(['ErrorServerBusy', 'ErrorExceededConnectionCount', 'ErrorExceededFindCountLimit', 'ErrorTooManyObjectsOpened']);
const FORBIDDEN = new Set([
  'ErrorImpersonateUserDenied',
  'ErrorImpersonationDenied',
  'ErrorImpersonationFailed',
  'ErrorAccessDenied',
  'ErrorNonExistentMailbox',
  'ErrorNoRespondingCASInDestinationSite',
  'ErrorMailboxStoreUnavailableForUser',
]);
const NO_MESSAGE = new Set([
  'ErrorItemNotFound',
  'ErrorInvalidId',
  'ErrorInvalidIdEmpty',
  'ErrorInvalidIdMalformed',
  'ErrorInvalidIdMalformedEwsLegacyIdFormat',
  'ErrorInvalidIdMonikerTooLong',
  'ErrorInvalidIdNotAnItemAttachmentId',
  'ErrorInvalidIdReturnedByResolveNames',
  'ErrorInvalidIdStoreObjectIdTooLong',
  'ErrorInvalidIdTooManyAttachmentLevels',
  'ErrorInvalidIdXml',
  'ErrorCannotUseItemIdForFolderId',
  'ErrorCannotUseFolderIdForItemId',
]);
const NO_FOLDER = new Set(['ErrorFolderNotFound', 'ErrorParentFolderNotFound', 'ErrorToFolderNotFound']);
const TOO_LARGE = new Set(['ErrorMessageSizeExceeded', 'ErrorAttachmentSizeLimitExceeded']);
const NOT_SENT = new Set(['ErrorInvalidRecipients', 'ErrorMissingRecipients', 'ErrorSubmissionQuotaExceeded']);
const NOT_NOW = new Set([
  'ErrorMailboxStoreUnavailable',
  'ErrorTimeoutExpired',
  'ErrorInternalServerTransientError',
  'ErrorMailboxMoveInProgress',
  'ErrorConnectionFailed',
  'ErrorADUnavailable',
]);
const NOT_FOR_VERSION = new Set([
  'ErrorInvalidServerVersion',
  'ErrorSchemaValidation',
  'ErrorIncorrectSchemaVersion',
  'ErrorInvalidRequest',
]);

function ofResponse(error: Refusal, { address, what, mailbox, ref, folder, size }: Doing): EmailError {
  const { response, said } = error;
  const options = { cause: error };
  const { host } = address;
  const serverSaid = excerpt(`${response}${said === '' ? '' : `: ${said}`}`, 500);
  if (BUSY.has(response)) return throttled(host, serverSaid, error.backOff, options);
  if (response === 'ErrorSendAsDenied')
    return new EmailError('auth.mailbox_forbidden', { username: mailbox, providerSaid: serverSaid, hint: 'send_as' }, options);
  if (FORBIDDEN.has(response))
    return new EmailError('auth.mailbox_forbidden', { username: mailbox, providerSaid: serverSaid, hint: 'exchange' }, options);
  if (NO_MESSAGE.has(response))
    return new EmailError('message.not_found', { folder: ref?.folder ?? folder ?? '', id: ref?.id ?? '' }, options);
  if (NO_FOLDER.has(response)) return new EmailError('folder.not_found', { folder: folder ?? '', similar: [] }, options);
  if (TOO_LARGE.has(response) && size !== undefined) return new EmailError('message.too_large', { what: say`The message`, size }, options);
  if (NOT_SENT.has(response)) return new EmailError('send.rejected', { addresses: [], serverSaid }, options);
  if (NOT_NOW.has(response)) return new EmailError('server.unavailable', { host, serverSaid }, options);
  if (NOT_FOR_VERSION.has(response)) return new EmailError('server.refused', { what, serverSaid, hint: 'exchange_version' }, options);
  if (REFUSED.has(response)) return new EmailError('server.refused', { what, serverSaid }, options);
  return new EmailError('server.unexpected', { host, problem: serverSaid }, options);
}

const REFUSED = new Set([
  ...TOO_LARGE,

  'ErrorQuotaExceeded',
  'ErrorFolderExists',
  'ErrorCreateItemAccessDenied',
  'ErrorMoveCopyFailed',
  'ErrorCannotDeleteObject',
  'ErrorDataSizeLimitExceeded',
]);

const throttled = (host: string, said: string, ms: number | undefined, options: { readonly cause: unknown }) =>
  new EmailError('server.throttled', { host, serverSaid: ms === undefined ? said : `${said} (wait ${Math.ceil(ms / 1000)} s)` }, options);

/** Whether a host is one of Exchange Online, where EWS ends. */
export const isExchangeOnline = (host: string): boolean =>
  (Object.values(CLOUD_HOSTS) as string[]).includes(host) ||
  /(^|\.)(office365\.(com|us)|outlook\.(office|com|cn)|office\.com)$/i.test(host);

function ofStatus(error: Status, { address, what, username, byToken = false, application, mailbox, size }: Doing): EmailError {
  const { status, said, retryAfter } = error;
  const options = { cause: error };
  const { host } = address;
  const words = excerpt(`HTTP ${status}${said === '' ? '' : ` ${said}`}`, 300);
  switch (status) {
    case 401:
      if (/multi.?factor|\bmfa\b/i.test(said)) return new EmailError('auth.mfa_required', { username: username ?? '' }, options);
      return new EmailError(
        byToken ? 'auth.token_expired' : 'auth.rejected',
        { host, username: username ?? '', serverSaid: words },
        options,
      );
    case 403:
      if (isExchangeOnline(host)) return new EmailError('server.retired', { host, what: 'ews', application, serverSaid: words }, options);
      return new EmailError('auth.mailbox_forbidden', { username: mailbox ?? username, providerSaid: words, hint: 'exchange' }, options);
    case 404:
    case 405:
      return new EmailError('server.unexpected', { host, problem: say`there is no EWS at this address (${{ words }})` }, options);
    case 413:
      return size === undefined
        ? new EmailError('server.refused', { what, serverSaid: words }, options)
        : new EmailError('message.too_large', { what: say`The message`, size }, options);
    case 429:
    case 503:
      return throttled(host, words, retryAfter, options);
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
      return new EmailError(
        'server.unexpected',
        { host, problem: say`it sends us elsewhere (${{ words }}); a login is not taken along` },
        options,
      );
    default:
      return status === 502 || status === 504
        ? new EmailError('server.unavailable', { host, serverSaid: words }, options)
        : new EmailError('server.unexpected', { host, problem: words }, options);
  }
}

import { element, escape, type Markup } from './xml.ts';

/** A refusal by its response code (Microsoft's ResponseCodeType), for one item or for the whole request. */
export class Refusal extends Error {
  readonly code: string;
  /** More, for programs: what stands in MessageXml, by name. */
  readonly values: Readonly<Record<string, string>>;
  constructor(code: string, message = TEXTS[code] ?? 'The request was refused.', values: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.values = values;
  }
}

const TEXTS: Readonly<Record<string, string>> = {
  ErrorItemNotFound: 'The specified object was not found in the store.',
  ErrorFolderNotFound: 'The specified folder could not be found in the store.',
  ErrorToFolderNotFound: 'The destination folder could not be found in the store.',
  ErrorInvalidIdMalformed: 'Id is malformed.',
  ErrorAccessDenied: 'Access is denied. Check credentials and try again.',
  ErrorNonExistentMailbox: 'No mailbox with such a SMTP address exists.',
  ErrorImpersonateUserDenied: 'The account does not have permission to impersonate the requested user.',
  ErrorIrresolvableConflict:
    'The send or update operation could not be performed because the change key passed in the request does not match the current one.',
  ErrorStaleObject: 'An object within a change description is stale.',
  ErrorChangeKeyRequired: 'The change key is required for this operation.',
  ErrorServerBusy: 'The server cannot service this request right now. Try again later.',
  ErrorInvalidSyncStateData: 'The sync state data is invalid.',
  ErrorFolderExists: 'A folder with the specified name already exists.',
  ErrorInvalidRecipients: 'At least one recipient is not valid.',
  ErrorSendAsDenied:
    'The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account.',
  ErrorInvalidServerVersion: 'The request uses something that the requested server version does not have.',
  ErrorBatchProcessingStopped: 'Batch processing stopped because of an earlier error.',
};

/** The values as MessageXml holds them. */
export function valuesOf(values: Readonly<Record<string, string>>): Markup {
  return Object.entries(values).map(([name, value]) => element('Value', escape(value), { Name: name }));
}

import { diskReason } from '@mailwright/backend-file';
import { EmailError } from '@mailwright/core';

/** An error of the disk as `attachment.disk`; what is none, such as a connection that broke, as it is. */
export function diskError(error: unknown, path: string): unknown {
  if (EmailError.is(error)) return error;
  const reason = diskReason(error);
  return reason === undefined ? error : new EmailError('attachment.disk', { path, reason }, { cause: error });
}

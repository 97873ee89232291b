import { EmailError } from '@mailwright/core';

/** Why the file system said no, by the codes of errno(3). */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'rights',
  EPERM: 'rights',
  EROFS: 'read_only',
  ENOSPC: 'full',
  EDQUOT: 'full',
  EFBIG: 'full',
  EEXIST: 'no_folder',
  ENOTDIR: 'no_folder',
  EISDIR: 'no_file',
  ENAMETOOLONG: 'name',
  EINVAL: 'name',
  ENOENT: 'away',
  EIO: 'away',
  EBUSY: 'busy',
  ETXTBSY: 'busy',
  EMFILE: 'busy',
  ENFILE: 'busy',
};

/** An error of the disk as `attachment.disk`; what is none, such as a connection that broke, as it is. */
export function diskError(error: unknown, path: string): unknown {
  if (EmailError.is(error) || typeof error !== 'object' || error === null || !('code' in error)) return error;
  const reason = REASONS[String(error.code)];
  return reason === undefined ? error : new EmailError('attachment.disk', { path, reason }, { cause: error });
}

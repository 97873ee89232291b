import { EmailError, type MessageRef } from '@mailwright/core';
import { codeOf, diskReason } from './disk.ts';

/** Any error of the disk as one of ours; `path` is what was worked on. The only place that looks at what the system said. */
export function toEmailError(error: unknown, path: string): unknown {
  if (EmailError.is(error)) return error;
  const reason = diskReason(error);
  return reason === undefined ? error : new EmailError('folder.disk', { path, reason }, { cause: error });
}

/** It is not there (any more): another program took it away, or a folder above it. */
export const isGone = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(codeOf(error));

export const notFound = ({ folder, id }: MessageRef): EmailError => new EmailError('message.not_found', { folder, id });

import { EmailError, resolveFolder, type Folder } from '@mailwright/core';

export const INBOX = 'INBOX';
const ONLY: readonly Folder[] = [{ path: INBOX, name: INBOX, role: 'inbox' }];

/** A POP3 server shows one folder. Errors: `folder.not_found`, which says so, `folder.role_missing`. */
export function checkFolder(folder: string): void {
  try {
    resolveFolder(folder, ONLY);
  } catch (error) {
    if (!EmailError.is(error, 'folder.not_found')) throw error;
    throw new EmailError('folder.not_found', { folder, similar: [], hint: 'inbox_only' });
  }
}

import { EmailError, defineAction, folder, resolveFolder } from '@mailwright/core';
import { z } from 'zod';

export const folderExists = defineAction({
  id: 'email.folder-exists',
  title: 'Folder exists',
  summary: 'Says whether a folder is there, found the way every other block finds it. A missing one is no error.',
  line: 'Does folder {folder} exist?',
  effect: 'read',
  needs: ['listFolders'],
  input: z.strictObject({ folder: folder({ title: 'Folder' }) }),
  output: z.object({ exists: z.boolean(), path: z.string().optional() }),
  async run({ folder: wanted }, { mailbox }) {
    try {
      return { exists: true, path: resolveFolder(wanted, await mailbox.listFolders()).path };
    } catch (error) {
      if (EmailError.is(error, 'folder.not_found') || EmailError.is(error, 'folder.role_missing')) return { exists: false };
      throw error;
    }
  },
});

import { defineBackend } from '@mailwright/core';
import { config } from './config.ts';

export { diskReason, placeFile, syncFolder } from './disk.ts';

/** Mail files on disk: a folder of .eml files, a Maildir, or an mbox file, which is only read. What is sent stays, in Outbox. */
export const file = defineBackend({
  id: 'file',
  title: 'Mail files on disk',
  config,
  authModes: ['none'],
  provides: [
    'search',
    'read',
    'listFolders',
    'createFolder',
    'move',
    'copy',
    'mark',
    'trash',
    'erase',
    'append',
    'saveDraft',
    'send',
    'changes',
  ],
  open: async (...given) => (await import('./open.ts')).open(...given),
});

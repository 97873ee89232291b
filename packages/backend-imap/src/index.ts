import { MAIL_MODES, defineBackend } from '@mailwright/core';
import { config } from './config.ts';

/** A mail server over IMAP (RFC 3501, RFC 9051). */
export const imap = defineBackend({
  id: 'imap',
  title: 'Email server (IMAP)',
  config,
  authModes: MAIL_MODES,
  provides: [
    'search',
    'read',
    'listFolders',
    'createFolder',
    'move',
    'copy',
    'mark',
    'label',
    'trash',
    'erase',
    'append',
    'saveDraft',
    'changes',
    'watch',
  ],
  open: async (...given) => (await import('./open.ts')).open(...given),
});

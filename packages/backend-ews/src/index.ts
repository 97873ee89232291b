import { MAIL_MODES, defineBackend } from '@mailwright/core';
import { hostOf } from './address.ts';
import { config } from './config.ts';

/** Exchange over EWS: Exchange Server on premises first; Exchange Online until it is switched off there. */
export const ews = defineBackend({
  id: 'ews',
  title: 'Exchange server (EWS)',
  config,
  authModes: [...MAIL_MODES.filter((mode) => mode !== 'google-service-account'), 'none'],
  withoutLogin: 'Whoever is signed in to Windows (Kerberos)',
  hostOf,
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
    'send',
    'changes',
  ],
  open: async (...given) => (await import('./open.ts')).open(...given),
});

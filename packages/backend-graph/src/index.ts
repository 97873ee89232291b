import { defineBackend } from '@mailwright/core';
import { addressOf, config } from './config.ts';

/** A mailbox of Microsoft 365 over Microsoft Graph v1.0 (docs/decisions/0025-graph.md). */
export const graph = defineBackend({
  id: 'graph',
  title: 'Microsoft 365 mailbox (Graph)',
  config,
  hostOf: (given) => addressOf(given).host,
  authModes: ['oauth-pkce', 'oauth-device-code', 'oauth-client-credentials', 'oauth-ropc', 'oauth-vault'],
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
    'saveDraft',
    'send',
    'changes',
  ],
  open: async (...given) => (await import('./open.ts')).open(...given),
});

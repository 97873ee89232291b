import { MAIL_MODES, defineBackend } from '@mailwright/core';
import { config } from './config.ts';

/** A mail server over POP3 (RFC 1939): the inbox alone, no flags; what is erased goes when the session is closed. */
export const pop3 = defineBackend({
  id: 'pop3',
  title: 'Email server (POP3)',
  config,
  authModes: MAIL_MODES,
  provides: ['search', 'read', 'erase', 'changes'],
  open: async (...given) => (await import('./open.ts')).open(...given),
});

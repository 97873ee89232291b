import { MAIL_MODES, defineSender } from '@mailwright/core';
import { config } from './config.ts';

/** Sending over SMTP submission (RFC 6409). Also a session of its own: sending only. */
export const smtp = defineSender({
  id: 'smtp',
  title: 'Sending only (SMTP)',
  config,
  authModes: ['none', ...MAIL_MODES],
  provides: ['send'],
  open: async (...given) => (await import('./open.ts')).open(...given),
});

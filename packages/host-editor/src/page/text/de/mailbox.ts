import type { mailbox as en } from '../en/mailbox.ts';
import type { Translated } from '../translated.ts';

export const mailbox: Translated<typeof en> = {};

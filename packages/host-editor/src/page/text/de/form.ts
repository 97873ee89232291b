import type { form as en } from '../en/form.ts';
import type { Translated } from '../translated.ts';

export const form: Translated<typeof en> = {};

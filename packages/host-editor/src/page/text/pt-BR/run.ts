import type { run as en } from '../en/run.ts';
import type { Translated } from '../translated.ts';

export const run: Translated<typeof en> = {};

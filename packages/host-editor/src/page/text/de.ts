import type { Dictionary } from './text.ts';
import { form } from './de/form.ts';
import { mailbox } from './de/mailbox.ts';
import { run } from './de/run.ts';
import { screens } from './de/screens.ts';
import { shell } from './de/shell.ts';
import { steps } from './de/steps.ts';

export const de: Dictionary = { ...shell, ...steps, ...form, ...run, ...mailbox, ...screens };

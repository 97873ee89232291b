import { form } from './en/form.ts';
import { mailbox } from './en/mailbox.ts';
import { run } from './en/run.ts';
import { screens } from './en/screens.ts';
import { shell } from './en/shell.ts';
import { steps } from './en/steps.ts';

/** The English texts; their keys are those of every language. Each part of the page has its file. */
export const en = { ...shell, ...steps, ...form, ...run, ...mailbox, ...screens };

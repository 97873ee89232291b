import type { Dictionary } from './text.ts';
import { form } from './pt-BR/form.ts';
import { mailbox } from './pt-BR/mailbox.ts';
import { run } from './pt-BR/run.ts';
import { screens } from './pt-BR/screens.ts';
import { shell } from './pt-BR/shell.ts';
import { steps } from './pt-BR/steps.ts';

export const ptBR: Dictionary = { ...shell, ...steps, ...form, ...run, ...mailbox, ...screens };

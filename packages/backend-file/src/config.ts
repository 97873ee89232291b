import { more } from '@mailwright/core';
import { z } from 'zod';

/** The fields of the form: where the mail is, and as what. */
export const config = z.strictObject({
  path: z.string().min(1).meta({ title: 'Path', description: 'A folder of .eml files, a Maildir, or an mbox file' }),
  from: z
    .string()
    .trim()
    .min(1)
    .default('me@example.invalid')
    .meta(more({ title: 'From', description: 'Who mail comes from unless a step says otherwise: an address, or Name <address>' })),
  form: z
    .enum(['eml', 'maildir', 'mbox'])
    .optional()
    .meta(more({ title: 'Form', description: 'How the mail is kept there; found out if left out' })),
});
export type Config = z.output<typeof config>;
export type Form = NonNullable<Config['form']>;

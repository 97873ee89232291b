import { serverFields, type Ports } from '@mailwright/core';
import { z } from 'zod';

export const PORTS: Ports = { tls: 465, starttls: 587, none: 25 };

/** The fields of an SMTP server. Microsoft 365 takes submissions on 587 with STARTTLS only. */
export const config = z.strictObject({
  ...serverFields(PORTS),
  from: z
    .string()
    .trim()
    .min(1)
    .optional()
    .meta({ title: 'From', description: 'Who mail comes from unless a step says otherwise: an address, or Name <address>' }),
});
export type Config = z.output<typeof config>;

import { serverFields, type Ports } from '@mailwright/core';
import { z } from 'zod';

export const PORTS: Ports = { tls: 995, starttls: 110, none: 110 };

/** The fields of the form: where the server is and how the way to it is protected. */
export const config = z.strictObject(serverFields(PORTS));
export type Config = z.output<typeof config>;

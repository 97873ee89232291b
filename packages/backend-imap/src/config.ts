import { serverFields, type Ports } from '@mailwright/core';
import { z } from 'zod';

export const PORTS: Ports = { tls: 993, starttls: 143, none: 143 };

/** The fields of the form: where the server is and how the way to it is protected. */
export const config = z.strictObject(serverFields(PORTS));
export type Config = z.output<typeof config>;

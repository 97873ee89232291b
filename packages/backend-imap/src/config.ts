import { serverFields } from '@mailwright/core';
import { z } from 'zod';

/** The fields of the form: where the server is and how the way to it is protected. */
export const config = z.strictObject(serverFields);
export type Config = z.output<typeof config>;

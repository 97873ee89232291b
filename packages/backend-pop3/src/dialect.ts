import { checkFlags } from '@mailwright/network';
import type { Filter } from '@mailwright/core';

/** A POP3 server searches nothing; the header of each message, which TOP brings, plays its part. */
export { HEADERS } from '@mailwright/network';

/** POP3 has no marks. Errors: `capability.unsupported`. */
export const checkFilter = (filter: Filter, session: string): void => checkFlags(filter, session, 'pop3');

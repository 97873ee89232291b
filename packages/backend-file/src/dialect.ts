import { checkFlags } from '@mailwright/network';
import type { Filter } from '@mailwright/core';

/** Files are searched by nobody but us: their headers first. */
export { HEADERS } from '@mailwright/network';

/** Errors: `capability.unsupported` for a condition on marks where the form of the files knows none. */
export function checkFilter(filter: Filter, session: string, marks: boolean): void {
  if (!marks) checkFlags(filter, session, 'file');
}

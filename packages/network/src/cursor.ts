import { createHash } from 'node:crypto';
import { EmailError, say } from '@mailwright/core';

/** Characters that stand for one id: 72 bits of its hash, so that two of a million are never taken for one. */
const WIDTH = 12;

/** A cursor of `Mailbox.changes`: of which kind of server and folder it is, and what the backend wants to know again. */
export const cursorOf = (backend: string, folder: string, state: string): string => JSON.stringify([backend, folder, state]);

/** What the backend wanted to know again. Errors: `input.invalid` for a cursor of another folder, of another kind of server, or of nobody's. */
export function stateIn(cursor: string, backend: string, folder: string): string {
  const parts = parsed(cursor);
  if (Array.isArray(parts) && parts.length === 3 && parts[0] === backend && parts[1] === folder && typeof parts[2] === 'string')
    return parts[2];
  throw new EmailError('input.invalid', {
    path: 'cursor',
    problem: say`this place in the folder "${{ path: folder }}" was noted for another folder or server`,
    cure: say`Begin anew, without it.`,
  });
}

/** A state for servers that number nothing: all ids that are there, by their hashes. */
export const knownIds = (ids: Iterable<string>): string => Array.from(ids, hashed).join('');

/** Whether an id is not among those of such a state. */
export function unknownTo(state: string): (id: string) => boolean {
  const known = new Set(state.match(new RegExp(`.{${WIDTH}}`, 'g')));
  return (id) => !known.has(hashed(id));
}

const hashed = (id: string) => createHash('sha256').update(id).digest('base64url').slice(0, WIDTH);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

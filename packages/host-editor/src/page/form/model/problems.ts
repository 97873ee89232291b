import type { ProblemShown } from '../../../api.ts';
import { pointerOf } from './value.ts';

/** The part of a problem that a field shows. */
export interface Trouble {
  readonly message: string;
  readonly fix: string;
  readonly warning: boolean;
  /** The field itself has to be filled in. */
  readonly missing: boolean;
}

/** Where a problem belongs in its step. `where` is the field from outside in: `server (imap), auth (basic), password`. */
export function placeOf({ pointer, where }: ProblemShown, inWith: boolean): string | undefined {
  if (pointer !== undefined) return pointer;
  if (where === undefined) return undefined;
  const parts = where.split(/, | > /).map((part) => part.replace(/ \(.*\)$/, '').trim());
  return pointerOf(inWith && parts[0] !== 'with' ? ['with', ...parts] : parts);
}

/** Problems by the field that shows them: the deepest one on the way to where the problem is. What no field shows is under ''. */
export function byField(
  problems: readonly (ProblemShown & { readonly warning?: boolean })[],
  shown: readonly string[],
  inWith = true,
): ReadonlyMap<string, readonly Trouble[]> {
  const found = new Map<string, Trouble[]>();
  for (const problem of problems) {
    const place = placeOf(problem, inWith) ?? '';
    const field = shown
      .filter((one) => one !== '' && (place === one || place.startsWith(`${one}/`)))
      .reduce((longest, one) => (one.length > longest.length ? one : longest), '');
    const trouble = {
      message: problem.message,
      fix: problem.fix,
      warning: problem.warning ?? false,
      missing: problem.missing === true && place === field,
    };
    found.set(field, [...(found.get(field) ?? []), trouble]);
  }
  return found;
}

import { editDistance, say, type Phrase } from '@mailwright/core';

/** The known name that was probably meant; letter case alone is no difference. */
export function near(wanted: string, known: readonly string[]): string | undefined {
  const ranked = known.map((name) => ({ name, distance: editDistance(wanted.toLowerCase(), name.toLowerCase()) }));
  const best = ranked.sort((a, b) => a.distance - b.distance)[0];
  const limit = wanted.length <= 3 ? 1 : wanted.length <= 6 ? 2 : 3;
  return best && best.distance <= limit && best.distance < wanted.length ? best.name : undefined;
}

/** "Did you mean ...?", or all that there is. */
export function suggestion(wanted: string, known: readonly string[], label: Phrase): Phrase {
  const found = near(wanted, known);
  if (found !== undefined) return say`Did you mean "${{ found }}"?`;
  return known.length === 0 ? say`Leave it out.` : say`${{ label }}: ${{ known: known.join(', ') }}.`;
}

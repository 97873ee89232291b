/** Whether a folder's path fits a LIST pattern (RFC 3501 section 6.3.8): `*` is any text, `%` any text within one level. */
export function fits(path: string, pattern: string): boolean {
  // One pass per character of the pattern, whatever a client sends: `places` holds where the pattern so far may end.
  let places = new Set([0]);
  for (const character of pattern.replace(/^inbox(?=\/|$)/i, 'INBOX')) {
    const next = new Set<number>();
    for (const place of places) {
      if (character === '*' || character === '%') spread(path, place, character === '*', next);
      else if (path.startsWith(character, place)) next.add(place + character.length);
    }
    places = next;
  }
  return places.has(path.length);
}

function spread(path: string, from: number, acrossLevels: boolean, places: Set<number>): void {
  for (let place = from; place <= path.length && !places.has(place); place++) {
    places.add(place);
    if (!acrossLevels && path[place] === '/') break;
  }
}

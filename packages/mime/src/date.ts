const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** RFC 5322 section 4.3; other names mean +0000 there. */
const ZONES: Readonly<Record<string, number>> = {
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
  CET: 1,
  CEST: 2,
  MEZ: 1,
  MESZ: 2,
  JST: 9,
};
const DATE =
  /^(?:[a-z]+\.?,?\s+)?(\d{1,2})[\s-]+([a-z]{3})[a-z]*\.?,?[\s-]+(\d{2,4})(?:\s+(\d{1,2}) ?[:.] ?(\d{2})(?: ?[:.] ?(\d{2})(?:\.\d+)?)?)?(?: ?((?:GMT|UTC)?[+-]\d{2}:?\d{2}|[+-]\d{3}|[a-z]+)(?: .*)?)?$/i;

/** A Date header (RFC 5322 section 3.3 and 4.3) as ISO 8601 in UTC; undefined when it cannot be read: never a guess. */
export function parseDate(header: string): string | undefined {
  const match = DATE.exec(
    header
      .replace(/\([^()]*\)/g, ' ')
      .trim()
      .replace(/\s+/g, ' '),
  );
  if (!match) return undefined;
  const [, day = '', month = '', year = '', hour = '0', minute = '0', second = '0', zone = ''] = match;
  const index = MONTHS.indexOf(month.toLowerCase());
  if (index < 0) return undefined;
  const full =
    year.length === 2 ? Number(year) + (Number(year) < 50 ? 2000 : 1900) : year.length === 3 ? Number(year) + 1900 : Number(year);
  const time = Date.UTC(full, index, Number(day), Number(hour), Number(minute), Math.min(Number(second), 59)) - offset(zone) * 60_000;
  const right =
    Number(day) >= 1 && Number(day) <= new Date(Date.UTC(full, index + 1, 0)).getUTCDate() && Number(hour) < 24 && Number(minute) < 60;
  return right && Number.isFinite(time) ? new Date(time).toISOString() : undefined;
}

/** Minutes east of UTC. */
function offset(zone: string): number {
  const numeric = /([+-])(\d{1,2}):?(\d{2})$/.exec(zone);
  if (!numeric) return (ZONES[zone.toUpperCase()] ?? 0) * 60;
  const minutes = Number(numeric[2]) * 60 + Number(numeric[3]);
  return numeric[1] === '-' ? -minutes : minutes;
}

/** The date and time, with its zone, that stands in a sentence such as a server's greeting; ISO 8601 in UTC, undefined where there is none. */
export function timeIn(text: string): string | undefined {
  const found = /\d{1,2} [a-z]{3} \d{4} \d{2}:\d{2}:\d{2} (?:[+-]\d{4}|GMT|UTC)/i.exec(text)?.[0];
  return found === undefined ? undefined : parseDate(found);
}

/** When the last server on the way took a mail: the date in its topmost Received header (RFC 5321 section 4.4); ISO 8601 in UTC. */
export function receivedIn(headers: ReadonlyMap<string, readonly string[]>): string | undefined {
  const [last = ''] = headers.get('received') ?? [];
  return last.includes(';') ? parseDate(last.slice(last.lastIndexOf(';') + 1)) : undefined;
}

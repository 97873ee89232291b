import type { Component } from './calendar.ts';

const DAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const DAY = 86_400_000;

/** A change of the clocks: when, on the clock before it, and minutes east of UTC before and after, all as if it were UTC. */
interface Change {
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

/**
 * A local time (milliseconds as if it were UTC) as an instant: by the IANA name of its zone, else by the rules that came along (VTIMEZONE,
 * RFC 5545 section 3.6.5), since calendars of Windows name zones in their own way. Undefined where neither helps.
 */
export function instantOf(local: number, zone: string, calendar: Component): number | undefined {
  const named = byName(local, zone);
  if (named !== undefined) return named;
  const rules = calendar.components.find(({ name, lines }) => name === 'VTIMEZONE' && valueOf(lines, 'TZID') === zone);
  const offset = rules && offsetAt(local, rules);
  return offset === undefined ? undefined : local - offset * 60_000;
}

function byName(local: number, timeZone: string): number | undefined {
  try {
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
    // Two rounds: the offset at the guessed instant may be the one before a change of the clocks.
    let instant = local;
    for (let round = 0; round < 2; round++) instant += local - Date.parse(`${format.format(instant).replace(' ', 'T')}Z`);
    return instant;
  } catch {
    return undefined;
  }
}

function offsetAt(local: number, { components }: Component): number | undefined {
  const changes = components.flatMap((observance) => changesBefore(local, observance));
  const last = changes.filter(({ at }) => at <= local).toSorted((a, b) => b.at - a.at)[0];
  return last?.after ?? changes.toSorted((a, b) => a.at - b.at)[0]?.before;
}

/** The newest changes up to a time that one STANDARD or DAYLIGHT tells of: yearly ones, listed ones, or the only one. */
function changesBefore(local: number, { lines }: Component): Change[] {
  const before = minutesOf(valueOf(lines, 'TZOFFSETFROM'));
  const after = minutesOf(valueOf(lines, 'TZOFFSETTO'));
  const first = localTime(valueOf(lines, 'DTSTART'));
  if (before === undefined || after === undefined || first === undefined) return [];
  const rule = new Map(
    valueOf(lines, 'RRULE')
      .split(';')
      .map((part) => part.toUpperCase().split('=') as [string, string]),
  );
  const until = localTime(rule.get('UNTIL') ?? '') ?? Infinity;
  const listed = lines.filter(({ name }) => name === 'RDATE').flatMap(({ value }) => value.split(',').map(localTime));
  const year = new Date(Math.min(local, until)).getUTCFullYear();
  const yearly = rule.get('FREQ') === 'YEARLY' ? [year - 1, year].map((one) => inYear(one, first, rule)) : [];
  return [first, ...listed, ...yearly].flatMap((at) => (at === undefined || at < first || at > until + DAY ? [] : [{ at, before, after }]));
}

/** `BYMONTH=3;BYDAY=-1SU`: the last Sunday of March; `BYMONTHDAY` narrows the days down. */
function inYear(year: number, first: number, rule: ReadonlyMap<string, string>): number | undefined {
  const start = new Date(first);
  const month = rule.has('BYMONTH') ? Number(rule.get('BYMONTH')) - 1 : start.getUTCMonth();
  const [, nth = '', weekday = ''] = /^([+-]?\d)?([A-Z]{2})$/.exec(rule.get('BYDAY') ?? '') ?? [];
  const among = rule.get('BYMONTHDAY')?.split(',').map(Number) ?? (weekday === '' ? [start.getUTCDate()] : undefined);
  const days = Array.from({ length: new Date(Date.UTC(year, month + 1, 0)).getUTCDate() || 0 }, (_, index) => index + 1).filter(
    (day) =>
      (among?.includes(day) ?? true) && (weekday === '' || new Date(Date.UTC(year, month, day)).getUTCDay() === DAYS.indexOf(weekday)),
  );
  const day = days.at(Number(nth) > 0 ? Number(nth) - 1 : Number(nth));
  return day === undefined ? undefined : Date.UTC(year, month, day) + (((first % DAY) + DAY) % DAY);
}

/** `20260329T020000`, with or without Z, in milliseconds as if it were UTC; undefined if there is no such day. */
export function localTime(value: string): number | undefined {
  const [, year, month, day, hour = '00', minute = '00', second = '00'] =
    /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z?)?$/.exec(value) ?? [];
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) || new Date(time).getUTCDate() !== Number(day) ? undefined : time;
}

/** `+0130` in minutes. */
function minutesOf(offset: string): number | undefined {
  const [, sign, hours, minutes] = /^([+-])(\d\d)(\d\d)/.exec(offset) ?? [];
  return sign === undefined ? undefined : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

const valueOf = (lines: Component['lines'], wanted: string): string => lines.find(({ name }) => name === wanted)?.value ?? '';

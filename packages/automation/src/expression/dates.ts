import { EmailError } from '@mailwright/core';
import { DateTime, type DurationLikeObject } from 'luxon';

/** Where `now()` and the default time zone of expressions come from. `timeZone` is an IANA name. */
export interface Clock {
  now(): Date;
  readonly timeZone: string;
}

const UNITS = ['years', 'months', 'weeks', 'days', 'hours', 'minutes', 'seconds'] as const;
type Unit = (typeof UNITS)[number];

/** An instant from an ISO 8601 text; a day or a time without offset counts in the clock's zone. */
export function toDate(value: unknown, clock: Clock): Date {
  if (value instanceof Date) return value;
  const parsed = DateTime.fromISO(String(value), { zone: clock.timeZone });
  if (parsed.isValid) return parsed.toJSDate();
  throw mistake('date', `"${String(value).slice(0, 40)}" is no date`, 'Write it as 2026-01-31 or 2026-01-31T12:00:00Z.');
}

/** Calendar units keep the time of day in the clock's zone, also over a change of summer time. */
export function add(value: unknown, count: number, unit: string, clock: Clock): Date {
  const wanted = unit.endsWith('s') ? unit : `${unit}s`;
  if (!UNITS.includes(wanted as Unit)) throw mistake('unit', `"${unit}" is no unit of time`, `Use one of: ${UNITS.join(', ')}.`);
  const moved = DateTime.fromJSDate(toDate(value, clock), { zone: clock.timeZone }).plus({ [wanted]: count } as DurationLikeObject);
  if (moved.isValid) return moved.toJSDate();
  throw mistake('date', 'the result is no date', 'Add fewer units.');
}

/** Patterns are those of Unicode TR 35 as luxon reads them: yyyy, MM, dd, HH, mm, ss, EEE. */
export function format(value: unknown, pattern: string, timeZone: string, clock: Clock): string {
  const moment = DateTime.fromJSDate(toDate(value, clock), { zone: timeZone }).setLocale('en');
  if (moment.isValid) return moment.toFormat(pattern);
  throw mistake('time zone', `"${timeZone}" is no time zone`, 'Use a name such as Europe/Berlin, America/Sao_Paulo or UTC.');
}

function mistake(path: string, problem: string, cure: string): EmailError {
  return new EmailError('input.invalid', { path, problem, cure });
}

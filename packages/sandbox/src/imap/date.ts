import { Malformed } from './words.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (number: number) => String(number).padStart(2, '0');

/** A date and time in UTC, such as `02-Nov-2026 21:00:00 +0000` (RFC 3501 section 9, date-time). */
export function formatDateTime(date: Date): string {
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  return `${two(date.getUTCDate())}-${MONTHS[date.getUTCMonth()] ?? ''}-${date.getUTCFullYear()} ${time} +0000`;
}

export function parseDateTime(text: string): Date {
  const match = /^([ \d]?\d-\w{3}-\d{4}) (\d{2}:\d{2}:\d{2}) ([+-]\d{2})(\d{2})$/.exec(text);
  const date = new Date(match ? `${parseDay(match[1] ?? '')}T${match[2]}${match[3]}:${match[4]}` : Number.NaN);
  if (Number.isNaN(date.getTime())) throw new Malformed(`"${text}" is no date and time`);
  return date;
}

/** `2-Nov-2026` as `2026-11-02`. */
export function parseDay(text: string): string {
  const [, day = '', month = '', year = ''] = /^\s?(\d{1,2})[- ](\w{3})[- ](\d{4})$/.exec(text) ?? [];
  const number = MONTHS.findIndex((name) => name.toLowerCase() === month.toLowerCase());
  const found = `${year}-${two(number + 1)}-${day.padStart(2, '0')}`;
  // A day that a month does not have comes out as another one.
  const date = new Date(`${found}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== found) throw new Malformed(`"${text}" is no date`);
  return found;
}

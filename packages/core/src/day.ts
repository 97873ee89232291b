const formats = new Map<string, Intl.DateTimeFormat>();

/** The day (YYYY-MM-DD) that an instant falls on in a time zone (IANA name). */
export function dayIn(instant: string, timeZone: string): string {
  let format = formats.get(timeZone);
  if (!format)
    formats.set(timeZone, (format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })));
  return format.format(new Date(instant));
}

/** The day `count` days later (or earlier, if negative). */
export function shiftDay(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}

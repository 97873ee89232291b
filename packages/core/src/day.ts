const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * The day (YYYY-MM-DD) that an instant falls on in a time zone (IANA name); undefined for what is no instant. Mail may claim any year:
 * what YYYY cannot write is the first or the last day that it can.
 */
export function dayIn(instant: string, timeZone: string): string | undefined {
  const at = Date.parse(instant);
  if (Number.isNaN(at)) return undefined;
  const year = new Date(at).getUTCFullYear();
  if (year < 1) return '0000-01-01';
  if (year > 9998) return '9999-12-31';
  const parts = formatFor(timeZone).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year').padStart(4, '0')}-${part('month').padStart(2, '0')}-${part('day').padStart(2, '0')}`;
}

function formatFor(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format)
    formats.set(timeZone, (format = new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })));
  return format;
}

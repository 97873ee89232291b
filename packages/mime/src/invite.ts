import type { Address, Invite } from '@mailwright/core';
import { parseCalendar, unescapeText, type Component, type Line } from './calendar.ts';
import { cleanText } from './text.ts';
import { instantOf, localTime } from './time-zone.ts';

const MOST_ATTENDEES = 1000;

/** The first event of a calendar part (RFC 5545, RFC 5546); undefined when it holds none. Reading it answers nothing. */
export function parseInvite(text: string): Invite | undefined {
  const calendar = parseCalendar(cleanText(text).text).components.find(({ name }) => name === 'VCALENDAR');
  const event = calendar?.components.find(({ name }) => name === 'VEVENT' || name === 'VTODO');
  if (!calendar || !event) return undefined;
  const first = (name: string) => event.lines.find((line) => line.name === name);
  const start = first('DTSTART');
  const timeZone = start?.parameters.get('TZID');
  const organizer = first('ORGANIZER');
  const place = first('LOCATION')?.value ?? '';
  const begins = start && time(start, calendar);
  const ends = endOf(event, calendar);
  return {
    method: calendar.lines.find(({ name }) => name === 'METHOD')?.value.toUpperCase() ?? '',
    uid: first('UID')?.value ?? '',
    ...(begins !== undefined && { start: begins }),
    ...(ends !== undefined && { end: ends }),
    ...(timeZone !== undefined && { timeZone }),
    ...(organizer && { organizer: address(organizer) }),
    attendees: event.lines
      .filter(({ name }) => name === 'ATTENDEE')
      .slice(0, MOST_ATTENDEES)
      .map(address),
    ...(place !== '' && { place: unescapeText(place) }),
    recurring: ['RRULE', 'RDATE', 'RECURRENCE-ID'].some((name) => first(name) !== undefined),
  };
}

/** UTC where the time zone is known, else the local time as written; a day stays a day. `later` is added to it, in milliseconds. */
function time({ value, parameters }: Line, calendar: Component, later = 0): string | undefined {
  const start = localTime(value);
  if (start === undefined) return undefined;
  const local = start + later;
  const day = !value.includes('T') && later % 86_400_000 === 0;
  const zone = parameters.get('TZID');
  const instant = value.endsWith('Z') ? local : zone === undefined ? undefined : instantOf(local, zone, calendar);
  return day ? iso(local).slice(0, 10) : instant === undefined ? iso(local).slice(0, -1) : iso(instant);
}

const iso = (milliseconds: number) => new Date(milliseconds).toISOString().replace('.000Z', 'Z');

/** DTEND (of a task: DUE), or DTSTART and DURATION. */
function endOf({ lines }: Component, calendar: Component): string | undefined {
  const first = (name: string) => lines.find((line) => line.name === name);
  const end = first('DTEND') ?? first('DUE');
  if (end) return time(end, calendar);
  const start = first('DTSTART');
  const length = duration(first('DURATION')?.value ?? '');
  return start && length !== undefined ? time(start, calendar, length) : undefined;
}

/** `P1DT2H30M` or `P2W` (RFC 5545 section 3.3.6) in milliseconds. */
function duration(value: string): number | undefined {
  const match = /^\+?P(?:(\d{1,4})W|(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?)$/.exec(value);
  if (!match) return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}

function address({ value, parameters }: Line): Address {
  const name = parameters.get('CN')?.trim() ?? '';
  return { address: value.replace(/^mailto:/i, ''), ...(name !== '' && { name }) };
}

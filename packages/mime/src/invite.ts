import type { Address, Invite } from '@mailwright/core';
import { cleanText } from './text.ts';

interface Line {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly value: string;
}

/** The first event of a calendar part (RFC 5545, RFC 5546); undefined when it holds none. Reading it answers nothing. */
export function parseInvite(calendar: string): Invite | undefined {
  const lines = unfold(cleanText(calendar).text);
  const begin = lines.findIndex(({ name, value }) => name === 'BEGIN' && /^(VEVENT|VTODO)$/i.test(value));
  if (begin < 0) return undefined;
  const length = lines.slice(begin).findIndex(({ name, value }) => name === 'END' && /^(VEVENT|VTODO)$/i.test(value));
  const event = lines.slice(begin + 1, length < 0 ? undefined : begin + length);
  const first = (name: string) => event.find((line) => line.name === name);
  const start = first('DTSTART');
  const end = first('DTEND') ?? first('DUE');
  const timeZone = start?.parameters.get('TZID');
  const organizer = first('ORGANIZER');
  const place = first('LOCATION')?.value;
  return {
    method: lines.find(({ name }) => name === 'METHOD')?.value.toUpperCase() ?? 'PUBLISH',
    uid: first('UID')?.value ?? '',
    ...(start && { start: time(start) }),
    ...(end && { end: time(end) }),
    ...(timeZone !== undefined && { timeZone }),
    ...(organizer && { organizer: address(organizer) }),
    attendees: event
      .filter(({ name }) => name === 'ATTENDEE')
      .slice(0, 1000)
      .map(address),
    ...(place !== undefined && place !== '' && { place: unescape(place) }),
    recurring: first('RRULE') !== undefined || first('RDATE') !== undefined || first('RECURRENCE-ID') !== undefined,
  };
}

function unfold(text: string): Line[] {
  return text
    .replace(/\r?\n[ \t]/g, '')
    .split(/\r?\n/)
    .slice(0, 20_000)
    .flatMap((line) => {
      const match = /^([\w-]+)((?:;[\w-]+=(?:"[^"]*"|[^";:]*)(?:,(?:"[^"]*"|[^";:,]*))*)*):(.*)$/.exec(line);
      if (!match) return [];
      const [, name = '', parameters = '', value = ''] = match;
      const pairs = [...parameters.matchAll(/;([\w-]+)=("[^"]*"|[^";:]*)/g)].map(
        ([, key = '', given = '']) => [key.toUpperCase(), given.replace(/"/g, '')] as const,
      );
      return [{ name: name.toUpperCase(), parameters: new Map(pairs), value: value.trim() }];
    });
}

/** UTC where the time zone is known, else the local time as written; a day stays a day. */
function time({ value, parameters }: Line): string {
  const match = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z)?)?$/.exec(value);
  if (!match) return value;
  const [, year, month, day, hour, minute, second, utc] = match;
  const date = `${year}-${month}-${day}`;
  if (hour === undefined) return date;
  const local = `${date}T${hour}:${minute}:${second}`;
  if (utc !== undefined) return `${local}Z`;
  return toUtc(local, parameters.get('TZID')) ?? local;
}

function toUtc(local: string, timeZone: string | undefined): string | undefined {
  if (timeZone === undefined) return undefined;
  try {
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
    const asUtc = Date.parse(`${local}Z`);
    // Two rounds: the offset at the guessed instant may be the one before a change of the clocks.
    let instant = asUtc;
    for (let round = 0; round < 2; round++) instant += asUtc - Date.parse(`${format.format(instant).replace(' ', 'T')}Z`);
    return new Date(instant).toISOString().replace('.000Z', 'Z');
  } catch {
    return undefined;
  }
}

function address({ value, parameters }: Line): Address {
  const name = parameters.get('CN');
  return { address: value.replace(/^mailto:/i, ''), ...(name !== undefined && name !== '' && { name }) };
}

const unescape = (text: string) => text.replace(/\\n/gi, '\n').replace(/\\([\\;,])/g, '$1');

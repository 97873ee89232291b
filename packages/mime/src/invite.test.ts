import { parseInvite } from './invite.ts';

const calendar = (event: string, around = '') =>
  ['BEGIN:VCALENDAR', 'METHOD:REQUEST', around, 'BEGIN:VEVENT', event, 'END:VEVENT', 'END:VCALENDAR'].filter(Boolean).join('\r\n');
const when = (event: string, around?: string) => {
  const { start, end, timeZone } = parseInvite(calendar(event, around)) ?? {};
  return [start, end, timeZone];
};

/** As Exchange writes it: a name that only Windows knows, and its rules. */
const WINDOWS_ZONE = [
  'BEGIN:VTIMEZONE',
  'TZID:W. Europe Standard Time',
  'BEGIN:STANDARD',
  'DTSTART:16010101T030000',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10',
  'END:STANDARD',
  'BEGIN:DAYLIGHT',
  'DTSTART:16010101T020000',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0200',
  'RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3',
  'END:DAYLIGHT',
  'END:VTIMEZONE',
].join('\r\n');

test('who, where, when, folded and escaped', () => {
  const event = [
    'UID:4711@example.com',
    'DTSTART;TZID=Europe/Berlin:20260701T090000',
    'DTEND;TZID=Europe/Berlin:20260701T100000',
    'ORGANIZER;CN="Meyer, Ann; Sales":mailto:ann@example.com',
    'ATTENDEE;ROLE=REQ-PARTICIPANT;CN=Bob:MAILTO:bob@exa',
    ' mple.com',
    'ATTENDEE:mailto:eve@example.com',
    'LOCATION:Room 1\\, 2nd floor\\nC:\\\\map',
    'RRULE:FREQ=WEEKLY',
  ].join('\r\n');
  expect(parseInvite(calendar(event))).toEqual({
    method: 'REQUEST',
    uid: '4711@example.com',
    start: '2026-07-01T07:00:00Z',
    end: '2026-07-01T08:00:00Z',
    timeZone: 'Europe/Berlin',
    organizer: { address: 'ann@example.com', name: 'Meyer, Ann; Sales' },
    attendees: [{ address: 'bob@example.com', name: 'Bob' }, { address: 'eve@example.com' }],
    place: 'Room 1, 2nd floor\nC:\\map',
    recurring: true,
  });
});

test.each([
  ['20260115T090000', '2026-01-15T08:00:00Z'],
  ['20260715T090000', '2026-07-15T07:00:00Z'],
  ['20260329T015959', '2026-03-29T00:59:59Z'],
  ['20260329T030000', '2026-03-29T01:00:00Z'],
  ['20261025T040000', '2026-10-25T03:00:00Z'],
])('a zone that only Windows knows, by the rules that came along: %s', (local, instant) => {
  const zone = 'W. Europe Standard Time';
  expect(when(`DTSTART;TZID=${zone}:${local}`, WINDOWS_ZONE)).toEqual([instant, undefined, zone]);
});

test('a second Sunday, days of a month, and a rule that ended', () => {
  const zone = (rules: string[]) => ['BEGIN:VTIMEZONE', 'TZID:Mine', ...rules, 'END:VTIMEZONE'].join('\r\n');
  const part = (name: string, start: string, from: string, to: string, rule: string) => [
    `BEGIN:${name}`,
    `DTSTART:${start}`,
    `TZOFFSETFROM:${from}`,
    `TZOFFSETTO:${to}`,
    rule,
    `END:${name}`,
  ];
  const winter = part('STANDARD', '20071104T020000', '-0400', '-0500', 'RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU');
  const summer = part(
    'DAYLIGHT',
    '20070311T020000',
    '-0500',
    '-0400',
    'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=SU;BYMONTHDAY=8,9,10,11,12,13,14',
  );
  const old = part('DAYLIGHT', '19870405T020000', '-0500', '-0930', 'RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU;UNTIL=20060402T070000Z');
  const start = (local: string) => when(`DTSTART;TZID=Mine:${local}`, zone([...winter, ...summer, ...old]))[0];
  expect(start('20260308T013000')).toBe('2026-03-08T06:30:00Z');
  expect(start('20260308T030000')).toBe('2026-03-08T07:00:00Z');
  expect(start('20261101T120000')).toBe('2026-11-01T17:00:00Z');
  expect(start('20060501T120000')).toBe('2006-05-01T21:30:00Z');
  expect(start('19700101T000000')).toBe('1970-01-01T05:00:00Z');
});

test('days, UTC, local times, lengths, and what is no time', () => {
  expect(when('DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261226')).toEqual(['2026-12-24', '2026-12-26', undefined]);
  expect(when('DTSTART:20261224T180000Z\r\nDURATION:PT1H30M')).toEqual(['2026-12-24T18:00:00Z', '2026-12-24T19:30:00Z', undefined]);
  expect(when('DTSTART;VALUE=DATE:20261231\r\nDURATION:P1D')).toEqual(['2026-12-31', '2027-01-01', undefined]);
  expect(when('DTSTART:20261224T180000')).toEqual(['2026-12-24T18:00:00', undefined, undefined]);
  expect(when('DTSTART;TZID=Nowhere:20261224T180000')).toEqual(['2026-12-24T18:00:00', undefined, 'Nowhere']);
  expect(when('DTSTART:20260230T180000Z\r\nDTEND:soon')).toEqual([undefined, undefined, undefined]);
});

test('no calendar, no event: no invite', () => {
  expect(parseInvite('Hello')).toBeUndefined();
  expect(parseInvite('BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR')).toBeUndefined();
  expect(parseInvite('BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1')).toMatchObject({ uid: '1', method: '' });
});

test('parameters that never end cost no time', () => {
  const started = process.cpuUsage();
  parseInvite(calendar(`ATTENDEE${';CN=,,,,,,,,,,,,'.repeat(5000)}`));
  parseInvite(calendar(`ATTENDEE;CN="${'";"'.repeat(100_000)}`));
  parseInvite('BEGIN:VEVENT\r\n'.repeat(100_000));
  // Of the processor: how long a busy machine takes says nothing.
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(2000);
});

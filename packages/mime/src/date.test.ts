import { parseDate, timeIn } from './date.ts';

test.each([
  ['Tue, 24 Nov 2026 08:30:15 +0100', '2026-11-24T07:30:15.000Z'],
  ['24 Nov 2026 08:30 -0530', '2026-11-24T14:00:00.000Z'],
  ['Tue, 24 Nov 2026 08:30:15 GMT (a (nested) remark)', '2026-11-24T08:30:15.000Z'],
  ['Tue, 24 Nov 2026 08:30:15 EST', '2026-11-24T13:30:15.000Z'],
  ['Sun, 4 Jul 99 01:02:03 UT', '1999-07-04T01:02:03.000Z'],
  ['4 July 26 1:02:03 Z', '2026-07-04T01:02:03.000Z'],
  ['Thu, 31 Dec 2026 23:59:60 +0000', '2026-12-31T23:59:59.000Z'],
  ['Thu,\t29 Feb 2024 00:00:00 -0000', '2024-02-29T00:00:00.000Z'],
  ['Fri, 21 Nov 1997 09(comment):   55  :  06 -0600', '1997-11-21T15:55:06.000Z'],
  ['Mon, 21 Aug 95 13:30:57 -600', '1995-08-21T19:30:57.000Z'],
  ['Tue, 24 Nov 2026 08:30:15 GMT+02:00', '2026-11-24T06:30:15.000Z'],
  ['Tue, 24 Nov 2026 08:30:15 +0100 CET', '2026-11-24T07:30:15.000Z'],
])('%s', (header, expected) => {
  expect(parseDate(header)).toBe(expected);
});

test.each([
  '',
  'yesterday',
  'Tue, 31 Feb 2026 08:00:00 +0000',
  '24 Foo 2026 08:00',
  '24 Nov 2026 25:00:00 +0000',
  '0 Jan 2026 00:00:00',
  '2026-11',
  'Tue, 24 Nov 2026 08:30:15 H0500',
  'Tue, 24 Nov 2026 8 o clock',
  'Nov',
])('no date: %j', (header) => {
  expect(parseDate(header)).toBeUndefined();
});

test.each([
  ['220 mx.example.test Microsoft ESMTP MAIL Service ready at Tue, 25 Nov 2025 01:02:03 +0000', '2025-11-25T01:02:03.000Z'],
  ['220 mx.example.test ESMTP Sendmail 8.17; Tue, 25 Nov 2025 02:02:03 +0100', '2025-11-25T01:02:03.000Z'],
  ['220 mx.example.test ESMTP Postfix', undefined],
  ['* OK 25 Nov 2025 is no time', undefined],
])('the time in %j', (greeting, time) => expect(timeIn(greeting)).toBe(time));

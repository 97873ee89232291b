import { shiftDay } from './shift-day.ts';

test('days shift over months, years and leap days', () => {
  expect([shiftDay('2026-12-31', 1), shiftDay('2028-03-01', -1), shiftDay('2026-03-29', 0)]).toEqual([
    '2027-01-01',
    '2028-02-29',
    '2026-03-29',
  ]);
});

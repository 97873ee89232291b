import { dayIn } from './day.ts';

describe('days', () => {
  test('an instant falls on a day of the zone', () => {
    expect(dayIn('2026-11-24T12:30:00+13:00', 'UTC')).toBe('2026-11-23');
    expect(dayIn('2026-11-24T00:00:00Z', 'America/Sao_Paulo')).toBe('2026-11-23');
    expect(dayIn('0987-01-02T12:00:00Z', 'UTC')).toBe('0987-01-02');
    expect(dayIn('no date', 'UTC')).toBeUndefined();
  });
});

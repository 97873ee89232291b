import { retryAfter } from './retry-after.ts';

test.each([
  ['120', 120_000],
  [' 0 ', 0],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ['soon', undefined],
  ['-5x', undefined],
  ['', undefined],
  [null, undefined],
  [undefined, undefined],
])('%j', (text, ms) => {
  expect(retryAfter(text)).toBe(ms);
});

test('a date to come', () => {
  const ms = retryAfter(new Date(Date.now() + 60_000).toUTCString()) ?? 0;
  expect(ms).toBeGreaterThan(57_000);
  expect(ms).toBeLessThanOrEqual(60_000);
});

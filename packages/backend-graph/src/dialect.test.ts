import { planFilter, type Filter } from '@mailwright/core';
import fc from 'fast-check';
import { DIALECT, literal, sortedFilter } from './dialect.ts';

const plan = (filter: Filter) => planFilter(filter, DIALECT);

test.each<[Filter, string | null, boolean]>([
  [{ op: 'flag', name: 'seen', value: false }, 'isRead eq false', true],
  [{ op: 'flag', name: 'flagged', value: true }, "flag/flagStatus eq 'flagged'", true],
  [{ op: 'flag', name: 'answered', value: true }, null, false],
  [{ op: 'hasAttachments', value: true }, 'hasAttachments eq true', true],
  [{ op: 'contains', field: 'subject', value: 'x' }, null, false],
  [{ op: 'is', field: 'messageId', value: '<a@b>' }, "(internetMessageId eq '<a@b>' or internetMessageId eq 'a@b')", false],
  [{ op: 'before', field: 'sentAt', date: '2026-01-01' }, null, false],
  [{ op: 'after', field: 'receivedAt', date: '2026-01-02T00:00:00+01:00' }, 'receivedDateTime ge 2026-01-01T22:59:59.000Z', false],
  [
    { op: 'on', field: 'receivedAt', date: '2026-01-02' },
    '(receivedDateTime ge 2026-01-01T00:00:00.000Z and receivedDateTime le 2026-01-04T00:00:00.000Z)',
    false,
  ],
])('%j is asked as %j', (filter, native, exact) => {
  expect(plan(filter)).toEqual({ native, residual: exact ? null : filter });
});

test('and, or and not are asked where all of it can be, and what is sorted by stands first', () => {
  const [read, files] = [
    { op: 'flag', name: 'seen', value: true },
    { op: 'hasAttachments', value: true },
  ] as const;
  const { native } = plan({
    op: 'and',
    of: [
      { op: 'not', of: read },
      { op: 'or', of: [read, files] },
    ],
  });
  expect(native).toBe('not (isRead eq true) and (isRead eq true or hasAttachments eq true)');
  expect(sortedFilter(native)).toBe(`receivedDateTime ge 1900-01-01T00:00:00Z and (${native ?? ''})`);
  expect(sortedFilter(null)).toBeUndefined();
  const mixed: Filter = { op: 'or', of: [read, { op: 'contains', field: 'body', value: 'x' }] };
  expect(plan(mixed)).toEqual({ native: null, residual: mixed });
});

test('whatever stands in a text, it stays one text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const found = /^'((?:[^']|'')*)'$/s.exec(literal(text));
      expect(found?.[1]?.replaceAll("''", "'")).toBe(text);
    }),
  );
});

import { planFilter, type Filter } from '@mailwright/core';
import { HEADERS, checkFilter } from './dialect.ts';

const unread: Filter = { op: 'flag', name: 'seen', value: false };
const subject: Filter = { op: 'contains', field: 'subject', value: 'invoice' };
const body: Filter = { op: 'contains', field: 'body', value: 'pay' };

test('what a header decides is asked of the header, the rest of the whole message', () => {
  expect(planFilter({ op: 'and', of: [subject, body, unread] }, HEADERS)).toEqual({
    native: { op: 'and', of: [subject, unread] },
    residual: { op: 'and', of: [body] },
  });
  expect(planFilter({ op: 'or', of: [subject, body] }, HEADERS)).toEqual({
    native: null,
    residual: { op: 'or', of: [subject, body] },
  });
});

test.each([unread, { op: 'not', of: unread }, { op: 'or', of: [subject, { op: 'and', of: [unread] }] }] as const)(
  'marks are refused where files have none, however deep they stand: %j',
  (filter) => {
    expect(() => checkFilter(filter as Filter, 'Default', false)).toThrow(
      expect.objectContaining({ code: 'capability.unsupported', message: expect.stringContaining('seen') }),
    );
    expect(() => checkFilter(filter as Filter, 'Default', true)).not.toThrow();
  },
);

test('other conditions are taken where files have no marks', () => {
  expect(() => checkFilter({ op: 'and', of: [subject, { op: 'not', of: body }] }, 'Default', false)).not.toThrow();
});

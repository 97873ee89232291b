import { planFilter, type Filter } from '@mailwright/core';
import { LISTED, RESTRICTIONS, showRestriction } from './dialect.ts';

const plan = (filter: Filter) => {
  const { native, residual } = planFilter(filter, RESTRICTIONS);
  return [native && showRestriction(native), residual];
};

test.each<[string, Filter, string]>([
  ['unread', { op: 'flag', name: 'seen', value: false }, 'IsRead = false'],
  ['flagged', { op: 'flag', name: 'flagged', value: true }, 'flagStatus = 2'],
  ['not answered', { op: 'flag', name: 'answered', value: false }, 'not (lastVerb = 102 or lastVerb = 103)'],
  ['with attachments', { op: 'hasAttachments', value: true }, 'HasAttachments = true'],
])('the server tells exactly: %s', (_, filter, shown) => {
  expect(plan(filter)).toEqual([shown, null]);
});

test.each<[string, Filter, string | null]>([
  [
    'the runs of a subject',
    { op: 'contains', field: 'subject', value: 'B\u00fcro 4711  x' },
    '(Subject contains "B" and Subject contains "ro" and Subject contains "4711" and Subject contains "x")',
  ],
  ['no run at all', { op: 'contains', field: 'subject', value: '\u8acb\u6c42' }, null],
  ['an address', { op: 'contains', field: 'from', value: 'ann' }, null],
  ['a body', { op: 'contains', field: 'body', value: 'x' }, null],
  ['a pattern', { op: 'matches', field: 'subject', pattern: 'x' }, null],
  ['a Message-ID', { op: 'is', field: 'messageId', value: '<a@b>' }, 'InternetMessageId contains "a@b"'],
  ['a draft', { op: 'flag', name: 'draft', value: true }, null],
  [
    'a day of arrival, wider',
    { op: 'on', field: 'receivedAt', date: '2026-11-10' },
    '(DateTimeReceived >= 2026-11-09T00:00:00.000Z and DateTimeReceived < 2026-11-12T00:00:00.000Z)',
  ],
  ['the Date header', { op: 'before', field: 'sentAt', date: '2026-11-10' }, null],
])('the server narrows, we decide: %s', (_, filter, shown) => {
  expect(plan(filter)).toEqual([shown, filter]);
});

test('conditions are joined; what is not exact is not turned around', () => {
  const unread: Filter = { op: 'flag', name: 'seen', value: false };
  const subject: Filter = { op: 'contains', field: 'subject', value: 'x' };
  expect(plan({ op: 'and', of: [unread, subject] })).toEqual(['(IsRead = false and Subject contains "x")', { op: 'and', of: [subject] }]);
  expect(plan({ op: 'not', of: subject })).toEqual([null, { op: 'not', of: subject }]);
  expect(plan({ op: 'not', of: unread })).toEqual(['not IsRead = false', null]);
  expect(plan({ op: 'or', of: [unread, { op: 'contains', field: 'body', value: 'x' }] })[0]).toBeNull();
});

test('a listing tells all but bodies', () => {
  const body: Filter = { op: 'contains', field: 'body', value: 'x' };
  const from: Filter = { op: 'contains', field: 'from', value: 'x' };
  expect(planFilter({ op: 'and', of: [body, from] }, LISTED)).toEqual({ native: from, residual: { op: 'and', of: [body] } });
});

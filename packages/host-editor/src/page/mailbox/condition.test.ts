import { conditionOf, narrowed } from './condition.ts';

const MAIL = { from: [{ address: 'shop@example.test', name: 'Shop' }], subject: 'Invoice 7' };

test('a condition is joined to what the loop already asks for', () => {
  const from = conditionOf(MAIL, 'from');
  expect(from).toEqual({ op: 'is', field: 'from', value: 'shop@example.test' });
  const subject = conditionOf(MAIL, 'subject');
  expect(narrowed(undefined, from)).toEqual(from);
  expect(narrowed({}, from)).toEqual(from);
  expect(narrowed(from, subject)).toEqual({ op: 'and', of: [from, subject] });
  expect(narrowed({ op: 'and', of: [from] }, subject)).toEqual({ op: 'and', of: [from, subject] });
  expect(narrowed({ op: 'or', of: [from] }, subject)).toEqual({ op: 'and', of: [{ op: 'or', of: [from] }, subject] });
});

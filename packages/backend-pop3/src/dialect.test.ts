import fc from 'fast-check';
import { Filter, matches, planFilter, type FilterSubject } from '@mailwright/core';
import { HEADERS, checkFilter } from './dialect.ts';

const word = fc.constantFrom('invoice', 'x', 'acme', 'Grüße');
const leaf: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({
    op: fc.constant('contains' as const),
    field: fc.constantFrom('from' as const, 'subject' as const, 'bcc' as const, 'body' as const),
    value: word,
  }),
  fc.record({ op: fc.constant('matches' as const), field: fc.constantFrom('subject' as const, 'body' as const), pattern: word }),
  fc.record({
    op: fc.constant('after' as const),
    field: fc.constantFrom('sentAt' as const, 'receivedAt' as const),
    date: fc.constant('2026-11-02'),
  }),
  fc.record({ op: fc.constant('hasAttachments' as const), value: fc.boolean() }),
);
const filters = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.record({ op: fc.constantFrom('and' as const, 'or' as const), of: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ op: fc.constant('not' as const), of: tie('filter') }),
  ),
})).filter;

test('what the header tells and what the whole message tells together are the filter, and the header never keeps out too much', async () => {
  const mail = fc.record({ subject: word, body: word, attached: fc.boolean(), day: fc.constantFrom('2026-11-01', '2026-11-03') });
  await fc.assert(
    fc.asyncProperty(filters, mail, async (filter, { subject, body, attached, day }) => {
      const whole: FilterSubject = {
        ref: { folder: 'INBOX', id: '1' },
        kind: 'mail',
        references: [],
        subject,
        from: [{ address: 'billing@acme.example' }],
        to: [],
        cc: [],
        bcc: [{ address: 'invoice@example.test' }],
        sentAt: `${day}T12:00:00Z`,
        hasAttachments: attached,
        body: () => Promise.resolve(body),
      };
      const { hasAttachments: _, ...header } = whole;
      const plan = planFilter(filter, HEADERS);
      const body404 = () => Promise.reject(new Error('the header does not show the body'));
      const first = plan.native === null || (await matches(plan.native, { ...header, body: body404 }, 'UTC'));
      const both = first && (plan.residual === null || (await matches(plan.residual, whole, 'UTC')));
      const meant = await matches(filter, whole, 'UTC');
      expect(both).toBe(meant);
      if (meant) expect(first).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('what stands in the header is asked of it, the rest is left', () => {
  const subject: Filter = { op: 'contains', field: 'subject', value: 'a' };
  const body: Filter = { op: 'matches', field: 'body', pattern: 'b' };
  expect(planFilter({ op: 'and', of: [subject, body] }, HEADERS)).toEqual({ native: subject, residual: { op: 'and', of: [body] } });
  expect(planFilter({ op: 'or', of: [subject, body] }, HEADERS)).toMatchObject({ native: null });
  expect(planFilter({ op: 'or', of: [subject, { op: 'not', of: subject }] }, HEADERS)).toMatchObject({ residual: null });
});

test.each([
  { op: 'flag', name: 'seen', value: false },
  { op: 'not', of: { op: 'flag', name: 'flagged', value: true } },
  {
    op: 'or',
    of: [
      { op: 'hasAttachments', value: true },
      { op: 'and', of: [{ op: 'flag', name: 'seen', value: true }] },
    ],
  },
] as Filter[])('a condition that POP3 knows nothing about is refused: %j', (filter) => {
  expect(() => checkFilter(filter, 'Invoices')).toThrow(
    expect.objectContaining({
      code: 'capability.unsupported',
      details: expect.objectContaining({ session: 'Invoices', capability: 'mark' }),
    }),
  );
});

test('other conditions are not', () => {
  for (const filter of fc.sample(filters, 200)) expect(() => checkFilter(filter, 'S')).not.toThrow();
});

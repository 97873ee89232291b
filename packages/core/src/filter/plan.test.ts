import fc from 'fast-check';
import type { MessageSummary } from '../message.ts';
import { Filter } from './filter.ts';
import { matches } from './matches.ts';
import { planFilter, type FilterDialect, type FilterLeaf } from './plan.ts';

const word = fc.constantFrom('invoice', 'INVOICE', 'Rechnung', 'ä', 'a', 'acme', ' ', '  b');
const day = fc.constantFrom('2026-11-01', '2026-11-02', '2026-11-03');
const leaf: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({
    op: fc.constant('contains' as const),
    field: fc.constantFrom('from' as const, 'subject' as const, 'body' as const, 'cc' as const),
    value: word,
  }),
  fc.record({
    op: fc.constant('matches' as const),
    field: fc.constantFrom('subject' as const, 'body' as const),
    pattern: fc.constantFrom('^inv', '(?i)RECH', 'a+b?', '.'),
  }),
  fc.record({
    op: fc.constantFrom('on' as const, 'before' as const, 'after' as const),
    field: fc.constantFrom('sentAt' as const, 'receivedAt' as const),
    date: day,
  }),
  fc.record({ op: fc.constant('flag' as const), name: fc.constantFrom('seen' as const, 'flagged' as const), value: fc.boolean() }),
  fc.record({
    op: fc.constant('is' as const),
    field: fc.constantFrom('messageId' as const, 'from' as const),
    value: fc.constantFrom('<1@x>', '1@x', 'A@acme.test'),
  }),
  fc.record({ op: fc.constant('hasAttachments' as const), value: fc.boolean() }),
);
const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.record({ op: fc.constantFrom('and' as const, 'or' as const), of: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ op: fc.constant('not' as const), of: tie('filter') }),
  ),
}));

interface Mail extends MessageSummary {
  body(): Promise<string>;
}
const instant = fc.constantFrom('2026-10-31T23:30:00Z', '2026-11-01T12:00:00Z', '2026-11-02T22:59:00Z', '2026-11-03T00:00:00Z');
const mail: fc.Arbitrary<Mail> = fc
  .record({
    subject: fc.oneof(word, fc.constant('Your  invoice')),
    from: word,
    seen: fc.boolean(),
    flagged: fc.boolean(),
    at: fc.option(instant),
    body: word,
    hasAttachments: fc.boolean(),
  })
  .map(({ subject, from, seen, flagged, at, body, hasAttachments }) => ({
    ref: { folder: 'INBOX', id: '1' },
    kind: 'mail',
    references: [],
    messageId: '<1@x>',
    subject,
    from: [{ address: 'a@acme.test', name: from }],
    to: [],
    cc: [{ address: 'c@x.test' }],
    flags: [...(seen ? (['seen'] as const) : []), ...(flagged ? (['flagged'] as const) : [])],
    hasAttachments,
    ...(at !== null && { sentAt: at, receivedAt: at }),
    body: () => Promise.resolve(body),
  }));

type Native = (mail: Mail) => Promise<boolean>;
/** A server that takes some leaves exactly, finds too much for others, and knows nothing of the rest; with or without or and not. */
const dialect = fc
  .record({
    ability: fc.func(fc.constantFrom('exact', 'superset', 'none')),
    extra: fc.func(fc.boolean()),
    or: fc.boolean(),
    not: fc.boolean(),
  })
  .map(({ ability, extra, or, not }): FilterDialect<Native> => {
    const exactly =
      (one: FilterLeaf): Native =>
      (subject) =>
        matches(one, subject, 'Europe/Berlin');
    return {
      leaf(one) {
        const can = ability(JSON.stringify(one));
        if (can === 'none') return null;
        const native: Native =
          can === 'exact' ? exactly(one) : async (subject) => (await exactly(one)(subject)) || extra(JSON.stringify(subject));
        return { native, exact: can === 'exact' };
      },
      and: (parts) => async (subject) => (await Promise.all(parts.map((part) => part(subject)))).every(Boolean),
      ...(or && {
        or:
          (parts: readonly Native[]): Native =>
          async (subject) =>
            (await Promise.all(parts.map((part) => part(subject)))).some(Boolean),
      }),
      ...(not && {
        not:
          (part: Native): Native =>
          async (subject) =>
            !(await part(subject)),
      }),
    };
  });

describe('planFilter', () => {
  test('what the server finds, checked by the residual, is exactly the filter', async () => {
    await fc.assert(
      fc.asyncProperty(filter, dialect, fc.array(mail, { minLength: 1, maxLength: 8 }), async (wanted, server, mails) => {
        const { native, residual } = planFilter(wanted, server);
        for (const one of mails) {
          const expected = await matches(wanted, one, 'Europe/Berlin');
          const found = native === null || (await native(one));
          // The server's part never narrows.
          if (expected) expect(found).toBe(true);
          expect(found && (residual === null || (await matches(residual, one, 'Europe/Berlin')))).toBe(expected);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('a filter is data: an unknown key is an error, never dropped', () => {
    expect(Filter.safeParse({ op: 'contains', field: 'subject', value: 'x', valu: 'y' }).success).toBe(false);
    expect(Filter.safeParse({ op: 'and', of: [] }).success).toBe(false);
    expect(Filter.safeParse({ op: 'contains', field: 'subject', value: '' }).success).toBe(false);
  });
});

describe('matches', () => {
  const subject: Mail = {
    ref: { folder: 'I', id: '1' },
    kind: 'mail',
    references: [],
    subject: 'Final   INVOICE äöü',
    from: [{ address: 'Ana@Example.com', name: 'Ana' }],
    to: [],
    cc: [],
    sentAt: '2026-11-01T23:30:00Z',
    body: () => Promise.resolve('text'),
  };
  const fits = (wanted: Filter, zone = 'UTC') => matches(wanted, subject, zone);

  test('letter case, Unicode form and runs of blanks do not matter to contains', async () => {
    expect(await fits({ op: 'contains', field: 'subject', value: 'final invoice' })).toBe(true);
    expect(await fits({ op: 'contains', field: 'subject', value: 'a\u0308o\u0308' })).toBe(true);
    expect(await fits({ op: 'contains', field: 'subject', value: 'inv*' })).toBe(false);
    expect(await fits({ op: 'contains', field: 'from', value: 'ana <ana@' })).toBe(true);
  });
  test('R1.37 case matters to a pattern unless it says otherwise; what needs more than linear time is refused', async () => {
    expect(await fits({ op: 'matches', field: 'subject', pattern: 'invoice' })).toBe(false);
    expect(await fits({ op: 'matches', field: 'subject', pattern: '(?i)invoice' })).toBe(true);
    await expect(fits({ op: 'matches', field: 'subject', pattern: '(?=x)' })).rejects.toMatchObject({ code: 'input.invalid' });
  });
  test('days are days of the time zone; a missing date fits no date condition', async () => {
    expect(await fits({ op: 'on', field: 'sentAt', date: '2026-11-01' })).toBe(true);
    expect(await fits({ op: 'on', field: 'sentAt', date: '2026-11-02' }, 'Europe/Berlin')).toBe(true);
    expect(await fits({ op: 'before', field: 'sentAt', date: '2026-11-01T23:31:00Z' })).toBe(true);
    expect(await fits({ op: 'before', field: 'receivedAt', date: '2030-01-01' })).toBe(false);
    expect(await fits({ op: 'after', field: 'receivedAt', date: '2000-01-01' })).toBe(false);
  });
});

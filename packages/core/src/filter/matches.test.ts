import type { Filter } from './filter.ts';
import { describeFilter } from './describe.ts';
import { fold, matches, needsBody, type FilterSubject } from './matches.ts';

const MAIL: FilterSubject = {
  ref: { folder: 'INBOX', id: '1' },
  kind: 'mail',
  messageId: '<Case.Matters@example.com>',
  references: [],
  subject: 'Rechnung  Nr. 4711 für Οδυσσέας',
  from: [{ address: 'Ana.Silva@Example.com', name: 'Ana Silva' }],
  to: [{ address: 'me@example.test' }, { address: 'you@example.test', name: 'You, Yourself' }],
  cc: [],
  bcc: [{ address: 'hidden@example.test' }],
  sentAt: '2026-03-29T00:30:00Z',
  receivedAt: '2026-03-28T22:59:59Z',
  flags: ['seen', 'flagged'],
  hasAttachments: true,
  body: () => Promise.resolve('First line\r\n  second\tline'),
};
const fits = (filter: Filter, mail: Partial<FilterSubject> = {}, zone = 'UTC') => matches(filter, { ...MAIL, ...mail }, zone);
const contains = (field: 'from' | 'to' | 'cc' | 'bcc' | 'subject' | 'body', value: string): Filter => ({ op: 'contains', field, value });

describe('contains', () => {
  test.each<[Filter, boolean]>([
    [contains('subject', 'RECHNUNG NR.'), true],
    [contains('subject', 'fu\u0308r'), true],
    [contains('subject', 'fur'), false],
    [contains('subject', 'ΟΔΥΣΣΈΑΣ'), true],
    [contains('subject', 'οδυσσέασ'), true],
    [contains('subject', 'Nr. 4712'), false],
    [contains('subject', 'Nr.*'), false],
    [contains('subject', ' nr'), true],
    [contains('from', 'silva@example'), true],
    [contains('from', 'ana silva <ana.silva@'), true],
    [contains('from', 'silva <you'), false],
    [contains('to', 'yourself'), true],
    [contains('cc', 'example'), false],
    [contains('bcc', 'HIDDEN'), true],
    [contains('body', 'line second line'), true],
  ])('%j: %s', async (filter, expected) => {
    expect(await fits(filter)).toBe(expected);
  });

  test('two addresses do not make one text', async () => {
    expect(await fits(contains('to', 'test you'))).toBe(false);
  });

  test('capital letters find their small ones anywhere in a word', () => {
    for (const text of ['ΟΔΟΣ', 'ÄÖÜ', 'İSTANBUL', 'ЖЗИ', 'ＡＢＣ']) expect(fold(`x${text}y`)).toContain(fold(text));
  });
});

describe('matches', () => {
  test.each<[string, boolean]>([
    ['\\d{4}', true],
    ['^Rechnung', true],
    ['^rechnung', false],
    ['(?i)^rechnung', true],
    ['4711$', false],
    ['Nr\\. (4711|4712)', true],
  ])('the pattern %s: %s', async (pattern, expected) => {
    expect(await fits({ op: 'matches', field: 'subject', pattern })).toBe(expected);
  });

  test.each(['(?=x)', '(a)\\1', '(', '[z-a]'])('%s is refused, and the pattern is named', async (pattern) => {
    await expect(fits({ op: 'matches', field: 'subject', pattern })).rejects.toMatchObject({
      code: 'input.invalid',
      message: expect.stringContaining(pattern),
    });
  });

  test('R1.37 a pattern that would take forever elsewhere takes time in proportion to the text', async () => {
    const began = Date.now();
    expect(await fits({ op: 'matches', field: 'subject', pattern: '^(a+)+$' }, { subject: `${'a'.repeat(50_000)}!` })).toBe(false);
    expect(Date.now() - began).toBeLessThan(5000);
  });
});

describe('dates', () => {
  const on = (field: 'sentAt' | 'receivedAt', date: string): Filter => ({ op: 'on', field, date });

  test('a day is a day of the zone, also where clocks change', async () => {
    expect(await fits(on('sentAt', '2026-03-29'), {}, 'Europe/Berlin')).toBe(true);
    expect(await fits(on('receivedAt', '2026-03-28'), {}, 'Europe/Berlin')).toBe(true);
    expect(await fits(on('receivedAt', '2026-03-28'), { receivedAt: '2026-03-28T23:00:00Z' }, 'Europe/Berlin')).toBe(false);
    expect(await fits(on('sentAt', '2026-03-28'), {}, 'America/Los_Angeles')).toBe(true);
    expect(await fits(on('sentAt', '2026-03-29'), {}, 'Pacific/Kiritimati')).toBe(true);
  });

  test('before a day is earlier than its start, after a day later than its end', async () => {
    const at = (op: 'before' | 'after', date: string) => fits({ op, field: 'sentAt', date });
    expect([await at('before', '2026-03-29'), await at('before', '2026-03-30')]).toEqual([false, true]);
    expect([await at('after', '2026-03-29'), await at('after', '2026-03-28')]).toEqual([false, true]);
  });

  test('with a time they are exact to the instant', async () => {
    const at = (op: 'before' | 'after', date: string) => fits({ op, field: 'sentAt', date });
    expect([await at('before', '2026-03-29T02:30:00+02:00'), await at('before', '2026-03-29T02:30:01+02:00')]).toEqual([false, true]);
    expect([await at('after', '2026-03-29T00:30:00Z'), await at('after', '2026-03-29T00:29:59Z')]).toEqual([false, true]);
  });

  test.each([undefined, 'the day after tomorrow', ''])('a date that is %j fits no condition and ends no search', async (sentAt) => {
    const mail = { ...MAIL, ...(sentAt === undefined ? {} : { sentAt }) };
    const { sentAt: _, ...none } = MAIL;
    const subject = sentAt === undefined ? none : mail;
    for (const date of ['1990-01-01', '2090-01-01', '2026-03-29T00:00:00Z'])
      for (const op of ['before', 'after'] as const) expect(await matches({ op, field: 'sentAt', date }, subject, 'UTC')).toBe(false);
    expect(await matches(on('sentAt', '2026-03-29'), subject, 'UTC')).toBe(false);
  });

  test('years that a mail only claims stay in order', async () => {
    const far = { sentAt: '+012026-01-01T00:00:00Z' };
    const old = { sentAt: '0026-01-01T00:00:00Z' };
    expect(await fits({ op: 'after', field: 'sentAt', date: '2026-01-01' }, far)).toBe(true);
    expect(await fits({ op: 'before', field: 'sentAt', date: '2026-01-01' }, far)).toBe(false);
    expect(await fits({ op: 'before', field: 'sentAt', date: '2026-01-01' }, old)).toBe(true);
  });
});

describe('flags, identity, attachments', () => {
  test.each<[Filter, boolean]>([
    [{ op: 'flag', name: 'seen', value: true }, true],
    [{ op: 'flag', name: 'seen', value: false }, false],
    [{ op: 'flag', name: 'answered', value: false }, true],
    [{ op: 'is', field: 'messageId', value: 'Case.Matters@example.com' }, true],
    [{ op: 'is', field: 'messageId', value: ' <Case.Matters@example.com> ' }, true],
    [{ op: 'is', field: 'messageId', value: '<case.matters@example.com>' }, false],
    [{ op: 'is', field: 'from', value: 'ana.silva@example.COM' }, true],
    [{ op: 'is', field: 'from', value: 'silva@example.com' }, false],
    [{ op: 'is', field: 'to', value: 'you@example.test' }, true],
    [{ op: 'hasAttachments', value: true }, true],
    [{ op: 'hasAttachments', value: false }, false],
  ])('%j: %s', async (filter, expected) => {
    expect(await fits(filter)).toBe(expected);
  });

  test('where the server knows no flags, neither read nor unread is true', async () => {
    const { flags: _, ...mail } = MAIL;
    for (const value of [true, false]) expect(await matches({ op: 'flag', name: 'seen', value }, mail, 'UTC')).toBe(false);
  });
});

describe('and, or, not', () => {
  const yes: Filter = { op: 'hasAttachments', value: true };
  const no: Filter = { op: 'hasAttachments', value: false };

  test('mean what they say', async () => {
    expect(await fits({ op: 'and', of: [yes, yes] })).toBe(true);
    expect(await fits({ op: 'and', of: [yes, no] })).toBe(false);
    expect(await fits({ op: 'or', of: [no, yes] })).toBe(true);
    expect(await fits({ op: 'or', of: [no, no] })).toBe(false);
    expect(await fits({ op: 'not', of: no })).toBe(true);
  });

  test('the body is fetched only when the rest does not decide', async () => {
    let fetched = 0;
    const body = () => (fetched++, Promise.resolve('text'));
    const inBody = contains('body', 'text');
    expect(await fits({ op: 'and', of: [inBody, no] }, { body })).toBe(false);
    expect(await fits({ op: 'or', of: [{ op: 'and', of: [inBody] }, yes] }, { body })).toBe(true);
    expect(fetched).toBe(0);
    expect(await fits({ op: 'and', of: [inBody, yes] }, { body })).toBe(true);
    expect(fetched).toBe(1);
  });

  test('a filter that needs the body is told from one that does not', () => {
    expect(needsBody({ op: 'not', of: { op: 'or', of: [yes, { op: 'matches', field: 'body', pattern: 'x' }] } })).toBe(true);
    expect(needsBody({ op: 'and', of: [yes, contains('subject', 'body')] })).toBe(false);
  });
});

test.each<[Filter, string]>([
  [contains('subject', 'invoice'), 'subject contains "invoice"'],
  [{ op: 'flag', name: 'seen', value: false }, 'unread'],
  [{ op: 'flag', name: 'flagged', value: false }, 'not flagged'],
  [
    {
      op: 'and',
      of: [
        { op: 'flag', name: 'seen', value: true },
        { op: 'hasAttachments', value: false },
      ],
    },
    'read, without attachments',
  ],
  [{ op: 'not', of: { op: 'matches', field: 'from', pattern: '^a' } }, 'not (from fits ^a)'],
  [
    {
      op: 'and',
      of: [
        { op: 'or', of: [contains('from', 'a'), contains('from', 'b')] },
        { op: 'on', field: 'receivedAt', date: '2026-11-01' },
      ],
    },
    '(from contains "a" or from contains "b"), received on 2026-11-01',
  ],
])('%j reads: %s', (filter, text) => {
  expect(String(describeFilter(filter))).toBe(text);
});

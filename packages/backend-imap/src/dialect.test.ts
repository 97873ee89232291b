import fc from 'fast-check';
import { Filter, matches, planFilter, type FilterSubject } from '@mailwright/core';
import { dialectFor, showKeys, type SearchKeys } from './dialect.ts';
import { isList, wordOf, type Token } from './response.ts';

const ZONES = ['UTC', 'Europe/Berlin', 'Pacific/Kiritimati', 'Etc/GMT+12', 'Asia/Kolkata'];

/** A mail as a server has it: the header as written, and when it came by the server's own clock. */
interface Stored {
  readonly subject: { readonly wire: string; readonly text: string };
  readonly from: string;
  readonly name: string;
  readonly flags: readonly string[];
  readonly receivedAt: number;
  /** Absent: the server cannot read the Date header. */
  readonly sentAt: number | undefined;
  readonly messageId: string;
}

/** RFC 3501 section 6.4.4, the keys that we send; `decodes`: the server looks at decoded headers. */
function serverFinds(keys: SearchKeys, mail: Stored, server: { decodes: boolean; offset: number; dateOfNone: 'none' | 'epoch' }): boolean {
  const left = [...keys];
  const contains = (text: string, part: string) => text.toLowerCase().includes(part.toLowerCase());
  const day = (at: number) => new Date(at + server.offset * 3_600_000).toISOString().slice(0, 10);
  const sent = mail.sentAt ?? (server.dateOfNone === 'epoch' ? 0 : Number.NaN);
  const one = (key: Token): boolean => {
    if (isList(key)) return serverFinds(key, mail, server);
    const word = (wordOf(key) ?? '').toUpperCase();
    const argument = () => wordOf(left.shift()) ?? '';
    const date = () => new Date(`${argument()} UTC`).toISOString().slice(0, 10);
    switch (word) {
      case 'OR': {
        const [a, b] = [one(left.shift() ?? null), one(left.shift() ?? null)];
        return a || b;
      }
      case 'NOT':
        return !one(left.shift() ?? null);
      case 'SUBJECT':
        return contains(server.decodes ? mail.subject.text : mail.subject.wire, argument());
      case 'FROM':
        return contains(`"${mail.name}" <${mail.from}>`, argument());
      case 'TO':
      case 'CC':
      case 'BCC':
        argument();
        return false;
      case 'HEADER':
        argument();
        return contains(mail.messageId, argument());
      case 'SINCE':
        return day(mail.receivedAt) >= date();
      case 'BEFORE':
        return day(mail.receivedAt) < date();
      case 'SENTSINCE':
        return !Number.isNaN(sent) ? day(sent) >= date() : (argument(), false);
      case 'SENTBEFORE':
        return !Number.isNaN(sent) ? day(sent) < date() : (argument(), false);
      default: {
        const flag = word.replace(/^UN/, '').toLowerCase();
        if (!['seen', 'answered', 'flagged', 'draft'].includes(flag)) throw new Error(`a key that servers do not know: ${word}`);
        return mail.flags.includes(flag) !== word.startsWith('UN');
      }
    }
  };
  let all = true;
  while (left.length > 0) all = one(left.shift() ?? null) && all;
  return all;
}

const DAY = 86_400_000;
const BASE = Date.parse('2026-11-20T00:00:00Z');
const instant = fc.integer({ min: 0, max: 8 * DAY }).map((ms) => BASE + ms);
const WORDS = [
  'Invoice',
  'invoice 7',
  'final  INVOICE',
  'Größe',
  'Grüße Rechnung',
  '請求書 12',
  '"quoted\\',
  'a',
  '→',
  'x=?y',
  'İstanbul',
  'Cafe\u0301',
  'CAFÉ 3',
  'cafe',
  'tab\tand  blanks',
];
const words = fc.constantFrom(...WORDS);

// What is not ASCII is written as an encoded word (RFC 2047).
const written = (text: string) => ({
  text,
  wire: Buffer.byteLength(text) === text.length ? text : `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`,
});
const subject = words.map(written);
const mail: fc.Arbitrary<Stored> = fc.record({
  subject,
  from: fc.constantFrom('billing@acme.example', 'bill@acme.example', 'me@other.test'),
  name: fc.constantFrom('Billing', 'Acme GmbH', 'Jo'),
  flags: fc.uniqueArray(fc.constantFrom('seen', 'answered', 'flagged', 'draft')),
  receivedAt: instant,
  sentAt: fc.option(instant, { nil: undefined }),
  messageId: fc.constantFrom('<a.1@x.test>', '<b@y.test>'),
});

const day = fc.integer({ min: 0, max: 8 }).map((days) => new Date(BASE + days * DAY).toISOString().slice(0, 10));
const leaf: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({ op: fc.constant('contains' as const), field: fc.constantFrom('subject', 'from', 'to', 'body'), value: words }),
  fc.record({
    op: fc.constant('contains' as const),
    field: fc.constant('from'),
    value: fc.constantFrom('acme', 'billing@', 'GmbH <b', 'JO'),
  }),
  fc.record({ op: fc.constant('matches' as const), field: fc.constant('subject'), pattern: fc.constantFrom('^Inv', '(?i)invoice') }),
  fc.record({ op: fc.constantFrom('on', 'before', 'after'), field: fc.constantFrom('sentAt', 'receivedAt'), date: day }),
  fc.record({
    op: fc.constantFrom('before', 'after'),
    field: fc.constantFrom('sentAt', 'receivedAt'),
    date: instant.map((at) => new Date(at).toISOString()),
  }),
  fc.record({ op: fc.constant('flag' as const), name: fc.constantFrom('seen', 'answered', 'flagged', 'draft'), value: fc.boolean() }),
  fc.record({
    op: fc.constant('is' as const),
    field: fc.constant('messageId'),
    value: fc.constantFrom('<a.1@x.test>', 'b@y.test', 'none'),
  }),
  fc.record({
    op: fc.constant('is' as const),
    field: fc.constant('from'),
    value: fc.constantFrom('Billing@acme.example', 'me@other.test'),
  }),
  fc.record({ op: fc.constant('hasAttachments' as const), value: fc.boolean() }),
) as fc.Arbitrary<Filter>;
const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.record({ op: fc.constantFrom('and', 'or'), of: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }) }) as fc.Arbitrary<Filter>,
    fc.record({ op: fc.constant('not' as const), of: tie('filter') }),
  ),
}));
const server = fc.record({
  decodes: fc.boolean(),
  offset: fc.integer({ min: -12, max: 14 }),
  dateOfNone: fc.constantFrom('none' as const, 'epoch' as const),
});

function subjectOf(stored: Stored): FilterSubject {
  return {
    ref: { folder: 'INBOX', id: '1.1' },
    kind: 'mail',
    references: [],
    subject: stored.subject.text,
    from: [{ address: stored.from, name: stored.name }],
    to: [],
    cc: [],
    messageId: stored.messageId,
    receivedAt: new Date(stored.receivedAt).toISOString(),
    ...(stored.sentAt !== undefined && { sentAt: new Date(stored.sentAt).toISOString() }),
    flags: stored.flags as FilterSubject['flags'] & {},
    body: () => Promise.resolve('the body has an invoice'),
  };
}

test('what the server finds is never less than the filter, and with the rest of it exactly that', async () => {
  await fc.assert(
    fc.asyncProperty(filter, mail, server, fc.constantFrom(...ZONES), fc.boolean(), async (wanted, stored, traits, zone, byWords) => {
      const { native, residual } = planFilter(wanted, dialectFor({ byWords }));
      const meant = await matches(wanted, subjectOf(stored), zone);
      const found = native === null || serverFinds(native, stored, traits);
      expect(found || !meant).toBe(true);
      expect(found && (residual === null || (await matches(residual, subjectOf(stored), zone)))).toBe(meant);
    }),
    { numRuns: 3000 },
  );
});

test.each(WORDS)('a subject that contains %j is found, whatever the server decodes', async (value) => {
  const wanted: Filter = { op: 'contains', field: 'subject', value };
  const { native } = planFilter(wanted, dialectFor({ byWords: false }));
  const [some] = fc.sample(mail, { numRuns: 1, seed: 1 }) as [Stored];
  for (const text of [...WORDS, `${value} and more`, value.normalize('NFD'), value.toUpperCase()])
    for (const decodes of [true, false]) {
      const stored = { ...some, subject: written(text) };
      const found = native === null || serverFinds(native, stored, { decodes, offset: 0, dateOfNone: 'none' });
      expect([text, found || !(await matches(wanted, subjectOf(stored), 'UTC'))]).toEqual([text, true]);
    }
});

test('the evaluator would see a dialect that narrows', async () => {
  const narrow = dialectFor({ byWords: false });
  const literal = {
    ...narrow,
    leaf: () => ({
      native: [
        { type: 'ATOM', value: 'SUBJECT' },
        { type: 'STRING', value: 'Größe' },
      ],
      exact: false,
    }),
  };
  const { native } = planFilter({ op: 'contains', field: 'subject', value: 'Größe' }, literal);
  const stored = { ...fc.sample(mail, { numRuns: 1, seed: 1 })[0], subject: { text: 'Größe', wire: '=?utf-8?B?R3LDtsOfZQ==?=' } } as Stored;
  expect(serverFinds(native ?? [], stored, { decodes: false, offset: 0, dateOfNone: 'none' })).toBe(false);
});

test.each([
  [{ op: 'flag', name: 'seen', value: false }, 'UNSEEN'],
  [{ op: 'contains', field: 'subject', value: 'Invoice "7"' }, 'OR (SUBJECT "Invoice" SUBJECT "7") (SUBJECT "=?")'],
  [{ op: 'contains', field: 'subject', value: '請求書' }, null],
  [{ op: 'contains', field: 'body', value: 'invoice' }, null],
  [{ op: 'is', field: 'messageId', value: '<a@b>' }, 'HEADER MESSAGE-ID "a@b"'],
  [{ op: 'is', field: 'messageId', value: '<a b@c\r\nA1 LOGOUT>' }, null],
  [{ op: 'on', field: 'receivedAt', date: '2026-03-01' }, 'SINCE 27-Feb-2026 BEFORE 4-Mar-2026'],
  [{ op: 'before', field: 'sentAt', date: '2026-03-01' }, 'OR (SENTBEFORE 3-Mar-2026) (NOT SENTSINCE 2-Jan-1970)'],
  [{ op: 'after', field: 'receivedAt', date: '0000-01-01' }, null],
  [{ op: 'not', of: { op: 'contains', field: 'subject', value: 'x' } }, null],
  [
    {
      op: 'not',
      of: {
        op: 'and',
        of: [
          { op: 'flag', name: 'seen', value: true },
          { op: 'flag', name: 'draft', value: false },
        ],
      },
    },
    'NOT (SEEN UNDRAFT)',
  ],
])('%j is asked as %s', (data, keys) => {
  const { native } = planFilter(Filter.parse(data), dialectFor({ byWords: false }));
  expect(native && showKeys(native)).toBe(keys);
});

test('a text without end makes no line that a server must refuse: its beginning is asked', () => {
  for (const op of [
    { op: 'contains', field: 'subject', value: 'x'.repeat(200_000) },
    { op: 'is', field: 'messageId', value: `<${'x'.repeat(200_000)}@example.test>` },
  ] as const) {
    const { native, residual } = planFilter(Filter.parse(op), dialectFor({ byWords: false }));
    const asked = showKeys(native ?? []);
    expect(asked).toContain('x'.repeat(200));
    expect(asked.length).toBeLessThan(1000);
    expect(residual).toEqual(op);
  }
});

import fc from 'fast-check';
import { parseHeaders } from '@mailwright/mime';
import { itemOf } from './rows.ts';

const REF = { folder: 'INBOX', id: 'x' };

test('what was received says what it is in its header, as it does over every other protocol', () => {
  const lines = [
    'From: Ann <ann@example.com>',
    'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=',
    'Message-ID: <a@b>',
    'References: <1@b> <2@b>',
    'Importance: high',
  ];
  const internetMessageHeaders = lines.map((line) => {
    const [name = '', ...value] = line.split(': ');
    return { name, value: value.join(': ') };
  });
  const {
    headers: _h,
    sender: _s,
    replyTo: _r,
    bcc: _b,
    defects: _d,
    ...said
  } = parseHeaders(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`));
  const { summary } = itemOf(
    { internetMessageHeaders, subject: 'another', isRead: true, flag: { flagStatus: 'flagged' }, receivedDateTime: '2026-11-02T08:14:20Z' },
    REF,
  );
  expect(summary).toMatchObject({ ...said, flags: ['seen', 'flagged'], receivedAt: '2026-11-02T08:14:20.000Z' });
  expect(summary.subject).toBe('Grüße');
});

test('a draft says it in its properties, by the same rule for texts', () => {
  const { summary, bcc } = itemOf(
    {
      subject: 'a\u0001b\ud800c  d',
      isDraft: true,
      from: { emailAddress: { address: 'ann@example.com', name: 'ann@example.com' } },
      bccRecipients: [{ emailAddress: { address: 'x@example.com', name: 'X\u0000' } }],
      singleValueExtendedProperties: [
        { id: 'Integer 0x0E08', value: '17' },
        { id: 'INTEGER 0x1081', value: '103' },
        { id: 'String 0x1a', value: 'IPM.Schedule.Meeting.Canceled' },
      ],
    },
    REF,
  );
  expect(summary).toMatchObject({
    subject: 'a\ufffdb\ufffdc d',
    size: 17,
    kind: 'cancellation',
    from: [{ address: 'ann@example.com' }],
    flags: ['answered', 'draft'],
  });
  expect(summary.defects).toHaveLength(2);
  expect(bcc).toEqual([{ address: 'x@example.com', name: 'X\ufffd' }]);
});

test('whatever stands in a row, a listing goes on, and its texts are clean', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(null, undefined, '\ud83d', 'a\r\nBcc: x@y', '=?utf-8?q?=ED=A0=80?='),
  );
  const person = fc.option(fc.record({ emailAddress: fc.option(fc.record({ address: text, name: text })) }));
  const row = fc.record({
    subject: text,
    internetMessageId: text,
    receivedDateTime: text,
    sentDateTime: text,
    from: person,
    toRecipients: fc.array(person.map((one) => one ?? {})),
    categories: fc.array(text.map((one) => one ?? '')),
    internetMessageHeaders: fc.option(
      fc.array(fc.record({ name: fc.oneof(fc.constantFrom('Subject', 'From', 'Date'), text), value: text })),
    ),
  });
  fc.assert(
    fc.property(row, (given) => {
      const { summary, bcc } = itemOf(given as never, REF);
      for (const one of [
        summary.subject,
        ...(summary.keywords ?? []),
        ...summary.from.flatMap(({ address, name = '' }) => [address, name]),
      ]) {
        expect(one.isWellFormed()).toBe(true);
        // oxlint-disable-next-line no-control-regex -- what no text may hold
        expect(one).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
      }
      // A line end in a value begins no other field.
      expect(bcc).toEqual([]);
    }),
  );
});

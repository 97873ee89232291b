import { parseHeaders } from './headers.ts';

const read = (...lines: string[]) => parseHeaders(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`));

test('a whole header', () => {
  const { headers, defects, ...fields } = read(
    'From: =?utf-8?q?M=C3=BCller?= <m@example.com>',
    'To: Team: a@example.com, "B, C" <b@example.com>;, undisclosed:;',
    'Cc: (remark) c@example.com',
    'Reply-To: r@example.com',
    'Sender: s@example.com',
    'Subject: =?iso-2022-jp?b?GyRCJDMkcyRLJEEkTxsoQg==?=',
    '\t and more',
    'Date: Tue, 24 Nov 2026 08:30:15 +0100',
    'Message-ID: <1@example.com>',
    'In-Reply-To: <0@example.com> (remark)',
    'References: <a@example.com>',
    ' <0@example.com>',
    'X-Priority: 1 (Highest)',
    'X-Two: one',
    'x-two: two',
  );
  expect(fields).toEqual({
    kind: 'mail',
    messageId: '<1@example.com>',
    inReplyTo: '<0@example.com>',
    references: ['<a@example.com>', '<0@example.com>'],
    subject: 'こんにちは and more',
    from: [{ address: 'm@example.com', name: 'Müller' }],
    to: [{ address: 'a@example.com' }, { address: 'b@example.com', name: 'B, C' }],
    cc: [{ address: 'c@example.com', name: 'remark' }],
    bcc: [],
    replyTo: [{ address: 'r@example.com' }],
    sender: { address: 's@example.com' },
    sentAt: '2026-11-24T07:30:15.000Z',
    importance: 'high',
  });
  expect(defects).toEqual([]);
  expect(headers.get('x-two')).toEqual(['one', 'two']);
});

test('what is missing is empty or absent, never invented', () => {
  expect(read('X-Only: this')).toMatchObject({ subject: '', from: [], to: [], references: [], kind: 'mail', defects: [] });
  expect(Object.keys(read('X-Only: this'))).not.toContain('sentAt');
  const { sentAt, defects } = read('Date: a while ago');
  expect([sentAt, defects]).toEqual([undefined, ['date: the date "a while ago" cannot be read']]);
});

test('the block ends with its first empty line, and lone carriage returns end no line', () => {
  const { headers, subject } = parseHeaders(Buffer.from('Subject: a\rBcc: x@example.com\nTo: b\n\nX-Body: no\n'));
  expect([...headers.keys()]).toEqual(['subject', 'to']);
  expect(subject).toBe('a Bcc: x@example.com');
  expect(parseHeaders(Buffer.from('\r\nSubject: no')).headers.size).toBe(0);
});

test('one line in Windows-1252 does not spoil another in UTF-8', () => {
  const bytes = Buffer.concat([Buffer.from('Subject: Grüße\r\nX-Odd: Gr'), Buffer.from([0xfc, 0xdf]), Buffer.from('e\r\n\r\n')]);
  const { subject, headers, defects } = parseHeaders(bytes);
  expect([subject, headers.get('x-odd')]).toEqual(['Grüße', ['Grüße']]);
  expect(defects).toEqual(['x-odd: 8-bit text without a character set was read as Windows-1252']);
});

test('controls and names of prototypes are only text', () => {
  const { subject, defects, headers } = read('Subject: a\u0000b=?utf-8?q?=00?=c', '__proto__: x', 'constructor: y');
  expect([subject, defects]).toEqual(['a\ufffdb\ufffdc', ['subject: control characters were replaced']]);
  expect([headers.get('__proto__'), headers.get('constructor'), headers.get('toString')]).toEqual([['x'], ['y'], undefined]);
  // Negative control: a plain object has other things to say.
  const plain: Record<string, unknown> = {};
  plain['__proto__'] = ['x'];
  expect([Object.keys(plain), typeof plain['toString']]).toEqual([[], 'function']);
});

test('caps: what is beyond is left out and named', () => {
  const many = read(`To: ${Array.from({ length: 6000 }, (_, index) => `a${index}@b.c`).join(',')}`);
  expect([many.to.length, many.defects]).toEqual([5000, ['to: only the first 5000 addresses are listed']]);
  const long = read(`From: ${'a'.repeat(2000)}@example.com, "${'n'.repeat(2000)}" <b@example.com>`);
  expect(long.from).toEqual([{ address: 'b@example.com', name: 'n'.repeat(1000) }]);
  expect(long.defects).toHaveLength(2);
  expect(read(`X-Long: ${'x'.repeat(200_000)}`).headers.get('x-long')?.[0]).toHaveLength(102_400 - 'X-Long: '.length);
  const block = parseHeaders(Buffer.from(`X-Fill: y\r\n`.repeat(110_000) + 'Subject: late\r\n\r\n'));
  expect([block.subject, block.defects]).toEqual(['', ['header: only the first 1048576 bytes were read']]);
});

test.each([
  ['Content-Type: text/calendar; method=REQUEST', 'invite'],
  ['Content-Type: text/calendar; charset=utf-8; METHOD="cancel"', 'cancellation'],
  ['Content-Type: text/calendar; method=reply', 'response'],
  ['Content-Type: text/calendar; method=constructor', 'mail'],
  ['Content-Type: multipart/report; report-type=delivery-status; boundary=x', 'bounce'],
  ['X-Failed-Recipients: a@b.c', 'bounce'],
  ['Content-Type: multipart/report; report-type="disposition-notification"', 'receipt'],
  ['Auto-Submitted: auto-replied (vacation)', 'auto-reply'],
  ['Auto-Submitted: auto-generated', 'mail'],
  ['Auto-Submitted: no', 'mail'],
  ['Precedence: auto_reply', 'auto-reply'],
])('%s: %s', (line, kind) => {
  expect(read(line).kind).toBe(kind);
});

test.each([
  ['brackets', `To: ${'<'.repeat(100_000)}`],
  ['quotes', `To: ${'"a'.repeat(50_000)}`],
  ['comments', `To: ${'('.repeat(100_000)}`],
  ['commas', `To: ${','.repeat(100_000)}`],
  ['groups', `To: ${'a:'.repeat(50_000)}`],
  ['at signs', `To: ${'a@'.repeat(50_000)}`],
  ['encoded words', `Subject: ${'=?utf-8?q?a?= '.repeat(7000)}`],
  ['halves of encoded words', `Subject: ${'=?utf-8?q?'.repeat(10_000)}`],
  ['blanks after an encoded word', `Subject: =?utf-8?b?YQ==?=${' '.repeat(99_000)}x`],
  ['references', `References: ${'<'.repeat(50_000)}${'<a@b> '.repeat(8000)}`],
  ['a date', `Date: ${'('.repeat(50_000)}${' 1 '.repeat(16_000)}`],
  ['many headers', 'A:b\r\n'.repeat(200_000)],
  ['foldings', `Subject: a${'\r\n a'.repeat(25_000)}`],
])('hostile %s are read in no time', (_, lines) => {
  const started = process.cpuUsage();
  read(lines);
  // Of the processor: how long a busy machine takes says nothing.
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(3000);
});

test.each([
  ['UTF-7', '=?utf-7?q?caf+AOk-?=', 'café'],
  ['raw Latin-1 in a Latin-1 word', '=?iso-8859-1?q?caf\u00e9_=E9?=', 'café é'],
  ['raw UTF-8 in a UTF-8 word', '=?utf-8?q?caf\u00c3\u00a9_=C3=A9?=', 'café é'],
  ['a character over two words', '=?utf-8?q?caf=C3?= =?utf-8?q?=A9?=', 'café'],
  ['a character set that nobody knows', '=?klingon?q?caf=65?=', 'cafe'],
])('an encoded word: %s', (_, word, subject) => {
  expect(parseHeaders(Buffer.from(`Subject: ${word}\r\n\r\n`, 'latin1')).subject).toBe(subject);
});

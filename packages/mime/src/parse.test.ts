import { simpleParser } from 'mailparser';
import { buffer } from 'node:stream/consumers';
import { parse } from './parse.ts';
import { bytesOf, known, mail, multipart, whole } from './parse.test.fixture.ts';

const HEAD = ['From: a@example.com', 'Subject: Test', 'MIME-Version: 1.0'];

test('a plain mail', async () => {
  const bytes = mail(
    ...HEAD,
    'Content-Type: text/plain; charset=iso-8859-1',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'Gr=FC=DFe',
    'x',
  );
  const message = await parse(bytes, known);
  expect(message).toMatchObject({
    ...known,
    subject: 'Test',
    kind: 'mail',
    text: 'Grüße\nx',
    attachments: [],
    hasAttachments: false,
    defects: [],
  });
  expect('html' in message).toBe(false);
  expect(await buffer(await message.raw())).toEqual(bytes);
  expect(await buffer(await message.raw())).toEqual(bytes);
});

test('text is made from HTML where nothing else says it; HTML stays as it is', async () => {
  const html = '<p>Hello <b>you</b></p><img src=x onerror=alert(1)>';
  const only = await parse(mail(...HEAD, 'Content-Type: text/html', '', html), known);
  expect([only.text?.trim(), only.html]).toEqual(['Hello you', html]);
  const htmlPart = `Content-Type: text/html\r\n\r\n${html}`;
  const blank = await parse(mail(...HEAD, multipart('alternative', 'b', 'Content-Type: text/plain\r\n\r\n \r\n', htmlPart)), known);
  expect([blank.text?.trim(), blank.html]).toEqual(['Hello you', html]);
  const footer = await parse(mail(...HEAD, multipart('mixed', 'b', htmlPart, 'Content-Type: text/plain\r\n\r\nThe list')), known);
  expect([footer.text?.split(/\s+/), footer.html]).toEqual([['Hello', 'you', 'The', 'list'], html]);
  const both = await parse(mail(...HEAD, multipart('alternative', 'b', 'Content-Type: text/plain\r\n\r\nShort', htmlPart)), known);
  expect(both.text).toBe('Short');
});

test.each(['base64', 'quoted-printable', '7bit', '8bit', 'binary'])('attachments in %s keep each byte', async (encoding) => {
  const content = encoding === '7bit' ? 'a;b\r\n1;2\r\n\r\n--c\r\n \t\r\n' : 'a;b\r\n1;2\n\n\u00fc\u0000\t \r\n--b x\r\n=41 \r\r\n';
  const bytes = Buffer.from(content, 'latin1');
  const encoded: Record<string, string> = {
    base64: bytes.toString('base64').replace(/.{60}/g, '$&\r\n'),
    'quoted-printable': [...bytes]
      .map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join('')
      .replace(/.{60}/g, '$&=\r\n'),
  };
  const part = [
    'Content-Type: text/csv; charset=utf-16; name="=?utf-8?q?Gr=C3=BC=C3=9Fe.csv?="',
    `Content-Transfer-Encoding: ${encoding}`,
    'Content-Disposition: attachment',
    '',
    encoded[encoding] ?? content,
  ].join('\r\n');
  const source = Buffer.from([...HEAD, multipart('mixed', 'b', 'Content-Type: text/plain\r\n\r\nHi', part)].join('\r\n'), 'latin1');
  const { attachments, text } = await parse(source, known);
  expect(text).toBe('Hi');
  expect(attachments).toMatchObject([{ filename: 'Grüße.csv', contentType: 'text/csv', size: bytes.length, inline: false }]);
  expect(await bytesOf(attachments[0]!)).toEqual(bytes);
  expect(await bytesOf(attachments[0]!)).toEqual(bytes);
});

test('attached messages, reports and calendars stay whole, in order', async () => {
  const inner = mail('Subject: inner', 'Content-Type: multipart/mixed; boundary=inner', '', '--inner', '', 'deep', '--inner--', '');
  const status = 'Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@b.c\r\nAction: failed\r\n';
  const source = mail(
    ...HEAD,
    multipart(
      'report; report-type=delivery-status',
      'b',
      'Content-Type: text/plain\r\n\r\nIt failed',
      `Content-Type: message/delivery-status\r\n\r\n${status}`,
      `Content-Type: message/rfc822\r\nContent-Disposition: inline\r\n\r\n${inner.toString()}`,
      `Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n${inner.toString('base64')}`,
    ),
  );
  const message = await parse(source, known);
  expect([message.kind, message.text, message.subject]).toEqual(['bounce', 'It failed', 'Test']);
  expect(message.attachments.map(({ contentType }) => contentType)).toEqual([
    'message/delivery-status',
    'message/rfc822',
    'message/rfc822',
  ]);
  const contents = await Promise.all(message.attachments.map(bytesOf));
  expect(contents.map(String)).toEqual(
    [status.slice(0, -2), String(inner).slice(0, -2), String(inner)].map((one) => expect.stringContaining(one)),
  );
  expect((await parse(contents[2]!, known)).text?.trim()).toBe('deep');
});

test('R1.30 an invite is read, and answers nothing', async () => {
  const calendar = (method: readonly string[]) =>
    ['BEGIN:VCALENDAR', ...method, 'BEGIN:VEVENT', 'UID:1', 'SUMMARY:Größe', 'END:VEVENT', 'END:VCALENDAR'].join('\r\n');
  const read = (...method: string[]) =>
    parse(
      mail(...HEAD, multipart('alternative', 'b', '\r\nHi', `Content-Type: text/calendar; charset=utf-8\r\n\r\n${calendar(method)}`)),
      known,
    );
  expect(await read('METHOD:REQUEST')).toMatchObject({ kind: 'invite', invite: { uid: '1', method: 'REQUEST' } });
  expect(await read('METHOD:CANCEL')).toMatchObject({ kind: 'cancellation', invite: { method: 'CANCEL' } });
  const saved = await read();
  expect([saved.kind, saved.invite, saved.attachments.length]).toEqual(['mail', undefined, 1]);
  expect((await read('METHOD:CONSTRUCTOR')).kind).toBe('mail');
});

test('what the listing knew stays, what the bytes say wins', async () => {
  const listed = {
    ...known,
    subject: 'listed',
    flags: ['seen'] as const,
    size: 5,
    receivedAt: '2026-01-01T00:00:00Z',
    defects: ['listed'],
  };
  expect(await parse(mail('Subject: real', '', 'x'), listed)).toMatchObject({ ...listed, subject: 'real' });
  expect(await parse(Buffer.alloc(0), { ...listed, kind: 'bounce' })).toMatchObject({ subject: 'listed', kind: 'bounce', attachments: [] });
});

test('beyond its caps a mail is told as far as it was read, and its bytes are there', async () => {
  const parts = Array.from({ length: 1100 }, (_, index) => `Content-Type: application/x-part\r\n\r\n${index}`);
  const many = mail(...HEAD, multipart('mixed', 'b', 'Content-Type: text/plain\r\n\r\nHello', ...parts));
  const message = await parse(many, known);
  // How much was through when the parser gave up is a matter of timing.
  expect(message.defects).toContain('unreadable: Max allowed child nodes exceeded');
  expect(message.subject).toBe('Test');
  expect(message.attachments.length).toBeLessThanOrEqual(500);
  expect(await buffer(await message.raw())).toEqual(many);

  const header = await parse(mail(...HEAD, ...Array.from({ length: 20_000 }, () => `X-Fill: ${'y'.repeat(60)}`), '', 'body'), known);
  expect(header).toMatchObject({ subject: 'Test', attachments: [] });
  expect(header.defects).toContain('unreadable: Max header size for a MIME node exceeded');

  let deep = 'Content-Type: text/plain\r\n\r\nDeep';
  for (let level = 0; level < 60; level++) deep = multipart('mixed', `level${level}x`, deep);
  expect(await parse(mail(...HEAD, deep), known)).toMatchObject({ text: 'Deep', defects: ['parts: nested more than 50 levels'] });
});

test('negative control: the library alone loses the mail that is beyond its caps, and makes an unreadable date now', async () => {
  const parts = Array.from({ length: 1100 }, (_, index) => `Content-Type: application/x-part\r\n\r\n${index}`);
  await expect(simpleParser(mail(...HEAD, multipart('mixed', 'b', ...parts)), {})).rejects.toThrow('Max allowed child nodes');
  const odd = mail('Date: the day after', 'Subject: x', '', 'x');
  expect((await simpleParser(odd, {})).date).toBeInstanceOf(Date);
  expect((await parse(odd, known)).sentAt).toBeUndefined();
});

test('texts are held up to a cap', async () => {
  const line = `${'x'.repeat(62)}\r\n`;
  const { text, defects } = await parse(mail(...HEAD, '', line.repeat(300_000)), known);
  expect(text?.length).toBe(10 * 1024 * 1024);
  expect(defects).toEqual(['text: only the beginning was read', 'text: cut after 10485760 characters']);
});

test.each([
  ['no blank line', 'Subject: x'],
  ['nothing but blanks', '\r\n\r\n\r\n'],
  ['a part without a type that can be read', multipart('mixed', 'b', 'Content-Type: ;;=\r\n\r\nodd')],
  ['a type without a boundary', 'Content-Type: multipart/mixed\r\n\r\nx'],
  ['a boundary that never shows', 'Content-Type: multipart/mixed; boundary=never\r\n\r\nx'],
  [
    'an end that never comes',
    'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAA',
  ],
  ['a character set that nobody knows', 'Content-Type: text/plain; charset=klingon\r\n\r\nx'],
  ['an encoding that nobody knows', 'Content-Type: image/png\r\nContent-Transfer-Encoding: rot13\r\n\r\nx'],
  ['base64 that is none', 'Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%%=A=B\u00ff'],
  ['a root that is an attachment', 'Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA'],
  [
    'a disposition of the family of prototypes',
    'Content-Disposition: __proto__; filename="../../etc/passwd\u0000.txt"\r\nContent-Type: __proto__/constructor\r\n\r\nx',
  ],
])('%s is a message too', async (_, text) => {
  const message = await parse(Buffer.from(text), known);
  expect(message).toMatchObject(known);
  expect(await buffer(await message.raw())).toEqual(Buffer.from(text));
  await Promise.all(message.attachments.map(bytesOf));
});

test('line ends do not matter', async () => {
  const image = Buffer.from([...Array(256).keys()]).toString('base64');
  const lines = mail(
    ...HEAD,
    'X-Folded: a',
    '  b',
    multipart(
      'mixed',
      'b',
      multipart('alternative', 'c', '\r\nplain\r\n\r\ntext', 'Content-Type: text/html\r\n\r\n<p>rich\r\ntext'),
      `Content-Type: image/png\r\nContent-ID: <1@x>\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\n${image}`,
    ),
  );
  const withLf = Buffer.from(lines.toString().replaceAll('\r\n', '\n'));
  const read = await whole(lines);
  expect(read).toMatchObject({ text: 'plain\n\ntext', attachments: [{ contentId: '1@x', inline: true, size: 256 }] });
  expect(await whole(withLf)).toEqual({ ...read, html: '<p>rich\ntext' });
});

test('HTML that is hostile to converters is read in no time', async () => {
  for (const html of [
    '<div>'.repeat(400_000),
    '<a href="'.repeat(100_000),
    '<table><tr><td>'.repeat(50_000),
    '&'.repeat(2_000_000),
    '<'.repeat(2_000_000),
  ]) {
    const started = process.cpuUsage();
    await parse(mail(...HEAD, 'Content-Type: text/html', '', html), known);
    // Of the processor: how long a busy machine takes says nothing.
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(4000);
  }
});

test.each(['', '; charset=us-ascii'])('8-bit text without a character set (%s) is not lost', async (charset) => {
  const head = `Content-Type: text/plain${charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n`;
  const latin = await parse(Buffer.from(`${head}caf\u00e9`, 'latin1'), known);
  expect([latin.text, latin.defects]).toEqual(['café', ['text: 8-bit text without a character set was read as Windows-1252']]);
  const utf8 = await parse(Buffer.from(`${head}café 👍`), known);
  expect([utf8.text, utf8.defects]).toEqual(['café 👍', []]);
});

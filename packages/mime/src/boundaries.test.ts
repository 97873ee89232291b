import { parse } from './parse.ts';
import { bytesOf, inPieces, known, mail } from './parse.test.fixture.ts';

const gif = (name: string) => [`Content-Type: image/gif; name=${name}`, '', name];
const read = async (...lines: string[]) => {
  // Piece by piece too: a boundary may lie across two of them.
  const whole = await parse(mail(...lines), known);
  const pieces = await parse(
    inPieces(mail(...lines), () => 3),
    known,
  );
  expect([pieces.text, pieces.defects, pieces.attachments.length]).toEqual([whole.text, whole.defects, whole.attachments.length]);
  return whole;
};
const names = ({ attachments }: Awaited<ReturnType<typeof read>>) => attachments.map(({ filename }) => filename);

test('blanks after a boundary hide no part', async () => {
  const message = await read(
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b \t ',
    '',
    '-- \nHello',
    '--b  ',
    ...gif('a.gif'),
    '--b\t',
    ...gif('c.gif'),
    '--b-- \t',
    'epilogue',
  );
  expect([message.text, names(message), message.defects]).toEqual(['-- \nHello', ['a.gif', 'c.gif'], []]);
  expect(String(await bytesOf(message.attachments[1]!))).toBe('c.gif');
});

test('a boundary that ends with a blank is another one than without', async () => {
  const message = await read('Content-Type: multipart/mixed; boundary="b "', '', '--b ', '', 'one', '--b', 'still one', '--b --', '');
  expect(message.text).toBe('one\n--b\nstill one');
});

test.each([
  ['begins', '--outer'],
  ['ends', '--outer--'],
])('an inner multipart that is never closed ends where the outer boundary %s', async (_, line) => {
  const message = await read(
    'Content-Type: multipart/mixed; boundary=outer',
    '',
    '--outer',
    'Content-Type: multipart/mixed; boundary=middle',
    '',
    '--middle',
    'Content-Type: multipart/mixed; boundary=inner',
    '',
    '--inner',
    ...gif('a.gif'),
    line,
    ...gif('c.gif'),
    '--outer--',
    '',
  );
  expect(names(message)).toEqual(line === '--outer' ? ['a.gif', 'c.gif'] : ['a.gif']);
  expect(String(await bytesOf(message.attachments[0]!))).toBe('a.gif');
});

test('parts that are announced and never come: what is there is text', async () => {
  const defect = 'parts: parts are announced, but none comes: what is there is read as text';
  expect(await read('Content-Type: multipart/mixed; boundary=never', '', 'Please pay.')).toMatchObject({
    text: 'Please pay.',
    defects: [defect],
  });
  const nested = await read(
    'Content-Type: multipart/mixed; boundary=b',
    '',
    'Preamble.',
    '--b',
    'Content-Type: multipart/mixed',
    '',
    'Please pay.',
    '--b',
    '',
    'Thanks.',
    '--b--',
    '',
  );
  expect(nested.text?.replace(/\s+/g, ' ')).toBe('Please pay. Thanks.');
  expect(nested.defects).toEqual([defect]);
});

test('what a digest holds is a message unless it says otherwise', async () => {
  const message = await read(
    'Content-Type: multipart/digest; boundary=b',
    '',
    '--b',
    '',
    'Subject: one',
    '',
    'text',
    '--b',
    'Content-Type: text/plain',
    '',
    'Read on.',
    '--b--',
    '',
  );
  expect(message.attachments.map(({ contentType }) => contentType)).toEqual(['message/rfc822']);
  expect(message.text).toBe('Read on.');
});

test('a mail without any header is all text', async () => {
  const message = await read('This mail has no header.', 'None at all.', '', 'And goes on.');
  expect(message.text).toBe('This mail has no header.\r\nNone at all.\r\n\r\nAnd goes on.');
  expect(message.defects).toEqual(['header: there is none: its lines are read as text']);
});

test('lines that look like boundaries cost no more than others', async () => {
  const levels = Array.from({ length: 45 }, (_, level) => [
    `Content-Type: multipart/mixed; boundary=level-${level}`,
    '',
    `--level-${level}`,
  ]);
  const body = '--level-x\r\n'.repeat(200_000);
  const started = process.cpuUsage();
  const { text } = await parse(mail(...levels.flat(), '', body), known);
  expect(text?.length).toBeGreaterThan(1_900_000);
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(6000);
});

import fc from 'fast-check';
import { MultiLine } from './framing.ts';

/** A message as it goes over the wire (RFC 1939 section 3). */
const stuffed = (message: Buffer) => Buffer.from(`${message.toString('latin1').replace(/(^|\r\n)\./g, '$1..')}.\r\n`, 'latin1');

/** What comes out of pieces: the bytes, where the answer ended, and how much was given away after it. */
function read(pieces: readonly Buffer[]): { readonly text: string; readonly end: number } {
  const taken: Buffer[] = [];
  const lines = new MultiLine((bytes) => taken.push(Buffer.from(bytes)));
  let passed = 0;
  for (const piece of pieces) {
    const end = lines.feed(piece);
    if (end !== -1) return { text: Buffer.concat(taken).toString('latin1'), end: passed + end };
    passed += piece.length;
  }
  return { text: Buffer.concat(taken).toString('latin1'), end: -1 };
}

const cut = (bytes: Buffer, places: readonly number[]) =>
  [0, ...places].map((from, at) => bytes.subarray(from, places[at] ?? bytes.length));

test.each([
  ['', '.\r\n'],
  ['a\r\n', 'a\r\n.\r\n'],
  ['.\r\n', '..\r\n.\r\n'],
  ['..\r\n.', '...\r\n..'],
  ['\r\n\r\n', '\r\n\r\n.\r\n'],
  ['a\r\r\nb\r\n', 'a\r\r\nb\r\n.\r\n'],
  // Lines end in CR LF and nothing else.
  ['a\n.\nb\r\n', 'a\n.\nb\r\n.\r\n'],
  ['a\r.\r\n', 'a\r.\r\n.\r\n'],
  // A dot that begins a line was put in, whatever follows it: also a CR that ends no line.
  ['\rx\r\n', '.\rx\r\n.\r\n'],
  ['\r\r\n', '.\r\r\n.\r\n'],
])('%j is what %j says', (text, wire) => {
  expect(read([Buffer.from(wire)]).text).toBe(text);
});

test('at every place where it may be cut, in two and in three', () => {
  const message = Buffer.from('.\r\n..\r\nGr\u00fc\u00dfe\r\n\r\n.\r.\r\n \r\r\n.x\r\n', 'latin1');
  const wire = Buffer.concat([stuffed(message), Buffer.from('+OK next\r\n')]);
  const whole = { text: message.toString('latin1'), end: wire.length - '+OK next\r\n'.length };
  for (let first = 0; first <= wire.length; first++)
    for (let second = first; second <= wire.length; second++) expect(read(cut(wire, [first, second]))).toEqual(whole);
});

test('any bytes in any pieces', () => {
  const byte = fc.oneof(fc.constantFrom(10, 13, 46), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 60 }), fc.array(fc.nat(80), { maxLength: 8 }), (bytes, places) => {
      const message = Buffer.from([...bytes, 13, 10]);
      const wire = stuffed(message);
      const sorted = places.map((place) => place % (wire.length + 1)).sort((a, b) => a - b);
      expect(read(cut(wire, sorted))).toEqual({ text: message.toString('latin1'), end: wire.length });
    }),
    { numRuns: 3000 },
  );
});

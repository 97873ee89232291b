import fc from 'fast-check';
import { cleanText, decodeBytes } from './text.ts';

/** Every code point that no text may hold: controls (but tab, line feed, carriage return), lone surrogates, non-characters. */
const bad = (point: number) =>
  (point < 0x20 && ![9, 10, 13].includes(point)) ||
  (point >= 0x7f && point <= 0x9f) ||
  (point >= 0xd800 && point <= 0xdfff) ||
  (point >= 0xfdd0 && point <= 0xfdef) ||
  (point & 0xfffe) === 0xfffe;

test('R1.20 R1.22 R1.23 each bad code point becomes one U+FFFD, each other one stays', () => {
  for (let point = 0; point <= 0x10ffff; point++) {
    const character = String.fromCodePoint(point);
    const { text, defects } = cleanText(`a${character}b`);
    if (text !== (bad(point) ? 'a\ufffdb' : `a${character}b`) || defects.length !== (bad(point) ? 1 : 0))
      throw new Error(`U+${point.toString(16)}: ${JSON.stringify(text)} ${defects.join()}`);
  }
});

test('R1.21 pairs and emoji stay, halves of them do not', () => {
  expect(cleanText('👍🏽 \ud83d x \udc4d')).toEqual({ text: '👍🏽 \ufffd x \ufffd', defects: ['half a surrogate pair was replaced'] });
  expect(cleanText('a\u0000\u0000\ufffeb').text).toBe('a\ufffd\ufffd\ufffdb');
});

test('any text: nothing bad is left, the length in code points stays, and a second time changes nothing', () => {
  const anyText = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)), maxLength: 200 });
  fc.assert(
    fc.property(anyText, (raw) => {
      const { text } = cleanText(raw);
      expect(Array.from(text).some((character) => bad(character.codePointAt(0) ?? 0))).toBe(false);
      expect(Array.from(text)).toHaveLength(Array.from(raw).length);
      expect(cleanText(text)).toEqual({ text, defects: [] });
    }),
    { numRuns: 300 },
  );
});

test('bytes without a character set are UTF-8 if they can be, else Windows-1252', () => {
  expect(decodeBytes(Buffer.from('Grüße'))).toEqual({ text: 'Grüße', defects: [] });
  const { text, defects } = decodeBytes(Buffer.from([0x47, 0xfc, 0x80]));
  expect([text, defects.length]).toEqual(['Gü€', 1]);
});

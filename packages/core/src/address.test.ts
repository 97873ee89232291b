import fc from 'fast-check';
import { isAddress, parseAddresses, splitAddresses } from './address.ts';

test.each([
  ['a@b.test,c@d.test;; e@f.test;', ['a@b.test', 'c@d.test', 'e@f.test']],
  ['"a;b, c" <a@b.test>; <c;d@e.test>', ['"a;b, c" <a@b.test>', '<c;d@e.test>']],
  ['"quote \\" ; inside" <a@b.test>, x', ['"quote \\" ; inside" <a@b.test>', 'x']],
  ['"never closed, a@b.test', ['"never closed, a@b.test']],
  [' ;, ', []],
])('%j has the pieces %j', (text, pieces) => {
  expect(splitAddresses(text)).toEqual(pieces);
});

test.each([
  ['"Never closed <a@b.test>'],
  ['Name <a@b.test> more'],
  ['Name <a@b.test> <c@d.test>'],
  ['Last, First <a@b.test>'],
  ['<>'],
  ['a@b@c.test'],
  ['a\u0000@b.test'],
  ['Na\u0007me <a@b.test>'],
  ['(comment) a@b.test'],
])('%j is refused, with the field and the piece', (text) => {
  expect(() => parseAddresses(text, 'cc')).toThrow(
    expect.objectContaining({
      code: 'input.invalid',
      details: expect.objectContaining({ path: 'cc', problem: expect.stringContaining('is no address') }),
    }),
  );
});

test('one mail has at most 100 in a field', () => {
  const many = (count: number) => Array.from({ length: count }, (_, n) => `a${n}@b.test`).join('; ');
  expect(parseAddresses(many(100))).toHaveLength(100);
  expect(() => parseAddresses(many(101))).toThrow(expect.objectContaining({ code: 'input.invalid' }));
});

test('names in any script, and addresses of any script', () => {
  expect(parseAddresses('日本 太郎 <太郎@例え.test>; Ünal <ü@b.test>')).toEqual([
    { address: '太郎@例え.test', name: '日本 太郎' },
    { address: 'ü@b.test', name: 'Ünal' },
  ]);
});

test('whatever the text, what comes out is fit for a mail, or it is refused', () => {
  const text = fc
    .array(fc.constantFrom('a@b.test', '"', '<', '>', ',', ';', '\\', ' ', '\r\n', 'Name', '@', '\u0000', 'é'))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, (given) => {
      let found;
      try {
        found = parseAddresses(given);
      } catch (error) {
        expect(error).toMatchObject({ code: 'input.invalid' });
        return;
      }
      for (const { address, name = '' } of found) {
        expect(isAddress(address)).toBe(true);
        // oxlint-disable-next-line no-control-regex -- what no name may hold
        expect(name).not.toMatch(/[\u0000-\u001f\u007f]/);
      }
    }),
    { numRuns: 2000 },
  );
});

test('very long texts are read in time', () => {
  const began = Date.now();
  for (const piece of ['"', '<', '\\', 'a', '" <', 'a@'])
    expect(() => parseAddresses(piece.repeat(200_000))).toThrow(expect.objectContaining({ code: 'input.invalid' }));
  expect(Date.now() - began).toBeLessThan(2000);
});

import fc from 'fast-check';
import { codeOf, expandSet, packSet, string } from './response.ts';

test('sets survive packing', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 2000 })), (numbers) => {
      const packed = packSet(numbers);
      expect(numbers.length === 0 ? [] : expandSet(packed)).toEqual(numbers.toSorted((a, b) => a - b));
    }),
  );
  expect(packSet([5, 3, 4, 9])).toBe('3:5,9');
});

test.each([[undefined], [''], ['1:*'], ['a'], ['1,,2'], ['1:4294967295'], ['99999999999']])('%s is no set that we take', (set) => {
  expect(expandSet(set)).toBeUndefined();
});

test('descending ranges keep their order, since COPYUID pairs by position', () => {
  expect(expandSet('7:5,9')).toEqual([7, 6, 5, 9]);
});

test('strings are quoted only where that is safe', () => {
  expect(string('plain "text"')).toMatchObject({ type: 'STRING' });
  for (const odd of ['Grüße', 'a\r\nb', 'a\u0000b', '\t']) expect(string(odd)).toEqual({ type: 'LITERAL', value: Buffer.from(odd) });
});

test('odd responses have no code', () => {
  for (const attributes of [
    undefined,
    [],
    [null],
    [{ type: 'ATOM' }],
    [{ type: 'ATOM', section: [] }],
    [{ type: 'ATOM', section: [null] }],
    [[]],
  ])
    expect(codeOf({ tag: '*', command: 'OK', ...(attributes && { attributes }) }, 'COPYUID')).toBeUndefined();
});

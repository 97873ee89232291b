import fc from 'fast-check';
import { categoriesOf, keywordOf } from './categories.ts';

test('any category is a keyword that IMAP can show, and comes back', () => {
  expect(keywordOf('Big order')).toBe('Big=20order');
  const category = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.isWellFormed() && !text.startsWith('$'));
  fc.assert(
    fc.property(category, (name) => {
      expect(keywordOf(name)).toMatch(/^[^\s(){%*"\\\]]+$/);
      expect(categoriesOf(['\\Seen', '$Forwarded', keywordOf(name)])).toEqual([name]);
    }),
  );
});

import fc from 'fast-check';
import { fill } from './fill.ts';
import { createEnvironment } from './environment.ts';
import { Expression } from './expression.ts';
import { splitText, type Template } from './template.ts';

const environment = createEnvironment({ now: () => new Date(0), timeZone: 'UTC' }, true);

function templateOf(text: string): Template {
  const parts = splitText(text).map((piece) => {
    if (piece.kind === 'open') throw new Error('open');
    return piece.kind === 'literal' ? piece.text : new Expression(piece.source, environment);
  });
  return { kind: 'text', parts };
}

const literal = fc.string({ unit: 'binary' }).filter((text) => !text.includes('{{') && !text.endsWith('{'));
const value = fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.boolean(), fc.constantFrom('{{ a0 }}', '}}', "'", '"', '{{'));

test('a text with expressions is its parts in order, whatever the values hold', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(literal, value), { maxLength: 6 }), literal, (pairs, last) => {
      const values = new Map(pairs.map(([, one], index) => [`a${index}`, one]));
      const text = pairs.map(([before], index) => `${before}{{ a${index} }}`).join('') + last;
      expect(fill(templateOf(text), values, 's')).toBe(pairs.map(([before, one]) => `${before}${String(one)}`).join('') + last);
    }),
  );
});

test('the pieces of a text are the text', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('{{', '}}', '{', '}', '"', "'", '\\', 'a', ' ', '{{ a }}'), { maxLength: 12 }), (tokens) => {
      const text = tokens.join('');
      const pieces = splitText(text);
      const whole = pieces
        .map((piece) => (piece.kind === 'literal' ? piece.text : piece.kind === 'open' ? text.slice(piece.at) : `{{${piece.source}}}`))
        .join('');
      expect(whole).toBe(text);
      for (const piece of pieces)
        if (piece.kind === 'source') expect(text.slice(piece.at, piece.at + piece.source.length)).toBe(piece.source);
    }),
  );
});

test.each([
  [`{{ {'a': {'b': 1}} }}x`, [`{'a': {'b': 1}} `, 'x']],
  [`{{ '}}' }}`, [`'}}' `]],
  [`{{ "\\"}}" }}`, [`"\\"}}" `]],
  ['a {{ b }} c {{ d', ['a ', 'b ', ' c ', 'open']],
])('%s', (text, expected) => {
  expect(
    splitText(text).map((piece) => (piece.kind === 'literal' ? piece.text : piece.kind === 'open' ? 'open' : piece.source.trimStart())),
  ).toEqual(expected);
});

test.each([
  ['null, which has no text', null],
  ['a list, which is no text; use join', [1]],
  ['an object, which is no text; name one of its fields', { a: 1 }],
])('%s', (reason, given) => {
  expect(() => fill(templateOf('x {{ a }}'), new Map([['a', given]]), 's')).toThrow(
    expect.objectContaining({ code: 'automation.failed', details: { step: 's', problem: `{{ a }} gives ${reason}.` } }),
  );
});

test('dates are ISO texts, alone and inside a text', () => {
  const values = new Map([['d', new Date('2026-01-31T12:00:00Z')]]);
  expect(fill(templateOf('on {{ d }}'), values, 's')).toBe('on 2026-01-31T12:00:00.000Z');
  expect(new Expression('d', environment).evaluate(values, 's')).toBe('2026-01-31T12:00:00.000Z');
});

import { createEnvironment } from './environment.ts';
import { Expression } from './expression.ts';
import { FUNCTIONS } from './functions.ts';

const clock = { now: () => new Date('2026-03-29T00:30:00Z'), timeZone: 'Europe/Berlin' };
const dynamic = createEnvironment(clock, true);
const typed = createEnvironment(clock, false);
const values = (given: Record<string, unknown> = {}) => new Map(Object.entries(given));
const evaluate = (source: string, given?: Record<string, unknown>) => new Expression(source, dynamic).evaluate(values(given), 's');

test.each(FUNCTIONS.map(({ name, example, gives }) => [name, example, gives] as const))('the example of %s: %s', (_, example, gives) => {
  expect(typed.check(example)).toMatchObject({ valid: true });
  expect(evaluate(example)).toEqual(gives);
});

test('names are unique, and every signature is one that the language knows', () => {
  expect(new Set(FUNCTIONS.map(({ name }) => name)).size).toBe(FUNCTIONS.length);
  for (const { name, signatures } of FUNCTIONS)
    for (const signature of signatures) {
      const [, receiver, called, args = ''] = /^(?:([\w<>]+)\.)?(\w+)\((.*)\): /.exec(signature) ?? [];
      expect(called).toBe(name);
      const literal: Record<string, string> = {
        string: "'1'",
        number: '1',
        date: 'now()',
        list: '[1]',
        object: '{}',
        'list<string>': "['a']",
      };
      const given =
        args === ''
          ? ''
          : args
              .split(', ')
              .map((kind) => literal[kind])
              .join(', ');
      const source = `${receiver === undefined ? '' : `${literal[receiver]}.`}${called}(${given})`;
      expect([source, typed.check(source).valid]).toEqual([source, true]);
    }
});

test.each([
  // Summer time begins at 01:00 UTC: calendar days keep the time of day, hours do not.
  [`format(add(now(), 1, 'days'), 'yyyy-MM-dd HH:mm')`, '2026-03-30 01:30'],
  [`format(add(now(), 24, 'hours'), 'yyyy-MM-dd HH:mm')`, '2026-03-30 02:30'],
  [`format(add(now(), 1, 'hour'), 'HH:mm')`, '03:30'],
  [`addDays(now(), -7)`, '2026-03-22T00:30:00.000Z'],
  [`date('2026-01-31')`, '2026-01-30T23:00:00.000Z'],
  [`format(now(), 'EEE d MMM yyyy', 'UTC')`, 'Sun 29 Mar 2026'],
  [`'2026-03-28T00:00:00Z' < now() && now() > '2026-03-29T01:29:00+01:00'`, true],
  [`m.at < now() && m.at <= now() && !(m.at > now()) && now() >= m.at`, true],
  [`m.list.exists(x, x == 2) && 2 in m.list && m.list[1] == 2`, true],
  [`number('1e3') + 0.5`, 1000.5],
  [`round(-2.5)`, -3],
  [`round(1.005, 2)`, 1.01],
  [`round(1e21, 2)`, 1e21],
  [`round(0.0000001, 7)`, 0.0000001],
  [`replace('a.b', '.', '$&')`, 'a$&b'],
  [`replace('abc', '', 'x')`, 'abc'],
  [`split('a, b', ', ').map(x, x.upper())`, ['A', 'B']],
  [`7 / 2`, 3],
  [`n / 2`, 3.5],
  [`n % 2 == 1 && n in [7, 8]`, true],
  [`n + 1 == 8`, true],
  [`[1, 'a', n]`, [1, 'a', 7]],
  [`{'a': now(), 'b': [1, {'c': 2}]}`, { a: '2026-03-29T00:30:00.000Z', b: [1, { c: 2 }] }],
  [`o.?missing.orValue('none')`, 'none'],
  [`null`, null],
])('%s', (source, expected) => {
  expect(evaluate(source, { n: 7, o: {}, m: { at: '2020-01-01T00:00:00Z', list: [1, 2] } })).toEqual(expected);
});

test.each([
  [`date('soon')`, '"soon" is no date. Write it as 2026-01-31 or 2026-01-31T12:00:00Z.'],
  [`add(now(), 1, 'fortnights')`, '"fortnights" is no unit of time. Use one of: years, months, weeks, days, hours, minutes, seconds.'],
  [`format(now(), 'HH', 'Mars/Base')`, '"Mars/Base" is no time zone. Use a name such as Europe/Berlin, America/Sao_Paulo or UTC.'],
  [`number('1,5')`, '"1,5" is no number. Check the values that this function is given.'],
  [`number('')`, '"" is no number. Check the values that this function is given.'],
  [`round(1.5, -1)`, 'digits must be a whole number from 0 to 15. Check the values that this function is given.'],
  [`replace(big, 'a', big)`, 'the result would be too long. Check the values that this function is given.'],
  [`1 / 0`, 'cannot be computed: division by zero.'],
  [`o.?missing`, 'gives nothing: the field is absent. Change the expression.'],
  [`9007199254740993`, 'gives a number too large to be exact. Change the expression.'],
  [`duration('3s')`, 'gives a length of time; turn it into a number with int(...getSeconds()). Change the expression.'],
  [`matches('a', '(?=a)')`, expect.stringContaining('look-around') as never],
])('%s fails with its reason', (source, reason) => {
  const run = () => evaluate(source, { o: {}, big: 'a'.repeat(10_000) });
  expect(run).toThrow(expect.objectContaining({ code: 'automation.failed' }));
  expect(run).toThrow(
    expect.objectContaining({ details: { step: 's', problem: typeof reason === 'string' ? `{{ ${source} }} ${reason}` : reason } }),
  );
});

test('neither properties of JavaScript nor anything global can be reached', () => {
  for (const source of [
    'o.constructor',
    'o.__proto__',
    'o["__proto__"]',
    'o.toString',
    's.length',
    'o.constructor.constructor("x")',
    'process',
    'globalThis',
    'l.map',
  ])
    expect(() => evaluate(source, { o: {}, s: 'x', l: [] })).toThrow(expect.objectContaining({ code: 'automation.failed' }));
});

test('a pattern that others take exponential time for is fast', () => {
  const began = performance.now();
  expect(evaluate(`matches(s, '^(a+)+$')`, { s: `${'a'.repeat(50_000)}!` })).toBe(false);
  expect(performance.now() - began).toBeLessThan(2000);
});

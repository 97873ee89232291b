import { EmailError, compilePattern } from '@mailwright/core';
import { add, format, toDate, type Clock } from './dates.ts';

/** A function of expressions, as data: the environment and the reference page are made from this list. */
export interface ExpressionFunction {
  readonly name: string;
  readonly group: 'date' | 'text' | 'number';
  /** Ways to call it, in the words string, number, date, boolean, list, object; a date may also be given as ISO text. */
  readonly signatures: readonly string[];
  readonly summary: string;
  /** An expression without names, and what it gives. */
  readonly example: string;
  readonly gives: string | number | boolean | readonly string[];
  /** Absent where the language itself has the function. */
  readonly run?: (args: readonly unknown[], clock: Clock) => unknown;
}

const text = (value: unknown) => value as string;
const number = (value: unknown) => value as number;

/** A text may not grow without bounds: a mail's text times a long replacement would take all memory. */
const LONGEST_RESULT = 10_000_000;

const DATES: readonly ExpressionFunction[] = [
  {
    name: 'now',
    group: 'date',
    signatures: ['now(): date'],
    summary: 'The present instant.',
    example: `now() > date('2020-01-01')`,
    gives: true,
    run: (_, clock) => clock.now(),
  },
  {
    name: 'date',
    group: 'date',
    signatures: ['date(date): date'],
    summary: 'The instant that an ISO text names; a day is its first moment in the time zone of the run.',
    example: `date('2026-01-31T12:00:00Z') < date('2026-01-31T12:00:01Z')`,
    gives: true,
    run: ([value], clock) => toDate(value, clock),
  },
  {
    name: 'format',
    group: 'date',
    signatures: ['format(date, string): string', 'format(date, string, string): string'],
    summary: 'A date as text, after a pattern such as yyyy-MM-dd HH:mm; the third argument is a time zone.',
    example: `format('2026-01-31T23:30:00Z', 'dd.MM.yyyy HH:mm', 'Europe/Berlin')`,
    gives: '01.02.2026 00:30',
    run: ([value, pattern, zone], clock) => format(value, text(pattern), text(zone ?? clock.timeZone), clock),
  },
  {
    name: 'add',
    group: 'date',
    signatures: ['add(date, number, string): date'],
    summary: 'A date later by a number of years, months, weeks, days, hours, minutes or seconds; earlier if the number is negative.',
    example: `format(add('2026-01-31T12:00:00Z', 1, 'months'), 'yyyy-MM-dd', 'UTC')`,
    gives: '2026-02-28',
    run: ([value, count, unit], clock) => add(value, number(count), text(unit), clock),
  },
  {
    name: 'addDays',
    group: 'date',
    signatures: ['addDays(date, number): date'],
    summary: 'A date later by a number of days.',
    example: `format(addDays('2026-01-31T12:00:00Z', -31), 'yyyy-MM-dd', 'UTC')`,
    gives: '2025-12-31',
    run: ([value, count], clock) => add(value, number(count), 'days', clock),
  },
];

const TEXTS: readonly ExpressionFunction[] = [
  {
    name: 'lower',
    group: 'text',
    signatures: ['lower(string): string', 'string.lower(): string'],
    summary: 'A text in small letters.',
    example: `lower('Invoice ÄÖ')`,
    gives: 'invoice äö',
    run: ([value]) => text(value).toLowerCase(),
  },
  {
    name: 'upper',
    group: 'text',
    signatures: ['upper(string): string', 'string.upper(): string'],
    summary: 'A text in capital letters.',
    example: `'Invoice'.upper()`,
    gives: 'INVOICE',
    run: ([value]) => text(value).toUpperCase(),
  },
  {
    name: 'trim',
    group: 'text',
    signatures: ['trim(string): string'],
    summary: 'A text without blanks and line breaks at its ends; also written string.trim().',
    example: `trim('  a b ')`,
    gives: 'a b',
    run: ([value]) => text(value).trim(),
  },
  {
    name: 'split',
    group: 'text',
    signatures: ['split(string, string): list<string>'],
    summary: 'The parts of a text between separators; also written string.split(separator).',
    example: `split('a;b;c', ';')`,
    gives: ['a', 'b', 'c'],
    run: ([value, separator]) => text(value).split(text(separator)),
  },
  {
    name: 'replace',
    group: 'text',
    signatures: ['replace(string, string, string): string', 'string.replace(string, string): string'],
    summary: 'A text with every occurrence of the second replaced by the third; no patterns.',
    example: `replace('1.234.567', '.', '')`,
    gives: '1234567',
    run: ([value, from, to]) => replace(text(value), text(from), text(to)),
  },
  {
    name: 'matches',
    group: 'text',
    signatures: ['matches(string, string): boolean'],
    summary: 'Whether a pattern (RE2 syntax, linear time) occurs in a text.',
    example: `matches('Invoice 2026-17', '(?i)invoice \\\\d+')`,
    gives: true,
    run: ([value, pattern]) => compilePattern(text(pattern))(text(value)),
  },
  {
    name: 'contains',
    group: 'text',
    signatures: ['string.contains(string): boolean'],
    summary: 'Whether a text contains another; capital and small letters differ.',
    example: `'Your invoice'.contains('invoice')`,
    gives: true,
  },
  {
    name: 'startsWith',
    group: 'text',
    signatures: ['string.startsWith(string): boolean'],
    summary: 'Whether a text begins with another.',
    example: `'Re: invoice'.startsWith('Re:')`,
    gives: true,
  },
  {
    name: 'endsWith',
    group: 'text',
    signatures: ['string.endsWith(string): boolean'],
    summary: 'Whether a text ends with another.',
    example: `'scan.pdf'.endsWith('.pdf')`,
    gives: true,
  },
  {
    name: 'size',
    group: 'text',
    signatures: ['size(string): number', 'size(list): number', 'size(object): number'],
    summary: 'The number of characters of a text, or of entries of a list or object.',
    example: `size('abc')`,
    gives: 3,
  },
  {
    name: 'join',
    group: 'text',
    signatures: ['list<string>.join(string): string'],
    summary: 'The texts of a list as one, with a separator between them.',
    example: `['a', 'b'].join('; ')`,
    gives: 'a; b',
  },
];

const NUMBERS: readonly ExpressionFunction[] = [
  {
    name: 'number',
    group: 'number',
    signatures: ['number(string): number', 'number(number): number'],
    summary: 'The number that a text holds, with a point before the fraction.',
    example: `number(' 12.5 ') * 2`,
    gives: 25,
    run: ([value]) => toNumber(value),
  },
  {
    name: 'round',
    group: 'number',
    signatures: ['round(number): number', 'round(number, number): number'],
    summary: 'The nearest whole number, or the nearest with so many digits after the point; halves go away from zero.',
    example: `round(2.345, 2)`,
    gives: 2.35,
    run: ([value, digits]) => round(number(value), number(digits ?? 0)),
  },
  {
    name: 'floor',
    group: 'number',
    signatures: ['floor(number): number'],
    summary: 'The next whole number below.',
    example: `floor(-1.5)`,
    gives: -2,
    run: ([value]) => Math.floor(number(value)),
  },
  {
    name: 'ceil',
    group: 'number',
    signatures: ['ceil(number): number'],
    summary: 'The next whole number above.',
    example: `ceil(1.2)`,
    gives: 2,
    run: ([value]) => Math.ceil(number(value)),
  },
  {
    name: 'abs',
    group: 'number',
    signatures: ['abs(number): number'],
    summary: 'A number without its sign.',
    example: `abs(-3)`,
    gives: 3,
    run: ([value]) => Math.abs(number(value)),
  },
];

/** Every function that expressions have, besides `has`, `int`, `string` and the list macros of CEL. */
export const FUNCTIONS: readonly ExpressionFunction[] = [...DATES, ...TEXTS, ...NUMBERS];

function replace(value: string, from: string, to: string): string {
  const count = from === '' ? 0 : value.split(from).length - 1;
  if (value.length + count * (to.length - from.length) > LONGEST_RESULT) throw invalid('replace', 'the result would be too long');
  return from === '' ? value : value.replaceAll(from, () => to);
}

function toNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  const found = text(value).trim();
  if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(found)) return Number(found);
  throw invalid('number', `"${found.slice(0, 40)}" is no number`);
}

/** In decimal, as people round: 2.345 has no exact binary form and would come out as 2.34. */
function round(value: number, digits: number): number {
  if (!Number.isInteger(digits) || digits < 0 || digits > 15) throw invalid('round', 'digits must be a whole number from 0 to 15');
  const [mantissa, exponent = '0'] = String(Math.abs(value)).split('e');
  const shifted = Math.round(Number(`${mantissa}e${Number(exponent) + digits}`));
  const [whole, power = '0'] = String(shifted).split('e');
  return Math.sign(value) * Number(`${whole}e${Number(power) - digits}`);
}

function invalid(path: string, problem: string): EmailError {
  return new EmailError('input.invalid', { path, problem, cure: 'Check the values that this function is given.' });
}

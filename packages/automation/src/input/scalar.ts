import { say, joined, Phrase } from '@mailwright/core';
import type { z } from 'zod';
import { near } from '../near.ts';
import { bare, branchesOf, expected, kindsOf, shown } from './shape.ts';

export type Said = readonly [message: Phrase, fix: Phrase];

/** What is wrong with a plain value, if anything. In a union the branch of the value's own kind speaks. */
export function checkScalar(value: unknown, schema: z.ZodType): Said | undefined {
  const whole = schema.safeParse(value);
  if (whole.success) return undefined;
  const fitting = branchesOf(schema).filter((branch) => {
    const kinds = kindsOf(branch);
    return kinds.has('any') || kinds.has(kindOfValue(value));
  });
  const issues = fitting.flatMap((branch) => bare(branch).safeParse(value).error?.issues[0] ?? []);
  if (fitting.length === 0) return wrongKind(value, schema);
  // A branch that takes the value as such leaves only a rule of the whole field.
  return explain(issues.length === fitting.length ? issues : whole.error.issues, value);
}

const kindOfValue = (value: unknown) => (value === null ? 'null' : (typeof value as 'string' | 'number' | 'boolean'));

function wrongKind(value: unknown, schema: z.ZodType): Said {
  const wanted = kindsOf(schema);
  if (value === null)
    return [say`${{ expected: expected(schema) }} is expected, but nothing stands here.`, say`Fill it in, or leave the whole line out.`];
  const message = say`${{ expected: expected(schema) }} is expected, not ${{ shown: shown(value) }}.`;
  if (wanted.has('string') && typeof value !== 'string') return [message, say`Put it in quotes: '${{ value: JSON.stringify(value) }}'.`];
  const plain = typeof value === 'string' ? unquoted(value) : undefined;
  if (plain !== undefined && wanted.has(typeof plain as 'number' | 'boolean'))
    return [message, say`Remove the quotes: ${{ plain: String(plain) }}.`];
  return [message, say`Correct the value.`];
}

function unquoted(value: string): number | boolean | undefined {
  if (value === 'true' || value === 'false') return value === 'true';
  return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
}

/** The issues of zod with one value, in our words; where several forms are possible, all of them. */
export function explain(issues: readonly z.core.$ZodIssue[], value: unknown): Said {
  const [issue] = issues;
  const given = shown(value);
  switch (issue?.code) {
    case 'invalid_value':
      return [say`${{ given }} is none of ${{ all: issue.values.map(String).join(', ') }}.`, choice(value, issue.values.map(String))];
    case 'too_small':
      return tooSmall(issue, given);
    case 'too_big':
      return tooBig(issue, given);
    case 'invalid_format':
      return [say`${{ given }} does not have the right form.`, forms(issues)];
    case 'invalid_type':
      if (issue.expected === 'int') return [say`a whole number is expected, not ${{ given }}.`, say`Leave the fraction out.`];
      return [say`${{ rule: new Phrase(issue.message) }}.`, say`Correct the value.`];
    default:
      return [
        issue?.message === undefined ? say`this does not fit.` : say`${{ rule: new Phrase(issue.message) }}.`,
        say`Correct the value.`,
      ];
  }
}

function tooSmall({ origin, minimum, inclusive }: z.core.$ZodIssueTooSmall, given: Phrase): Said {
  if (isList(origin)) return [say`this list is too short.`, say`It needs at least ${{ minimum: Number(minimum) }}.`];
  if (origin === 'string' && minimum === 1) return [say`this may not be empty.`, say`Fill it in.`];
  const least = Number(minimum);
  if (origin === 'string') return [say`${{ given }} is too short.`, say`Use at least ${{ least }} characters.`];
  return [say`${{ given }} is too small.`, inclusive === false ? say`Use more than ${{ least }}.` : say`Use at least ${{ least }}.`];
}

function tooBig({ origin, maximum }: z.core.$ZodIssueTooBig, given: Phrase): Said {
  if (isList(origin)) return [say`this list is too long.`, say`It takes at most ${{ maximum: Number(maximum) }}.`];
  const most = Number(maximum);
  return origin === 'string'
    ? [say`${{ given }} is too long.`, say`Use at most ${{ most }} characters.`]
    : [say`${{ given }} is too large.`, say`Use at most ${{ most }}.`];
}

const isList = (origin: string) => origin === 'array' || origin === 'set';

const FORMS: Readonly<Record<string, Phrase>> = {
  date: say`a day as 2026-01-31`,
  datetime: say`an instant as 2026-01-31T12:00:00Z, with Z or an offset`,
  email: say`an address as name@example.com`,
  url: say`a whole URL as https://example.com/`,
};

function forms(issues: readonly z.core.$ZodIssue[]): Phrase {
  const known = issues.flatMap((issue) => (issue.code === 'invalid_format' ? (FORMS[issue.format] ?? []) : []));
  return known.length > 0
    ? say`Write ${{ forms: joined(known.toSorted(byText), (one, other) => say`${{ one }}, or ${{ other }}`) }}.`
    : say`It must be: ${{ rule: new Phrase(issues[0]?.message ?? '') }}.`;
}

const byText = (one: Phrase, other: Phrase): number => (one.text < other.text ? -1 : 1);

function choice(value: unknown, known: readonly string[]): Phrase {
  const found = typeof value === 'string' ? near(value, known) : undefined;
  return found === undefined ? say`Choose one of these.` : say`Did you mean "${{ found }}"?`;
}

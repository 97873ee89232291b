import type { z } from 'zod';
import { near } from '../near.ts';
import { bare, branchesOf, expected, kindsOf, shown } from './shape.ts';

export type Said = readonly [message: string, fix: string];

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
  if (value === null) return [`${expected(schema)} is expected, but nothing stands here.`, 'Fill it in, or leave the whole line out.'];
  const message = `${expected(schema)} is expected, not ${shown(value)}.`;
  if (wanted.has('string') && typeof value !== 'string') return [message, `Put it in quotes: '${JSON.stringify(value)}'.`];
  const plain = typeof value === 'string' ? unquoted(value) : undefined;
  if (plain !== undefined && wanted.has(typeof plain as 'number' | 'boolean')) return [message, `Remove the quotes: ${String(plain)}.`];
  return [message, 'Correct the value.'];
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
      return [`${given} is none of ${issue.values.map(String).join(', ')}.`, choice(value, issue.values.map(String))];
    case 'too_small':
      return tooSmall(issue, given);
    case 'too_big':
      return tooBig(issue, given);
    case 'invalid_format':
      return [`${given} does not have the right form.`, forms(issues)];
    case 'invalid_type':
      if (issue.expected === 'int') return [`a whole number is expected, not ${given}.`, 'Leave the fraction out.'];
      return [`${issue.message}.`, 'Correct the value.'];
    default:
      return [`${issue?.message ?? 'this does not fit'}.`, 'Correct the value.'];
  }
}

function tooSmall({ origin, minimum, inclusive }: z.core.$ZodIssueTooSmall, given: string): Said {
  if (isList(origin)) return ['this list is too short.', `It needs at least ${minimum}.`];
  if (origin === 'string' && minimum === 1) return ['this may not be empty.', 'Fill it in.'];
  const least = inclusive === false ? `Use more than ${minimum}` : `Use at least ${minimum}`;
  return [`${given} is too ${origin === 'number' ? 'small' : 'short'}.`, `${least}${unit(origin)}.`];
}

function tooBig({ origin, maximum }: z.core.$ZodIssueTooBig, given: string): Said {
  if (isList(origin)) return ['this list is too long.', `It takes at most ${maximum}.`];
  return [`${given} is too ${origin === 'number' ? 'large' : 'long'}.`, `Use at most ${maximum}${unit(origin)}.`];
}

const isList = (origin: string) => origin === 'array' || origin === 'set';
const unit = (origin: string) => (origin === 'string' ? ' characters' : '');

const FORMS: Readonly<Record<string, string>> = {
  date: 'a day as 2026-01-31',
  datetime: 'an instant as 2026-01-31T12:00:00Z, with Z or an offset',
  email: 'an address as name@example.com',
  url: 'a whole URL as https://example.com/',
};

function forms(issues: readonly z.core.$ZodIssue[]): string {
  const known = issues.flatMap((issue) => (issue.code === 'invalid_format' ? (FORMS[issue.format] ?? []) : []));
  return known.length > 0 ? `Write ${known.toSorted().join(', or ')}.` : `It must be: ${issues[0]?.message}.`;
}

function choice(value: unknown, known: readonly string[]): string {
  const found = typeof value === 'string' ? near(value, known) : undefined;
  return found === undefined ? 'Choose one of these.' : `Did you mean "${found}"?`;
}

import { explainIssue, say, type Phrase } from '@mailwright/core';
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

/** The issues of zod with one value, in words; where several forms are possible, all of them. */
export function explain(issues: readonly z.core.$ZodIssue[], value: unknown): Said {
  const [issue] = issues;
  const given = shown(value);
  if (issue?.code === 'invalid_value') {
    const all = issue.values.map(String);
    return [say`${{ given }} is none of ${{ all: all.join(', ') }}.`, choice(value, all)];
  }
  const { problem, cure } = explainIssue(issues, given);
  return [say`${{ rule: problem }}.`, cure ?? say`Correct the value.`];
}

function choice(value: unknown, known: readonly string[]): Phrase {
  const found = typeof value === 'string' ? near(value, known) : undefined;
  return found === undefined ? say`Choose one of these.` : say`Did you mean "${{ found }}"?`;
}

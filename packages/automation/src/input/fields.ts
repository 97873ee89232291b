import { Phrase, say } from '@mailwright/core';
import { z } from 'zod';
import type { Field, Place } from '../file/report.ts';
import { near, suggestion } from '../near.ts';
import type { Said } from './scalar.ts';
import { bare, branchesOf, expected } from './shape.ts';

/** In `{ text: Yes, thanks }` YAML ends the text at the comma. */
export const unknownKey = ({ key, value }: Field, known: readonly string[]) =>
  value === null && key.includes(' ')
    ? say`If it belongs to the text before the comma, put that text in quotes.`
    : suggestion(key, known, say`Known keys`);

/** How to write a field that is needed. */
export function missing(key: string, schema: z.ZodType): Phrase {
  const title = (schema.meta()?.title ?? bare(schema).meta()?.title) as string | undefined;
  const kinds = expected(schema);
  return title === undefined
    ? say`Add "${{ key }}": ${{ kinds }}.`
    : say`Add "${{ key }}" (${{ title: new Phrase(title) }}): ${{ kinds }}.`;
}

/** How well a map fits a branch of a union: its fields that the branch knows, less those that it misses. */
export function likeness(schema: z.ZodType, fields: readonly Field[]): number {
  if (schema instanceof z.ZodDiscriminatedUnion)
    return Math.max(...(schema.options as z.ZodType[]).map((option) => likeness(bare(option), fields)));
  if (!(schema instanceof z.ZodObject)) return -1;
  const known = Object.keys(schema.shape as object);
  const missed = Object.entries(schema.shape as Record<string, z.ZodType>).filter(
    ([key, field]) => !fields.some((one) => one.key === key) && !field.safeParse(undefined).success,
  );
  return fields.reduce((sum, { key }) => sum + (known.includes(key) ? 2 : near(key, known) === undefined ? 0 : 1), 0) - missed.length;
}

/** What stands where a secret may stand is not repeated; a rule of our own says what is wrong without it. */
export function withoutValue(schema: z.ZodType, value: unknown): Said | undefined {
  if (schema.safeParse(value).success) return undefined;
  const issues = branchesOf(schema).flatMap((branch) => bare(branch).safeParse(value).error?.issues[0] ?? []);
  const rule = issues.find(({ code }) => code === 'custom');
  return rule
    ? [say`${{ rule: new Phrase(rule.message) }}.`, say`Correct the value.`]
    : [say`${{ expected: expected(schema) }} is expected here.`, say`Write name: value for each of its fields.`];
}

/** A place whose branch is known. */
export const label = (place: Place, value: string): Place => {
  const last = place.where.at(-1);
  return last === undefined ? place : { ...place, where: [...place.where.slice(0, -1), `${last} (${value})`] };
};

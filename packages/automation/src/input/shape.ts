import { say, joined, type Phrase } from '@mailwright/core';
import { z } from 'zod';

type Inner = { readonly innerType?: z.ZodType; readonly in?: z.ZodType; readonly out?: z.ZodType; readonly getter?: () => z.ZodType };

/** A schema without its wrappers: what the person has to write. */
export function bare(schema: z.ZodType): z.ZodType {
  const { innerType, in: before, out: after, getter } = schema.def as unknown as Inner;
  const inner = innerType ?? getter?.() ?? (before && (isTransform(before) ? after : before));
  return inner && !(schema instanceof z.ZodObject) ? bare(inner) : schema;
}

const isTransform = (schema: z.ZodType) => schema instanceof z.ZodTransform;

/** The branches of a union, those of unions inside it too; a secret stays one branch. */
export function branchesOf(schema: z.ZodType): z.ZodType[] {
  const inner = bare(schema);
  if (!(inner instanceof z.ZodUnion) || inner instanceof z.ZodDiscriminatedUnion || isSecret(schema)) return [schema];
  return (inner.options as readonly z.ZodType[]).flatMap(branchesOf);
}

const widgetOf = (schema: z.ZodType) => (schema.meta()?.['x-ui'] as { widget?: string } | undefined)?.widget;

type SecretKind = 'secret' | 'setting' | undefined;
// Schemas never change, and every field of every step asks.
const secretKinds = new WeakMap<z.ZodType, { readonly kind: SecretKind }>();
const holders = new WeakMap<z.ZodType, boolean>();

/** `secret`: a reference to a secret; `setting`: a reference or a plain text. */
export function secretKind(schema: z.ZodType): SecretKind {
  const known = secretKinds.get(schema) ?? { kind: lookedAt(schema) };
  secretKinds.set(schema, known);
  return known.kind;
}
function lookedAt(schema: z.ZodType): SecretKind {
  const inner = bare(schema);
  if ((widgetOf(schema) ?? widgetOf(inner)) !== 'secret') return undefined;
  return inner.safeParse('text').success ? 'setting' : 'secret';
}

/** A SecretRef, or a field made of it, but not a field that may be plain too. */
export const isSecret = (schema: z.ZodType) => secretKind(schema) === 'secret';

/** Whether something inside must be written out, because it is or holds a reference to a secret. */
export function holdsSecret(schema: z.ZodType): boolean {
  const known = holders.get(schema) ?? looksInto(schema, new Set());
  holders.set(schema, known);
  return known;
}
function looksInto(schema: z.ZodType, seen: Set<z.ZodType>): boolean {
  const inner = bare(schema);
  if (seen.has(inner)) return false;
  seen.add(inner);
  if (isSecret(schema)) return true;
  if (inner instanceof z.ZodObject) return Object.values(inner.shape as Record<string, z.ZodType>).some((field) => looksInto(field, seen));
  if (inner instanceof z.ZodUnion)
    return secretKind(schema) === undefined && (inner.options as z.ZodType[]).some((option) => looksInto(option, seen));
  return inner instanceof z.ZodArray && looksInto(inner.element as z.ZodType, seen);
}

/** The values that choose a branch of a discriminated union; undefined stands for none at all. */
export function discriminatorsOf(option: z.ZodType, key: string): (string | undefined)[] {
  const inner = bare(option);
  const values = (inner as unknown as z.core.$ZodType)._zod.propValues?.[key] ?? [];
  return [...values].map((value) => (value === undefined ? undefined : String(value)));
}

/** Why a value chooses no branch, where the union has words of its own for it. */
export function refusalOf(union: z.ZodDiscriminatedUnion, value: unknown): string | undefined {
  const issue = union.safeParse({ [union.def.discriminator]: value }).error?.issues[0];
  return issue && !issue.message.startsWith('Invalid ') ? issue.message : undefined;
}

export type Kind = 'string' | 'number' | 'boolean' | 'list' | 'object' | 'null' | 'any';

/** The kinds of data that a schema takes. */
export function kindsOf(schema: z.ZodType): Set<Kind> {
  return new Set(branchesOf(schema).flatMap((branch) => kindOf(bare(branch))));
}

function kindOf(schema: z.ZodType): Kind[] {
  if (schema instanceof z.ZodString || schema instanceof z.ZodStringFormat) return ['string'];
  if (schema instanceof z.ZodNumber) return ['number'];
  if (schema instanceof z.ZodBoolean) return ['boolean'];
  if (schema instanceof z.ZodArray || schema instanceof z.ZodTuple) return ['list'];
  if (schema instanceof z.ZodObject || schema instanceof z.ZodRecord || schema instanceof z.ZodUnion) return ['object'];
  if (schema instanceof z.ZodNull) return ['null'];
  if (schema instanceof z.ZodEnum) return kindsOfValues(Object.values(schema.enum as Record<string, unknown>));
  if (schema instanceof z.ZodLiteral) return kindsOfValues([...(schema.values as Set<unknown>)]);
  return ['any'];
}

function kindsOfValues(values: readonly unknown[]): Kind[] {
  const kinds = values.map((value) => typeof value);
  return kinds.filter((kind) => kind === 'string' || kind === 'number' || kind === 'boolean');
}

/** The kind of data that a type of CEL becomes when it is passed on. */
export function kindOfType(type: string): Kind | undefined {
  if (type === 'string' || type === 'google.protobuf.Timestamp') return 'string';
  if (['double', 'int', 'uint'].includes(type)) return 'number';
  if (type === 'bool') return 'boolean';
  if (type === 'null') return 'null';
  if (type === 'list' || type.startsWith('list<')) return 'list';
  if (type.startsWith('dyn') || type.startsWith('optional')) return 'any';
  return ['bytes', 'type', 'google.protobuf.Duration'].includes(type) ? undefined : 'object';
}

const WORDS: Readonly<Record<Kind, Phrase>> = {
  string: say`a text`,
  number: say`a number`,
  boolean: say`true or false`,
  list: say`a list`,
  object: say`a set of fields`,
  null: say`nothing`,
  any: say`a value`,
};

export const said = (kind: Kind): Phrase => WORDS[kind];

/** What a field takes, in words. */
export const expected = (schema: z.ZodType): Phrase => anyOf(kindsOf(schema));
export const anyOf = (kinds: Iterable<Kind>): Phrase => joined([...kinds].map(said), (one, other) => say`${{ one }} or ${{ other }}`);

/** A value that stands in the file, in words. */
export function shown(value: unknown): Phrase {
  if (typeof value === 'string') return say`the text "${{ text: value.length > 40 ? `${value.slice(0, 37)}...` : value }}"`;
  return typeof value === 'number' ? say`the number ${{ value }}` : say`${{ value: JSON.stringify(value) }}`;
}

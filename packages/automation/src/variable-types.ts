import { SecretRef } from '@mailwright/core';
import { z } from 'zod';
import { SECRET } from './expression/checker.ts';
import { DATE_TYPE } from './expression/environment.ts';

export const VARIABLE_TYPES = ['string', 'number', 'boolean', 'date', 'list', 'object', 'secret'] as const;
export type VariableType = (typeof VARIABLE_TYPES)[number];

/** What a value of each type must be, in the file and in `set`. */
export const VALUE_SCHEMAS: Readonly<Record<VariableType, z.ZodType>> = {
  string: z.string(),
  number: z.number(),
  boolean: z.boolean(),
  date: z.union([z.iso.datetime({ offset: true }), z.iso.date()]),
  list: z.array(z.unknown()),
  object: z.record(z.string(), z.unknown()),
  secret: SecretRef,
};

/** The types of CEL; expressions cannot see a secret. */
export const CEL_TYPES: Readonly<Record<VariableType, string>> = {
  string: 'string',
  number: 'double',
  boolean: 'bool',
  date: DATE_TYPE,
  list: 'list',
  object: 'map',
  secret: SECRET,
};

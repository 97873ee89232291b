import { say } from '@mailwright/core';
import { isMap, isScalar, type Node } from 'yaml';
import { z } from 'zod';
import type { Variable } from '../automation.ts';
import { Names } from '../expression/names.ts';
import type { Template } from '../expression/template.ts';
import { TOP, fieldsOf, inside, pointing, startOf, type Field, type Place } from '../file/report.ts';
import { near, suggestion } from '../near.ts';
import { VALUE_SCHEMAS, VARIABLE_TYPES, type VariableType } from '../variable-types.ts';
import type { FileReader } from './reader.ts';
import { nameProblem } from './names.ts';

const KEYS = ['type', 'default', 'input', 'output', 'description'];

export function readVariables(node: Node | null, reader: FileReader, at: number): Variable[] {
  if (!isMap(node)) {
    reader.report.problem(
      node ? startOf(node) : at,
      TOP,
      say`variables are fields.`,
      say`Write name: { type: string, default: ... } for each.`,
    );
    return [];
  }
  return fieldsOf(node.items).flatMap((field) => readVariable(field, reader) ?? []);
}

function readVariable({ key: name, at, value }: Field, reader: FileReader): Variable | undefined {
  const place = inside(pointing(TOP, 'variables'), `variable "${name}"`, name);
  const wrong = nameProblem(name);
  if (wrong) reader.report.problem(at, place, ...wrong);
  if (!isMap(value)) {
    reader.report.problem(
      value ? startOf(value) : at,
      place,
      say`a variable is described by fields.`,
      say`Write { type: string, default: ... }.`,
    );
    return undefined;
  }
  const fields = fieldsOf(value.items);
  for (const field of fields)
    if (!KEYS.includes(field.key))
      reader.report.problem(field.at, place, say`unknown key "${{ key: field.key }}".`, suggestion(field.key, KEYS, say`Known keys`));
  const type = readType(fields, reader, place, at);
  const description = reader.scalar(fields, 'description', z.string(), place);
  const made = type && readDefault(fields, type, reader, place);
  return {
    name,
    type: type ?? 'object',
    ...(description !== undefined && { description }),
    ...(made && { default: made }),
    input: reader.scalar(fields, 'input', z.boolean(), place) ?? false,
    output: reader.scalar(fields, 'output', z.boolean(), place) ?? false,
  };
}

function readType(fields: readonly Field[], reader: FileReader, place: Place, at: number): VariableType | undefined {
  const field = fields.find(({ key }) => key === 'type');
  const value = field?.value && isScalar(field.value) ? field.value.value : undefined;
  const type = VARIABLE_TYPES.find((known) => known === value);
  if (type) return type;
  const misspelled = !field && fields.some(({ key }) => near(key, KEYS) === 'type' && !KEYS.includes(key));
  const said = typeof value === 'string' ? say`there is no type "${{ value }}".` : say`the field "type" is missing.`;
  if (!misspelled)
    reader.report.problem(
      field?.value ? startOf(field.value) : at,
      place,
      said,
      suggestion(typeof value === 'string' ? value : '', VARIABLE_TYPES, say`Types`),
    );
  return undefined;
}

/** A default may use functions, such as `now()`, but no names. */
function readDefault(fields: readonly Field[], type: VariableType, reader: FileReader, place: Place): Template | undefined {
  const field = fields.find(({ key }) => key === 'default');
  return field && reader.input(new Names()).read(field.value, VALUE_SCHEMAS[type], inside(place, 'default'), field.at);
}

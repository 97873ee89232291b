import type { Json } from '../../../api.ts';

/** A JSON Schema of a form, as plain data: the keywords that forms look at. */
export interface Schema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: Json;
  readonly const?: Json;
  readonly enum?: readonly Json[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly discriminator?: { readonly propertyName: string };
  readonly deprecated?: boolean;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly 'x-ui'?: {
    readonly widget?: string;
    readonly group?: string;
    /** Stands in place of another field: shown only while that one is left out. */
    readonly insteadOf?: string;
    /** No expression can stand here. */
    readonly literal?: boolean;
    /** What leaving a choice out means. */
    readonly absent?: string;
    /** What is used when nothing is typed, by the value of another field beside it. */
    readonly proposed?: { readonly by: string; readonly values: Readonly<Record<string, Json>> };
  };
}

export type FieldKind =
  | 'text'
  | 'number'
  | 'boolean'
  | 'enum'
  | 'list'
  | 'object'
  | 'map'
  | 'choice'
  | 'fixed'
  | 'secret'
  | 'setting'
  | 'session'
  | 'connection'
  | 'folder'
  | 'filter'
  | 'file'
  | 'files'
  | 'multiline'
  | 'messages'
  | 'json';

/** The schema with its reference followed; what stands beside the reference wins. */
export function resolved(schema: Schema, root: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const { $ref, ...beside } = schema;
  const target = root.$defs?.[$ref.replace('#/$defs/', '')];
  return target ? resolved({ ...target, ...beside }, root) : beside;
}

/** Widgets that are drawn as they are named. */
const PLAIN: ReadonlySet<FieldKind> = new Set(['session', 'connection', 'folder', 'filter', 'multiline', 'messages']);

/** How a field is drawn. `schema` is resolved. */
export function kindOf(schema: Schema): FieldKind {
  if (schema.const !== undefined) return 'fixed';
  const widget = schema['x-ui']?.widget;
  if (widget === 'secret') return alternatives(schema).some(({ type }) => type === 'string') ? 'setting' : 'secret';
  if (widget === 'file') return schema.type === 'array' ? 'files' : 'file';
  if (PLAIN.has(widget as FieldKind)) return widget as FieldKind;
  if (schema.discriminator) return 'choice';
  if (schema.enum) return 'enum';
  return byType(schema);
}

function byType(schema: Schema): FieldKind {
  switch (schema.type) {
    case 'string':
      return 'text';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'array':
      return 'list';
    case 'object':
      return schema.properties ? 'object' : 'map';
    default:
      // A text is the shortest way to write what may also be a list, such as recipients.
      return alternatives(schema).some(({ type }) => type === 'string') ? 'text' : 'json';
  }
}

export const alternatives = (schema: Schema): readonly Schema[] => schema.oneOf ?? schema.anyOf ?? [];

/** A value that only a run gives: one expression alone. */
export const isExpression = (value: Json | undefined): value is string =>
  typeof value === 'string' && /^\s*\{\{[\s\S]*\}\}\s*$/.test(value);
/** A text with an expression in it. */
export const holdsExpression = (value: Json | undefined): boolean => typeof value === 'string' && value.includes('{{');
export const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether an expression may stand for the whole field: nowhere that a secret or a choice of branches would be hidden by it. */
export function takesExpression(kind: FieldKind): boolean {
  return !['secret', 'setting', 'choice', 'fixed', 'object', 'session', 'map'].includes(kind);
}

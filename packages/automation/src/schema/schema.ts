import type { Definition } from '@mailwright/core';
import { z } from 'zod';
import { VARIABLE_TYPES } from '../variable-types.ts';
import { openInside, type Json } from './open.ts';

const LONE = { type: 'string', pattern: '^\\s*\\{\\{[\\s\\S]*\\}\\}\\s*$', description: 'An expression alone, which keeps its type' };
const TEXT = { type: 'string', pattern: '\\{\\{[\\s\\S]*\\}\\}', description: 'A text with expressions in it' };
const STEPS = { $ref: '#/$defs/Steps' };
const NAME = { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_]{0,99}$' };

/** The JSON Schema (draft 2020-12) of `*.steps.yaml` for a palette: text editors complete and check automations with it. */
export function automationSchema(definitions: readonly Definition[]): Readonly<Record<string, unknown>> {
  const inputs = new Inputs();
  const actions = definitions.filter(({ kind }) => kind !== 'loop');
  const loops = definitions.filter(({ kind }) => kind === 'loop');
  const kinds = stepKinds(
    actions.map((definition) => inputs.of(definition, 'action')),
    loops.map((definition) => inputs.of(definition, 'loop')),
    { actions: choice(actions), loops: choice(loops) },
  );
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Mailwright automation',
    type: 'object',
    required: ['version', 'id', 'name', 'steps'],
    additionalProperties: false,
    properties: {
      version: { const: 1, description: 'The version of the file format' },
      id: { type: 'string', pattern: '^\\w[\\w.-]{0,99}$', description: 'Stays the same for the life of the automation' },
      name: { type: 'string', minLength: 1, maxLength: 200 },
      variables: { type: 'object', propertyNames: NAME, additionalProperties: { $ref: '#/$defs/Variable' } },
      steps: STEPS,
    },
    $defs: {
      ...inputs.defs,
      Expression: LONE,
      Text: TEXT,
      Variable: variable(),
      Steps: { type: 'array', items: { $ref: '#/$defs/Step' } },
      Step: { type: 'object', required: ['id'], oneOf: kinds },
    },
  };
}

const choice = (definitions: readonly Definition[]) => ({
  oneOf: definitions.map(({ id, title, summary }) => ({ const: id, title, description: summary })),
});

function variable(): Json {
  return {
    type: 'object',
    required: ['type'],
    additionalProperties: false,
    properties: {
      type: { enum: VARIABLE_TYPES },
      default: { description: 'Its value unless another is given' },
      input: { type: 'boolean', description: 'May be given by a calling automation' },
      output: { type: 'boolean', description: 'Is given back to a calling automation' },
      description: { type: 'string' },
    },
  };
}

function stepKinds(actions: readonly Json[], loops: readonly Json[], ids: { readonly actions: Json; readonly loops: Json }): Json[] {
  const always = {
    id: { ...NAME, description: 'Unique in the file; stays the same' },
    off: { type: 'boolean', description: 'Leaves the step out' },
    timeout: { type: 'number', exclusiveMinimum: 0, maximum: 86_400, description: 'Seconds' },
  };
  const kind = (key: string, properties: Json, more: Json = {}): Json => ({
    type: 'object',
    required: ['id', key],
    additionalProperties: false,
    properties: { ...always, ...properties },
    ...more,
  });
  const loopKeys = {
    onItemError: { enum: ['stop', 'skip', 'quarantine'], description: 'What a failing round does to the loop' },
    quarantineTo: { type: 'string', minLength: 1, description: 'The folder for messages whose round failed' },
    maxFailures: { type: 'integer', minimum: 1, description: 'So many in a row end the loop all the same' },
    organize: { enum: ['strict', 'batch'], description: 'batch: moves, marks and trash go out many in one command' },
  };
  return [
    kind('action', { action: ids.actions, with: {}, as: NAME }, { allOf: actions }),
    kind(
      'loop',
      { loop: { anyOf: [ids.loops, { $ref: '#/$defs/Expression' }] }, with: {}, as: NAME, do: STEPS, ...loopKeys },
      { required: ['id', 'loop', 'do'], allOf: loops },
    ),
    kind('if', { if: { $ref: '#/$defs/Expression' }, do: STEPS, else: STEPS }, { required: ['id', 'if', 'do'] }),
    kind('try', { try: STEPS, catch: STEPS, finally: STEPS }, { anyOf: [{ required: ['catch'] }, { required: ['finally'] }] }),
    kind('set', { set: { type: 'object', description: 'Variables and their new values' } }),
    kind('call', { call: { type: 'string', pattern: '\\.steps\\.yaml$' }, with: { type: 'object' }, as: NAME }),
    kind('stop', { stop: { enum: ['loop', 'run'] } }),
  ];
}

/** The inputs of definitions, with the schemas that they share in one place. */
class Inputs {
  readonly defs: Record<string, unknown> = {};
  /** Shared schemas as zod gave them, by name. */
  readonly #known = new Map<string, string>();

  /** If a step names this definition, its `with` must be this. */
  of({ id, input }: Definition, key: 'action' | 'loop'): Json {
    const { $defs = {}, $schema: _, ...json } = z.toJSONSchema(input as z.ZodType, { io: 'input', unrepresentable: 'any' }) as Sourced;
    const names = new Map(Object.entries($defs).map(([name, def]) => [name, this.#nameOf(name, def, id)]));
    for (const [name, def] of Object.entries($defs)) this.defs[names.get(name) ?? name] = renamed(openInside(def, $defs), names);
    const required = (json['required'] as readonly string[] | undefined) ?? [];
    return {
      if: { required: [key], properties: { [key]: { const: id } } },
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
      then: { properties: { with: renamed(openInside(json, $defs), names) }, ...(required.length > 0 && { required: ['with'] }) },
    };
  }

  /** Names that zod makes up are numbered anew in every schema, and two schemas may share a name by chance. */
  #nameOf(name: string, def: Json, owner: string): string {
    const text = JSON.stringify(def);
    if (!name.startsWith('__') && (this.#known.get(name) ?? text) === text) {
      this.#known.set(name, text);
      return name;
    }
    return `${owner}.${name}`;
  }
}

type Sourced = Json & { readonly $defs?: Readonly<Record<string, Json>>; readonly $schema?: string };
const REF = '#/$defs/';

function renamed(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((one) => renamed(one, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const target = key === '$ref' && typeof inner === 'string' ? names.get(inner.replace(REF, '')) : undefined;
      return [key, target === undefined ? renamed(inner, names) : `${REF}${target}`];
    }),
  );
}

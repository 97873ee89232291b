import { holdsPassword, presentMode } from '@mailwright/core';
import { isAlias, isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import { z } from 'zod';
import type { Template } from '../expression/template.ts';
import { fieldsOf, inside, pointing, startOf, type Field, type Place, type Report } from '../file/report.ts';
import { near, suggestion } from '../near.ts';
import type { Texts } from './text.ts';
import { checkScalar, explain, type Said } from './scalar.ts';
import {
  bare,
  branchesOf,
  discriminatorsOf,
  refusalOf,
  expected,
  holdsSecret,
  isSecret,
  kindsOf,
  said,
  secretKind,
  shown,
  type Kind,
} from './shape.ts';

const NOTHING: Template = { kind: 'value', value: undefined };

/** Reads a step's input against its schema. Expressions are checked by their type, everything else as the schema says. */
export class InputReader {
  readonly #report: Report;
  readonly #texts: Texts;
  /** Called for every `{ variable: name }`. */
  readonly #onVariable: (name: string, at: number, place: Place) => void;

  constructor(report: Report, texts: Texts, onVariable: (name: string, at: number, place: Place) => void) {
    this.#report = report;
    this.#texts = texts;
    this.#onVariable = onVariable;
  }

  /** `at` is the offset of the key that the value belongs to, for what is missing. */
  read(node: Node | null, schema: z.ZodType, place: Place, at: number): Template {
    if (node === null) return this.#scalar(null, at, schema, place);
    if (isAlias(node) || this.#texts.isUnquoted(node)) return NOTHING;
    if (secretKind(schema) !== undefined) return this.#secret(node, schema, place, at);
    if (isScalar(node) && this.#texts.holds(node)) return this.#expression(node, schema, place);
    if (isScalar(node)) return this.#scalar(node.value, startOf(node), schema, place);
    const branches = branchesOf(schema);
    if (isSeq(node)) return this.#list(node, branches.map(bare), schema, place);
    return isMap(node) ? this.#map(node, branches, schema, place, at) : NOTHING;
  }

  #problem(at: number, place: Place, message: string, fix: string): Template {
    this.#report.problem(at, place, message, fix);
    return NOTHING;
  }

  #scalar(value: unknown, at: number, schema: z.ZodType, place: Place): Template {
    const wrong = holdsSecret(schema) ? withoutValue(schema, value) : checkScalar(value, schema);
    if (wrong) return this.#problem(at, place, ...wrong);
    if (typeof value === 'string' && holdsPassword(value))
      this.#report.warning(
        at,
        place,
        'a password stands in this address in plain text.',
        'Put it into a vault; for a proxy, set url, username and password.',
      );
    return { kind: 'value', value };
  }

  #expression(node: Node, schema: z.ZodType, place: Place): Template {
    const open = branchesOf(schema).filter((branch) => !holdsSecret(branch));
    if (open.length === 0)
      return this.#problem(startOf(node), place, 'an expression cannot stand for something that holds a secret.', 'Write the fields out.');
    return this.#texts.read(node, new Set(open.flatMap((branch) => [...kindsOf(branch)])), place);
  }

  #list(node: YAMLSeq, branches: readonly z.ZodType[], schema: z.ZodType, place: Place): Template {
    const list = branches.find((branch) => branch instanceof z.ZodArray);
    if (!list && !['list', 'any'].some((kind) => kindsOf(schema).has(kind as Kind)))
      return this.#problem(startOf(node), place, `${expected(schema)} is expected, not a list.`, 'Remove the dashes or brackets.');
    const element = (list?.element as z.ZodType | undefined) ?? z.unknown();
    const before = this.#report.problems.length;
    const items = node.items.map((item, index) =>
      this.read(item as Node, element, inside(place, `entry ${index + 1}`, index), startOf(node)),
    );
    if (list && this.#report.problems.length === before && node.items.length === 0) this.#whole([], list, startOf(node), place);
    return { kind: 'list', items };
  }

  #map(node: YAMLMap, branches: readonly z.ZodType[], schema: z.ZodType, place: Place, at: number): Template {
    const fields = fieldsOf(node.items);
    const candidates = branches.filter((branch) => ['object', 'any'].some((kind) => kindsOf(branch).has(kind as Kind)));
    const chosen = candidates.sort((a, b) => likeness(bare(b), fields) - likeness(bare(a), fields))[0];
    if (!chosen) return this.#problem(startOf(node), place, `${expected(schema)} is expected, not fields.`, 'Write the value itself.');
    const branch = bare(chosen);
    if (isSecret(chosen)) return this.#secret(node, chosen, place, at);
    if (branch instanceof z.ZodDiscriminatedUnion) return this.#choice(node, fields, branch, place, at);
    if (branch instanceof z.ZodObject) return this.readFields(fields, branch, place, at);
    const values = branch instanceof z.ZodRecord ? (branch.valueType as z.ZodType) : z.unknown();
    return { kind: 'map', entries: fields.map(({ key, value, at }) => [key, this.read(value, values, inside(place, key), at)] as const) };
  }

  /** A branch is chosen by one of its fields; the problems below are those of the chosen branch alone. */
  #choice(node: YAMLMap, fields: readonly Field[], union: z.ZodDiscriminatedUnion, place: Place, at: number): Template {
    const key = union.def.discriminator;
    const options = union.options as readonly z.ZodType[];
    const known = options.flatMap((option) => discriminatorsOf(option, key).filter((one) => one !== undefined));
    const field = fields.find((one) => one.key === key);
    const preset = field ? undefined : options.find((one) => discriminatorsOf(one, key).includes(undefined));
    if (preset) return this.#preset(node, fields, { preset, options, key }, place, at);
    if (!field?.value) {
      const misspelled = near(
        key,
        fields.map((one) => one.key),
      );
      const found = fields.find((one) => one.key === misspelled);
      if (found) return this.#problem(found.at, place, `unknown key "${found.key}".`, `Did you mean "${key}"?`);
      return this.#problem(at, pointing(place, key), `the field "${key}" is missing.`, `Choose one of: ${known.join(', ')}.`);
    }
    const value = isScalar(field.value) ? field.value.value : undefined;
    const option = options.find((one) => discriminatorsOf(one, key).includes(String(value)));
    const present = key === 'mode' ? presentMode(value) : undefined;
    const renamed = present === undefined ? undefined : options.find((one) => discriminatorsOf(one, key).includes(present));
    const old = (option ?? renamed)?.meta();
    if (old?.['deprecated'] === true)
      this.#report.warning(startOf(field.value), inside(place, key), `${present ?? String(value)} is deprecated.`, old.description ?? '');
    if (option) return this.read(node, option, label(place, String(value)), at);
    if (present !== undefined && renamed)
      return this.#renamed(field.value as Scalar, present, () => this.read(node, renamed, label(place, present), at), place);
    return this.#problem(startOf(field.value), inside(place, key), ...this.#noBranch(field.value, known, union));
  }

  /** The branch that is meant where none is named; unless a field says that it is another. */
  #preset(
    node: YAMLMap,
    fields: readonly Field[],
    { preset, options, key }: { readonly preset: z.ZodType; readonly options: readonly z.ZodType[]; readonly key: string },
    place: Place,
    at: number,
  ): Template {
    const knows = (option: z.ZodType, name: string) => Object.hasOwn((bare(option) as z.ZodObject).shape as object, name);
    for (const field of fields) {
      const other = knows(preset, field.key) ? undefined : options.find((option) => knows(option, field.key));
      const value = other && discriminatorsOf(other, key)[0];
      if (value !== undefined)
        return this.#problem(field.at, place, `"${field.key}" belongs to ${key}: ${value}.`, `Add ${key}: ${value}.`);
    }
    return this.read(node, preset, place, at);
  }

  /** A name of old is read as the present one, and stays in what is read: whoever runs it warns too. */
  #renamed(node: Scalar, present: string, read: () => Template, place: Place): Template {
    const { value, range } = node;
    const [from = 0, to = 0] = range ?? [];
    const warning = [`"${String(value)}" is called ${present} here.`, `Write mode: ${present}; check --fix does so.`] as const;
    this.#report.warning(from, inside(place, 'mode'), ...warning, { from, to, text: present });
    node.value = present;
    const found = read();
    node.value = value;
    if (found.kind !== 'map') return found;
    return { kind: 'map', entries: found.entries.map(([key, one]) => [key, key === 'mode' ? { kind: 'value', value } : one] as const) };
  }

  #noBranch(node: Node, known: readonly string[], union: z.ZodDiscriminatedUnion): Said {
    const all = known.join(', ');
    if (!isScalar(node)) return ['a text is expected here.', `Write one of: ${all}.`];
    if (this.#texts.holds(node)) return ['this cannot be an expression, since the fields beside it depend on it.', `Write one of: ${all}.`];
    const found = near(String(node.value), known);
    const reason = refusalOf(union, node.value);
    if (reason !== undefined) return [`${shown(node.value)} is none of ${all}.`, reason];
    return [`${shown(node.value)} is none of ${all}.`, found === undefined ? 'Choose one of these.' : `Did you mean "${found}"?`];
  }

  /** The fields of an object; none of them where nothing was written. */
  readFields(fields: readonly Field[], schema: z.ZodObject, place: Place, at: number): Template {
    const shape = schema.shape as Readonly<Record<string, z.ZodType>>;
    const open = schema.def.catchall !== undefined && !(schema.def.catchall instanceof z.ZodNever);
    for (const field of open ? [] : fields)
      if (!Object.hasOwn(shape, field.key))
        this.#problem(field.at, pointing(place, field.key), `unknown key "${field.key}".`, unknownKey(field, Object.keys(shape)));
    for (const [key, field] of Object.entries(shape)) {
      if (fields.some((one) => one.key === key) || field.safeParse(undefined).success) continue;
      if (fields.some((one) => !Object.hasOwn(shape, one.key) && near(one.key, Object.keys(shape)) === key)) continue;
      this.#problem(at, pointing(place, key), `the field "${key}" is missing.`, missing(key, field));
    }
    const entries = fields.map(({ key, value, at: offset }) => {
      const field = Object.hasOwn(shape, key) ? shape[key] : undefined;
      return [key, this.read(value, field ?? z.unknown(), inside(place, key), offset)] as const;
    });
    return { kind: 'map', entries };
  }

  #secret(node: Node, schema: z.ZodType, place: Place, at: number): Template {
    const plain = secretKind(schema) === 'setting';
    if (isScalar(node)) {
      if (plain && this.#texts.holds(node)) return this.#texts.read(node, new Set(['string']), place);
      if (plain) return this.#scalar(node.value, startOf(node), schema, place);
      // What stands here may be the secret itself: it is not repeated.
      return this.#problem(
        startOf(node),
        place,
        'a secret is never written here as it is, nor as an expression.',
        'Refer to it: { credential: vault/path } or { variable: name }.',
      );
    }
    if (!isMap(node))
      return this.#problem(
        startOf(node),
        place,
        'a reference to a secret is expected.',
        'Write { credential: vault/path } or { variable: name }.',
      );
    return this.#reference(fieldsOf(node.items), place, at, plain);
  }

  #reference(fields: readonly Field[], place: Place, at: number, plain: boolean): Template {
    const [field, second] = fields;
    if (!field || second)
      return this.#problem(
        second?.at ?? at,
        place,
        'a reference to a secret has exactly one field.',
        'Write { credential: vault/path } or { variable: name }.',
      );
    if (field.value === null)
      return this.#problem(field.at, place, 'this is no reference to a secret.', 'Write { credential: vault/path } or { variable: name }.');
    if (!REFERENCES.includes(field.key))
      return this.#problem(field.at, place, `unknown key "${field.key}".`, suggestion(field.key, REFERENCES, 'Known keys'));
    const value = field.value && isScalar(field.value) ? field.value.value : null;
    const start = field.value ? startOf(field.value) : field.at;
    if (typeof value !== 'string' || (value === '' && field.key !== 'insecure'))
      return this.#problem(start, place, 'a text is expected here.', 'Write the name in quotes.');
    if (field.value && this.#texts.holds(field.value))
      return this.#problem(start, place, 'a reference to a secret cannot hold an expression.', 'Write the name itself.');
    if (field.key === 'variable') this.#onVariable(value, start, place);
    if (field.key === 'insecure' && !plain)
      this.#report.warning(
        field.at,
        place,
        'this secret is stored in plain text.',
        'Put it into a vault and refer to it: { credential: vault/path }.',
      );
    return { kind: 'value', value: { [field.key]: value } };
  }

  #whole(value: unknown, schema: z.ZodType, at: number, place: Place): void {
    const { error } = schema.safeParse(value);
    if (error) this.#report.problem(at, place, ...explain(error.issues, value));
  }
}

const REFERENCES = ['credential', 'variable', 'insecure'];

/** In `{ text: Yes, thanks }` YAML ends the text at the comma. */
const unknownKey = ({ key, value }: Field, known: readonly string[]) =>
  value === null && key.includes(' ')
    ? 'If it belongs to the text before the comma, put that text in quotes.'
    : suggestion(key, known, 'Known keys');

/** What stands where a secret may stand is not repeated; a rule of our own says what is wrong without it. */
function withoutValue(schema: z.ZodType, value: unknown): Said | undefined {
  if (schema.safeParse(value).success) return undefined;
  const issues = branchesOf(schema).flatMap((branch) => bare(branch).safeParse(value).error?.issues[0] ?? []);
  const rule = issues.find(({ code }) => code === 'custom');
  return rule
    ? [`${rule.message}.`, 'Correct the value.']
    : [`${expected(schema)} is expected here.`, 'Write name: value for each of its fields.'];
}

const label = (place: Place, value: string): Place => {
  const last = place.where.at(-1);
  return last === undefined ? place : { ...place, where: [...place.where.slice(0, -1), `${last} (${value})`] };
};

function missing(key: string, schema: z.ZodType): string {
  const title = (schema.meta()?.title ?? bare(schema).meta()?.title) as string | undefined;
  return `Add "${key}"${title === undefined ? '' : ` (${title})`}: ${[...kindsOf(schema)].map(said).join(' or ')}.`;
}

/** How well a map fits a branch of a union: its fields that the branch knows, less those that it misses. */
function likeness(schema: z.ZodType, fields: readonly Field[]): number {
  if (schema instanceof z.ZodDiscriminatedUnion)
    return Math.max(...(schema.options as z.ZodType[]).map((option) => likeness(bare(option), fields)));
  if (!(schema instanceof z.ZodObject)) return -1;
  const known = Object.keys(schema.shape as object);
  const missed = Object.entries(schema.shape as Record<string, z.ZodType>).filter(
    ([key, field]) => !fields.some((one) => one.key === key) && !field.safeParse(undefined).success,
  );
  return fields.reduce((sum, { key }) => sum + (known.includes(key) ? 2 : near(key, known) === undefined ? 0 : 1), 0) - missed.length;
}

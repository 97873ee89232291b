import { Phrase, holdsPassword, presentMode, say } from '@mailwright/core';
import { isAlias, isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import { z } from 'zod';
import type { Template } from '../expression/template.ts';
import { fieldsOf, inside, pointing, startOf, type Field, type Place, type Report } from '../file/report.ts';
import { near, suggestion } from '../near.ts';
import { label, likeness, missing, unknownKey, withoutValue } from './fields.ts';
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
  secretKind,
  shown,
  type Kind,
} from './shape.ts';

const ANYTHING = z.unknown();
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

  #problem(at: number, place: Place, message: Phrase, fix: Phrase): Template {
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
        say`a password stands in this address in plain text.`,
        say`Put it into a vault; for a proxy, set url, username and password.`,
      );
    return { kind: 'value', value };
  }

  #expression(node: Node, schema: z.ZodType, place: Place): Template {
    const open = branchesOf(schema).filter((branch) => !holdsSecret(branch));
    if (open.length === 0)
      return this.#problem(
        startOf(node),
        place,
        say`an expression cannot stand for something that holds a secret.`,
        say`Write the fields out.`,
      );
    return this.#texts.read(node, new Set(open.flatMap((branch) => [...kindsOf(branch)])), place);
  }

  #list(node: YAMLSeq, branches: readonly z.ZodType[], schema: z.ZodType, place: Place): Template {
    const list = branches.find((branch) => branch instanceof z.ZodArray);
    if (!list && !['list', 'any'].some((kind) => kindsOf(schema).has(kind as Kind)))
      return this.#problem(
        startOf(node),
        place,
        say`${{ expected: expected(schema) }} is expected, not a list.`,
        say`Remove the dashes or brackets.`,
      );
    const element = (list?.element as z.ZodType | undefined) ?? ANYTHING;
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
    if (!chosen)
      return this.#problem(
        startOf(node),
        place,
        say`${{ expected: expected(schema) }} is expected, not fields.`,
        say`Write the value itself.`,
      );
    const branch = bare(chosen);
    if (isSecret(chosen)) return this.#secret(node, chosen, place, at);
    if (branch instanceof z.ZodDiscriminatedUnion) return this.#choice(node, fields, branch, place, at);
    if (branch instanceof z.ZodObject) return this.readFields(fields, branch, place, at);
    const values = branch instanceof z.ZodRecord ? (branch.valueType as z.ZodType) : ANYTHING;
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
      if (found) return this.#problem(found.at, place, say`unknown key "${{ key: found.key }}".`, say`Did you mean "${{ key }}"?`);
      return this.#problem(
        at,
        pointing(place, key),
        say`the field "${{ key }}" is missing.`,
        say`Choose one of: ${{ known: known.join(', ') }}.`,
      );
    }
    const value = isScalar(field.value) ? field.value.value : undefined;
    const option = options.find((one) => discriminatorsOf(one, key).includes(String(value)));
    const present = key === 'mode' ? presentMode(value) : undefined;
    const renamed = present === undefined ? undefined : options.find((one) => discriminatorsOf(one, key).includes(present));
    const old = (option ?? renamed)?.meta();
    if (old?.['deprecated'] === true)
      this.#report.warning(
        startOf(field.value),
        inside(place, key),
        say`${{ mode: present ?? String(value) }} is deprecated.`,
        new Phrase(old.description ?? ''),
      );
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
        return this.#problem(
          field.at,
          place,
          say`"${{ field: field.key }}" belongs to ${{ key }}: ${{ value }}.`,
          say`Add ${{ key }}: ${{ value }}.`,
        );
    }
    return this.read(node, preset, place, at);
  }

  /** A name of old is read as the present one, and stays in what is read: whoever runs it warns too. */
  #renamed(node: Scalar, present: string, read: () => Template, place: Place): Template {
    const { value, range } = node;
    const [from = 0, to = 0] = range ?? [];
    const warning = [
      say`"${{ value: String(value) }}" is called ${{ present }} here.`,
      say`Write mode: ${{ present }}; check --fix does so.`,
    ] as const;
    this.#report.warning(from, inside(place, 'mode'), ...warning, { from, to, text: present });
    node.value = present;
    const found = read();
    node.value = value;
    if (found.kind !== 'map') return found;
    return { kind: 'map', entries: found.entries.map(([key, one]) => [key, key === 'mode' ? { kind: 'value', value } : one] as const) };
  }

  #noBranch(node: Node, known: readonly string[], union: z.ZodDiscriminatedUnion): Said {
    const all = known.join(', ');
    if (!isScalar(node)) return [say`a text is expected here.`, say`Write one of: ${{ all }}.`];
    if (this.#texts.holds(node))
      return [say`this cannot be an expression, since the fields beside it depend on it.`, say`Write one of: ${{ all }}.`];
    const found = near(String(node.value), known);
    const reason = refusalOf(union, node.value);
    const message = say`${{ given: shown(node.value) }} is none of ${{ all }}.`;
    if (reason !== undefined) return [message, new Phrase(reason)];
    return [message, found === undefined ? say`Choose one of these.` : say`Did you mean "${{ found }}"?`];
  }

  /** The fields of an object; none of them where nothing was written. */
  readFields(fields: readonly Field[], schema: z.ZodObject, place: Place, at: number): Template {
    const shape = schema.shape as Readonly<Record<string, z.ZodType>>;
    const open = schema.def.catchall !== undefined && !(schema.def.catchall instanceof z.ZodNever);
    for (const field of open ? [] : fields)
      if (!Object.hasOwn(shape, field.key))
        this.#problem(
          field.at,
          pointing(place, field.key),
          say`unknown key "${{ key: field.key }}".`,
          unknownKey(field, Object.keys(shape)),
        );
    for (const [key, field] of Object.entries(shape)) {
      if (fields.some((one) => one.key === key) || field.safeParse(undefined).success) continue;
      if (fields.some((one) => !Object.hasOwn(shape, one.key) && near(one.key, Object.keys(shape)) === key)) continue;
      this.#problem(at, pointing(place, key), say`the field "${{ key }}" is missing.`, missing(key, field));
    }
    const entries = fields.map(({ key, value, at: offset }) => {
      const field = Object.hasOwn(shape, key) ? shape[key] : undefined;
      return [key, this.read(value, field ?? ANYTHING, inside(place, key), offset)] as const;
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
        say`a secret is never written here as it is, nor as an expression.`,
        say`Refer to it: { credential: vault/path } or { variable: name }.`,
      );
    }
    if (!isMap(node))
      return this.#problem(
        startOf(node),
        place,
        say`a reference to a secret is expected.`,
        say`Write { credential: vault/path } or { variable: name }.`,
      );
    return this.#reference(fieldsOf(node.items), place, at, plain);
  }

  #reference(fields: readonly Field[], place: Place, at: number, plain: boolean): Template {
    const [field, second] = fields;
    if (!field || second)
      return this.#problem(
        second?.at ?? at,
        place,
        say`a reference to a secret has exactly one field.`,
        say`Write { credential: vault/path } or { variable: name }.`,
      );
    if (field.value === null)
      return this.#problem(
        field.at,
        place,
        say`this is no reference to a secret.`,
        say`Write { credential: vault/path } or { variable: name }.`,
      );
    if (!REFERENCES.includes(field.key))
      return this.#problem(field.at, place, say`unknown key "${{ key: field.key }}".`, suggestion(field.key, REFERENCES, say`Known keys`));
    const value = field.value && isScalar(field.value) ? field.value.value : null;
    const start = field.value ? startOf(field.value) : field.at;
    if (typeof value !== 'string' || (value === '' && field.key !== 'insecure'))
      return this.#problem(start, place, say`a text is expected here.`, say`Write the name in quotes.`);
    if (field.value && this.#texts.holds(field.value))
      return this.#problem(start, place, say`a reference to a secret cannot hold an expression.`, say`Write the name itself.`);
    if (field.key === 'variable') this.#onVariable(value, start, place);
    if (field.key === 'insecure' && !plain)
      this.#report.warning(
        field.at,
        place,
        say`this secret is stored in plain text.`,
        say`Put it into a vault and refer to it: { credential: vault/path }.`,
      );
    return { kind: 'value', value: { [field.key]: value } };
  }

  #whole(value: unknown, schema: z.ZodType, at: number, place: Place): void {
    const { error } = schema.safeParse(value);
    if (error) this.#report.problem(at, place, ...explain(error.issues, value));
  }
}

const REFERENCES = ['credential', 'variable', 'insecure'];

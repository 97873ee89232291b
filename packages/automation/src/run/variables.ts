import { EmailError, SecretRef, say, type Phrase } from '@mailwright/core';
import type { Variable } from '../automation.ts';
import { fill } from '../expression/fill.ts';
import { near } from '../near.ts';
import { VALUE_SCHEMAS } from '../variable-types.ts';
import { Scope } from './scope.ts';

/** The variables of one automation while it runs. Expressions see all but the secrets; those are only ever references. */
export class Variables {
  readonly scope = new Scope();
  readonly #declared: readonly Variable[];
  readonly #values = new Map<string, unknown>();

  /** `given` comes from outside: values, or their texts from a command line. Errors: `input.invalid`. */
  constructor(declared: readonly Variable[], given: Readonly<Record<string, unknown>>) {
    this.#declared = declared;
    for (const name of Object.keys(given)) if (!declared.some((variable) => variable.name === name)) throw unknown(name, declared);
    for (const variable of declared) {
      const value = given[variable.name] ?? (variable.default && fill(variable.default, this.scope, variable.name));
      if (value !== undefined) this.#keep(variable, fromOutside(variable, value));
      else if (variable.input) throw wrong(variable, say`it has no value`, say`Give it with --var ${{ name: variable.name }}=...`);
    }
  }

  /** Errors: `automation.failed` where the value is not of the variable's type. */
  set(variable: Variable, value: unknown, step: string): void {
    if (!VALUE_SCHEMAS[variable.type].safeParse(value).success)
      throw new EmailError('automation.failed', {
        step,
        problem: say`the variable "${{ name: variable.name }}" takes a value of type ${{ type: variable.type }}, which this one is not.`,
      });
    this.#keep(variable, value);
  }

  setPlanned(variable: Variable): void {
    this.scope.declarePlanned(variable.name, null);
  }

  value(name: string): unknown {
    return this.#values.get(name);
  }

  /** The values of variables marked as output. */
  outputs(): Record<string, unknown> {
    const given = this.#declared.filter(({ name, output, type }) => output && type !== 'secret' && this.#values.has(name));
    return Object.fromEntries(given.map(({ name }) => [name, this.#values.get(name)]));
  }

  /** What `{ variable: name }` may refer to. */
  references(): Record<string, unknown> {
    const given = this.#declared.filter(({ name, type }) => (type === 'secret' || type === 'string') && this.#values.has(name));
    return Object.fromEntries(given.map(({ name }) => [name, this.#values.get(name)]));
  }

  #keep({ name, type }: Variable, value: unknown): void {
    this.#values.set(name, value);
    if (type !== 'secret') this.scope.declare(name, type === 'date' ? new Date(String(value)) : value);
  }
}

/** A value from outside as its variable's type wants it. */
function fromOutside(variable: Variable, value: unknown): unknown {
  const found = typeof value === 'string' ? fromText(variable, value) : value instanceof Date ? value.toISOString() : value;
  const schema = VALUE_SCHEMAS[variable.type];
  if (found !== undefined && schema.safeParse(found).success) return found;
  throw wrong(variable, say`it takes a value of type ${{ type: variable.type }}`, FORMS[variable.type]);
}

function fromText({ type }: Variable, text: string): unknown {
  switch (type) {
    case 'string':
    case 'date':
      return text;
    case 'number':
      return /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(text) ? Number(text) : undefined;
    case 'boolean':
      return { true: true, false: false }[text.trim().toLowerCase()];
    case 'list':
    case 'object':
      return fromJson(text);
    case 'secret':
      // A secret itself would stay in the history of the shell: a text is taken as the name of a vault's entry.
      return SecretRef.parse({ credential: text });
  }
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const FORMS: Readonly<Record<Variable['type'], Phrase>> = {
  string: say`Give a text.`,
  number: say`Give a number such as 993 or 1.5.`,
  boolean: say`Give true or false.`,
  date: say`Give a day as 2026-01-31, or an instant as 2026-01-31T12:00:00Z.`,
  list: say`Give a list as JSON, such as ["a","b"].`,
  object: say`Give an object as JSON, such as ${{ example: '{"a":1}' }}.`,
  secret: say`Give the name of a vault's entry: vault/path#field.`,
};

const wrong = ({ name }: Variable, problem: Phrase, cure: Phrase) =>
  new EmailError('input.invalid', { path: `variable ${name}`, problem, cure });

function unknown(name: string, declared: readonly Variable[]): EmailError {
  const known = declared.map((variable) => variable.name);
  const meant = near(name, known);
  const cure =
    meant === undefined
      ? say`Variables of this automation: ${{ known: known.length === 0 ? say`none` : known.join(', ') }}.`
      : say`Did you mean "${{ meant }}"?`;
  return new EmailError('input.invalid', { path: `variable ${name}`, problem: say`there is no such variable`, cure });
}

import type { Environment } from '@marcbachmann/cel-js';
import { z } from 'zod';

interface Json {
  readonly type?: string | readonly string[];
  readonly $ref?: string;
  readonly title?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: Json;
  readonly properties?: Readonly<Record<string, Json>>;
  readonly additionalProperties?: boolean | Json;
  readonly $defs?: Readonly<Record<string, Json>>;
}

const SCALARS: Readonly<Record<string, string>> = { string: 'string', number: 'double', integer: 'double', boolean: 'bool' };

/** What steps and loops give, as types of CEL: a misspelled field or a comparison of text with a number is found before the run. */
export class Types {
  readonly #environment: Environment;
  /** Type name to fields. */
  readonly #fields = new Map<string, readonly string[]>();
  readonly #seen = new Map<string, string>();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** The type of what a schema gives; `hint` names it in messages. Must be called before the environment is cloned. */
  typeOf(schema: z.ZodType, hint: string): string {
    const json = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' }) as Json;
    return this.#named(json, json.$defs ?? {}, hint);
  }

  /** A type of objects with these fields. */
  declare(name: string, fields: Readonly<Record<string, string>>): void {
    this.#fields.set(name, Object.keys(fields));
    this.#environment.registerType(name, { fields: { ...fields } });
  }

  fieldsOf(type: string): readonly string[] {
    return this.#fields.get(type) ?? [];
  }

  #named(json: Json, defs: Readonly<Record<string, Json>>, hint: string): string {
    if (json.$ref !== undefined) {
      const id = json.$ref.replace('#/$defs/', '');
      const target = defs[id];
      return target && id !== hint ? this.#named(target, defs, id.startsWith('__') ? hint : id) : 'dyn';
    }
    const scalar =
      SCALARS[typeof json.const] ?? (json.enum?.every((one) => typeof one === 'string') ? 'string' : SCALARS[String(json.type)]);
    if (scalar) return scalar;
    if (json.type === 'array') return `list<${json.items ? this.#named(json.items, defs, `${hint}.item`) : 'dyn'}>`;
    if (json.type !== 'object') return 'dyn';
    if (json.properties && json.additionalProperties === false) return this.#object(json.properties, defs, json.title ?? hint);
    const values = json.additionalProperties;
    return typeof values === 'object' && !json.properties ? `map<string, ${this.#named(values, defs, hint)}>` : 'dyn';
  }

  #object(properties: Readonly<Record<string, Json>>, defs: Readonly<Record<string, Json>>, hint: string): string {
    const key = JSON.stringify(properties);
    const seen = this.#seen.get(key);
    if (seen !== undefined) return seen;
    const clean = hint.replace(/[^\w. -]/g, '');
    // A lower-case word may be a type of CEL itself.
    const name = this.#fields.has(clean) || /^[a-z_]*$/.test(clean) ? `${clean} ${this.#seen.size}` : clean;
    this.#seen.set(key, name);
    // Taken before its fields are known: a field may be of the same type.
    this.#fields.set(name, []);
    this.declare(
      name,
      Object.fromEntries(Object.entries(properties).map(([field, json]) => [field, this.#named(json, defs, `${name}.${field}`)])),
    );
    return name;
  }
}

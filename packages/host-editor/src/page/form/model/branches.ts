import type { Fields, Json } from '../../../api.ts';
import { alternatives, isObject, kindOf, resolved, type Schema } from './schema.ts';
import { same } from './value.ts';

export interface Branch {
  /** The value of the discriminator that stands for it. */
  readonly id: string;
  readonly title: string;
  readonly schema: Schema;
}

/** The branches of a choice, in the order of the schema. */
export function branchesOf(choice: Schema, root: Schema): readonly Branch[] {
  const key = choice.discriminator?.propertyName ?? '';
  return alternatives(choice).flatMap((one) => {
    const schema = resolved(one, root);
    const id = fixedAt(schema, key, root);
    return id === undefined ? [] : [{ id, title: schema.title ?? id, schema }];
  });
}

/** What a branch fixes its key to; all branches of a choice inside it fix the same. */
function fixedAt(schema: Schema, key: string, root: Schema): string | undefined {
  const fixed = schema.properties?.[key]?.const;
  if (typeof fixed === 'string') return fixed;
  const [first] = schema.discriminator ? alternatives(schema) : [];
  return first && fixedAt(resolved(first, root), key, root);
}

/** The branch that a value is of; where it does not say, the one that need not be said. */
export function branchOf(choice: Schema, root: Schema, value: Json | undefined): Branch | undefined {
  const key = choice.discriminator?.propertyName ?? '';
  const branches = branchesOf(choice, root);
  const said = isObject(value) ? value[key] : undefined;
  if (said !== undefined) return branches.find(({ id }) => id === said);
  return isObject(value) ? branches.find(({ schema }) => schema.properties && !schema.required?.includes(key)) : undefined;
}

/** What a new value begins with: the choices that must be made, each at its first branch. */
export function fresh(schema: Schema, root: Schema): Fields {
  const own = resolved(schema, root);
  if (own.discriminator) {
    const [first] = branchesOf(own, root);
    return first ? fresh(first.schema, root) : {};
  }
  const begun: Record<string, Json> = {};
  for (const [key, field] of Object.entries(own.properties ?? {})) {
    const inner = resolved(field, root);
    if (!own.required?.includes(key)) continue;
    if (inner.const !== undefined) begun[key] = inner.const;
    else if (kindOf(inner) === 'choice') begun[key] = fresh(inner, root);
  }
  return begun;
}

/** What was typed in branches that are not chosen now, by pointer and branch. It lives in the page alone and ends with Save. */
export class Memory {
  readonly #kept = new Map<string, Json>();

  keep(pointer: string, branch: string, value: Json): void {
    this.#kept.set(`${pointer}#${branch}`, value);
  }
  kept(pointer: string, branch: string): Json | undefined {
    return this.#kept.get(`${pointer}#${branch}`);
  }
  forget(): void {
    this.#kept.clear();
  }
}

/**
 * The value after the choice of another branch: what was typed there before, else what the branches have in common.
 * Only what the chosen branch has is in it.
 */
export function switched(choice: Schema, root: Schema, value: Json | undefined, to: string, memory: Memory, pointer: string): Json {
  const from = branchOf(choice, root, value);
  if (from && isObject(value)) memory.keep(pointer, from.id, value);
  const kept = memory.kept(pointer, to);
  if (kept !== undefined) return kept;
  const target = branchesOf(choice, root).find(({ id }) => id === to);
  if (!target) return value ?? null;
  return { ...fresh(target.schema, root), ...(from && isObject(value) ? common(from.schema, target.schema, value, root) : {}) };
}

/** Needed fields that mean the same in both: a host stays when the kind of server changes, a port does not. */
function common(from: Schema, to: Schema, value: Fields, root: Schema): Fields {
  const [source, target] = [firstObject(from, root), firstObject(to, root)];
  const keys = (target.required ?? []).filter((key) => {
    const [a, b] = [source.properties?.[key], target.properties?.[key]];
    return value[key] !== undefined && a !== undefined && b !== undefined && b.const === undefined && same(shape(a), shape(b));
  });
  return Object.fromEntries(keys.flatMap((key) => (value[key] === undefined ? [] : [[key, value[key]]])));
}

const shape = (schema: Schema): Json => {
  const { title: _title, description: _description, ...rest } = schema;
  return rest as Json;
};

function firstObject(schema: Schema, root: Schema): Schema {
  const [first] = schema.discriminator ? branchesOf(schema, root) : [];
  return first ? firstObject(first.schema, root) : schema;
}

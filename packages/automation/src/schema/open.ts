/** A JSON Schema as plain data. */
export interface Json {
  readonly [keyword: string]: unknown;
}
type Defs = Readonly<Record<string, Json>>;

/** One `{{ }}` alone, which may stand for a value of any type. */
const LONE: Json = { $ref: '#/$defs/Expression' };
/** A text with `{{ }}` in it. */
const TEXT: Json = { $ref: '#/$defs/Text' };
/** What keeps a text from being free: an expression in it would break these although its result may fit. */
const LIMITS = ['pattern', 'format', 'enum', 'maxLength'];

const isSchema = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const branchesOf = (json: Json): readonly Json[] => ((json['anyOf'] ?? json['oneOf'] ?? []) as readonly unknown[]).filter(isSchema);

/** A field's schema that also takes an expression; what is or holds a secret does not. */
export function open(json: Json, defs: Defs): Json {
  const inner = openInside(json, defs);
  if ('const' in json || holdsSecret(json, defs)) return inner;
  const { type } = json;
  if (type === 'string') return LIMITS.some((limit) => limit in json) ? { anyOf: [inner, TEXT] } : inner;
  if (type === undefined && branchesOf(json).length === 0 && !('$ref' in json) && !('enum' in json)) return inner;
  return { anyOf: [inner, LONE] };
}

/** The schema itself as it was, its fields and entries open. */
export function openInside(json: Json, defs: Defs): Json {
  const kind = secretKind(json, defs);
  if (kind === 'secret') return closed(json);
  if (kind === 'setting')
    return { ...json, anyOf: branchesOf(json).map((branch) => (branch['type'] === 'string' ? branch : closed(branch))) };
  const { properties, items, additionalProperties } = json;
  return {
    ...json,
    ...(isSchema(properties) && { properties: mapValues(properties, (field) => open(field, defs)) }),
    ...(isSchema(items) && { items: open(items, defs) }),
    ...(isSchema(additionalProperties) && { additionalProperties: open(additionalProperties, defs) }),
    // Branches are not opened one by one: in oneOf an expression would fit several of them.
    ...('anyOf' in json && { anyOf: branchesOf(json).map((branch) => openInside(branch, defs)) }),
    ...('oneOf' in json && { oneOf: branchesOf(json).map((branch) => openInside(branch, defs)) }),
  };
}

function secretKind(json: Json, defs: Defs): 'secret' | 'setting' | undefined {
  const { widget } = (json['x-ui'] ?? {}) as { widget?: string };
  if (widget === 'secret') return branchesOf(json).some((branch) => branch['type'] === 'string') ? 'setting' : 'secret';
  const target = targetOf(json, defs);
  return target && secretKind(target, {});
}

const targetOf = (json: Json, defs: Defs): Json | undefined =>
  typeof json['$ref'] === 'string' ? defs[json['$ref'].replace('#/$defs/', '')] : undefined;

function holdsSecret(json: Json, defs: Defs, seen: ReadonlySet<Json> = new Set()): boolean {
  if (seen.has(json)) return false;
  const kind = secretKind(json, defs);
  if (kind !== undefined) return kind === 'secret';
  const target = targetOf(json, defs);
  const fields = isSchema(json['properties']) ? Object.values(json['properties']).filter(isSchema) : [];
  const inner = [...branchesOf(json), ...fields, ...[json['items'], target].filter(isSchema)];
  return inner.some((one) => holdsSecret(one, defs, new Set([...seen, json])));
}

/** Texts inside a reference to a secret hold no expression. */
function closed(json: Json): Json {
  if (json['type'] === 'string') return { ...json, not: { pattern: '\\{\\{' } };
  return {
    ...json,
    ...(isSchema(json['properties']) && { properties: mapValues(json['properties'], closed) }),
    ...('anyOf' in json && { anyOf: branchesOf(json).map(closed) }),
  };
}

function mapValues(object: Json, change: (value: Json) => unknown): Json {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, isSchema(value) ? change(value) : value]));
}

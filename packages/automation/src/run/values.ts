/** What a step was given (`input`), gave (`output`), or took up as a loop (`item`). It may hold people's mail; it holds no secret. */
export interface StepValue {
  readonly id: string;
  readonly what: 'input' | 'output' | 'item';
  readonly value: unknown;
  /** The round of the innermost loop, from 1. */
  readonly round?: number;
}

/** A value as JSON, texts that stand for secrets as `[secret]`. References stay: they say where a secret is, not what it is. */
export function shown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shown);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, one]) => [String(key), shown(one)]));
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]?.[0] === 'insecure') return { insecure: '[secret]' };
  return Object.fromEntries(entries.map(([key, one]) => [key, shown(one)]));
}

import type { Fields, Json } from '../../../api.ts';
import { isObject } from './schema.ts';

/** Names of variables that a value uses: `{ variable: name }` and names at the start of paths in `{{ }}`. */
export function variablesIn(value: Json | undefined, known: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const look = (one: Json | undefined): void => {
    if (typeof one === 'string') {
      for (const [, inner = ''] of one.matchAll(/\{\{([\s\S]*?)\}\}/g))
        for (const [name] of inner.replaceAll(/'[^']*'|"[^"]*"/g, '').matchAll(/(?<![\w.])[A-Za-z_]\w*/g)) found.add(name);
    } else if (Array.isArray(one)) for (const item of one as readonly Json[]) look(item);
    else if (isObject(one)) {
      if (typeof one['variable'] === 'string' && Object.keys(one).length === 1) found.add(one['variable']);
      else for (const item of Object.values(one)) look(item);
    }
  };
  look(value);
  return new Set(known.filter((name) => found.has(name)));
}

/** The defaults of an automation's variables. */
export function defaultsOf(variables: Readonly<Record<string, Fields>> | undefined): Fields {
  return Object.fromEntries(
    Object.entries(variables ?? {}).flatMap(([name, { default: value }]) => (value === undefined ? [] : [[name, value]])),
  );
}

import type { Definition } from './action.ts';
import { describeFilter } from './filter/describe.ts';
import { Filter } from './filter/filter.ts';
import { excerpt } from './redact.ts';

/** A step in one line, from its definition's `line` and its input; empty inputs leave no trace, secrets are never shown. */
export function sentence(definition: Definition, input: Readonly<Record<string, unknown>>): string {
  const text = definition.line.replace(/\{(\w+)\}/g, (_, name: string) => shown(input[name]));
  return text
    .replace(/\s+/g, ' ')
    .replace(/ ([,.])/g, '$1')
    .trim();
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return cut(String(value));
  if (Array.isArray(value)) return value.length > 3 ? `${value.length} items` : value.map(shown).join(', ');
  const { folder, filter, subject, ref, id, address, backend, host } = value as Record<string, unknown>;
  if (typeof address === 'string') return address;
  if (typeof subject === 'string') return `"${cut(subject)}"`;
  if (typeof backend === 'string') return `${typeof host === 'string' ? `${host} ` : ''}(${backend})`;
  const parsed = Filter.safeParse(filter ?? value);
  if (typeof folder === 'string' && ref === undefined && id === undefined)
    return parsed.success ? `mail in ${folder}: ${describeFilter(parsed.data)}` : `mail in ${folder}`;
  return parsed.success ? describeFilter(parsed.data) : 'a message';
}

const cut = (text: string) => (text.length > 80 ? `${excerpt(text, 77)}...` : text);

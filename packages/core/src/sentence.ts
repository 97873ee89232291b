import type { Definition } from './action.ts';
import { describeFilter } from './filter/describe.ts';
import { Filter } from './filter/filter.ts';
import { Phrase, joined, say } from './phrase.ts';
import { excerpt } from './redact.ts';

/** A step in one line, from its definition's `line` and its input; empty inputs leave no trace, secrets are never shown. */
export function sentence({ line }: Definition, input: Readonly<Record<string, unknown>>): Phrase {
  const names = [...line.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return new Phrase(line, Object.fromEntries(names.map((name) => [name, shown(input[name])])));
}

function shown(value: unknown): string | Phrase {
  // What is left as it is is not told.
  if (value === undefined || value === null || value === 'leave') return '';
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return cut(String(value));
  if (Array.isArray(value)) return value.length > 3 ? say`${{ count: value.length }} items` : listed(value.map(shown));
  const { folder, filter, subject, ref, id, address, backend, host, of } = value as Record<string, unknown>;
  // A filter that nobody has filled in yet.
  if (Object.keys(value).length === 0 || (Array.isArray(of) && of.length === 0)) return '';
  if (typeof address === 'string') return address;
  if (typeof subject === 'string') return `"${cut(subject)}"`;
  if (typeof backend === 'string') return `${typeof host === 'string' ? `${host} ` : ''}(${backend})`;
  const parsed = Filter.safeParse(filter ?? value);
  if (typeof folder === 'string' && ref === undefined && id === undefined)
    return parsed.success ? say`mail in ${{ folder }}: ${{ filter: describeFilter(parsed.data) }}` : say`mail in ${{ folder }}`;
  return parsed.success ? describeFilter(parsed.data) : say`a message`;
}

const listed = (parts: readonly (string | Phrase)[]): string | Phrase =>
  parts.length === 0
    ? ''
    : joined(
        parts.map((part) => say`${{ value: part }}`),
        (one, other) => say`${{ one }}, ${{ other }}`,
      );

const cut = (text: string) => (text.length > 80 ? `${excerpt(text, 77)}...` : text);

import type { Http, HttpAnswer } from '@mailwright/core';

export type Asked = Parameters<Http>[0];

export const say = (status: number, content: object, headers: HttpAnswer['headers'] = {}): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  text: JSON.stringify(content),
});

/** Header names in small letters, as they arrive. */
export const lowered = (headers: Asked['headers'] = {}): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** A query, strictly: nothing unknown, nothing twice, blanks not as plus signs. */
export function queryOf(search: string, known: readonly string[]): Readonly<Record<string, string>> | undefined {
  const pairs = search
    .slice(1)
    .split('&')
    .filter((part) => part !== '')
    .map((part) => part.split('='));
  const names = pairs.map(([name = '']) => name);
  if (search.includes('+') || new Set(names).size !== names.length || names.some((name) => !known.includes(name))) return undefined;
  return Object.fromEntries(pairs.map(([name = '', value = '']) => [name, decodeURIComponent(value)]));
}

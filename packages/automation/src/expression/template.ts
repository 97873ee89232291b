import type { Expression } from './expression.ts';

/** A value of the file with its expressions compiled. What an expression gives is never looked at for further expressions. */
export type Template =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'expression'; readonly expression: Expression }
  | { readonly kind: 'text'; readonly parts: readonly (string | Expression)[] }
  | { readonly kind: 'list'; readonly items: readonly Template[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [string, Template])[] };

/** A piece of a text: literal, or the source of an expression with its place in the text. */
export type Piece =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'source'; readonly source: string; readonly at: number }
  | { readonly kind: 'open'; readonly at: number };

export const holdsExpression = (text: string) => text.includes('{{');

/** Cuts a text at its `{{ }}`. Braces and quotes inside an expression are its own; `open` is a `{{` without its end. */
export function splitText(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (let start = text.indexOf('{{'); start >= 0; start = text.indexOf('{{', from)) {
    if (start > from) pieces.push({ kind: 'literal', text: text.slice(from, start) });
    const end = endOfExpression(text, start + 2);
    if (end < 0) return [...pieces, { kind: 'open', at: start }];
    pieces.push({ kind: 'source', source: text.slice(start + 2, end), at: start + 2 });
    from = end + 2;
  }
  if (from < text.length) pieces.push({ kind: 'literal', text: text.slice(from) });
  return pieces;
}

function endOfExpression(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === '"' || character === "'") at = endOfString(text, at, character);
    else if (character === '{') depth++;
    else if (character === '}' && depth > 0) depth--;
    else if (character === '}' && text[at + 1] === '}') return at;
  }
  return -1;
}

function endOfString(text: string, from: number, quote: string): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at;
  }
  return text.length;
}

/** Every expression inside a template. */
export function expressionsOf(template: Template): Expression[] {
  switch (template.kind) {
    case 'value':
      return [];
    case 'expression':
      return [template.expression];
    case 'text':
      return template.parts.filter((part) => typeof part !== 'string');
    case 'list':
      return template.items.flatMap(expressionsOf);
    case 'map':
      return template.entries.flatMap(([, inner]) => expressionsOf(inner));
  }
}

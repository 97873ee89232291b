import type { Json, StepContent } from '../../api.ts';
import type { Steps } from './content.ts';

/** Pieces of an expression (CEL): texts in quotes, names with the dot before them, everything else. */
const PIECES = /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(\.\s*)?([\p{L}_][\p{L}\p{N}_]*)|[^]/gu;
const EXPRESSION = /\{\{([^]*?)\}\}/g;
/** Fields of a step that are names of other things, whatever they read like. */
const NAMES: ReadonlySet<string> = new Set(['id', 'action', 'as', 'call']);

/** The steps with every use of a name in `{{ }}` (and of a variable: in `variable:` and `set:`) under its new name. */
export function renamed(steps: Steps, from: string, to: string, what: 'step' | 'variable'): Steps {
  const inText = (text: string) => text.replace(EXPRESSION, (_, inner: string) => `{{${inExpression(inner, from, to)}}}`);
  const inValue = (value: Json): Json => {
    if (typeof value === 'string') return inText(value);
    if (Array.isArray(value)) return value.map(inValue);
    return typeof value === 'object' && value !== null ? inObject(value as { readonly [key: string]: Json }) : value;
  };
  const inObject = (fields: { readonly [key: string]: Json }): { readonly [key: string]: Json } => {
    const isStep = typeof fields['id'] === 'string';
    // What a loop calls its item hides the name in it.
    const isHidden = isStep && fields['as'] === from;
    return Object.fromEntries(
      Object.entries(fields).map(([key, value]): [string, Json] => {
        if (isStep && NAMES.has(key)) return [key, value];
        if (isHidden && key === 'do') return [key, value];
        if (what === 'variable' && key === 'variable' && value === from) return [key, to];
        if (what === 'variable' && isStep && key === 'set') return [key, withKey(inValue(value), from, to)];
        return [key, inValue(value)];
      }),
    );
  };
  return steps.map((step) => inObject(step) as StepContent);
}

function withKey(value: Json, from: string, to: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key === from ? to : key, one]));
}

/** A name after a dot is a field, and in quotes it is a text. */
function inExpression(code: string, from: string, to: string): string {
  return code.replace(PIECES, (piece: string, _text?: string, dot?: string, name?: string) =>
    name === from && dot === undefined ? to : piece,
  );
}

import { EmailError } from '@mailwright/core';
import { toText } from './data.ts';
import type { Values, Expression } from './expression.ts';
import type { Template } from './template.ts';

/** The value of a template: its expressions replaced by what they give, everything else as it stands. Errors: `automation.failed`. */
export function fill(template: Template, values: Values, step: string): unknown {
  switch (template.kind) {
    case 'value':
      return template.value;
    case 'expression':
      return template.expression.evaluate(values, step);
    case 'text':
      return template.parts.map((part) => (typeof part === 'string' ? part : textOf(part, values, step))).join('');
    case 'list':
      return template.items.map((item) => fill(item, values, step));
    case 'map':
      return Object.fromEntries(template.entries.map(([key, inner]) => [key, fill(inner, values, step)]));
  }
}

function textOf(expression: Expression, values: Values, step: string): string {
  const value = expression.evaluate(values, step);
  try {
    return toText(value);
  } catch (error) {
    const { details } = EmailError.from(error, step) as EmailError<'input.invalid'>;
    throw new EmailError('automation.failed', { step, problem: `{{ ${expression.source} }} ${String(details.problem)}.` });
  }
}

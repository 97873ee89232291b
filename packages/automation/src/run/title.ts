import { sentence, type Definition } from '@mailwright/core';
import type { Step } from '../automation.ts';
import { withoutSecrets } from './events.ts';

/** A step in one line, before its input is known. */
export function titleOf(step: Step): string {
  switch (step.kind) {
    case 'action':
      return step.definition.title;
    case 'loop':
      return 'list' in step.over ? `For each of {{ ${step.over.list.source} }}` : step.over.definition.title;
    case 'if':
      return `If {{ ${step.condition.source} }}`;
    case 'try':
      return 'Try';
    case 'set':
      return `Set ${step.values.map(({ variable }) => variable.name).join(', ')}`;
    case 'call':
      return `Call ${step.path}`;
    case 'stop':
      return `Stop the ${step.what}`;
  }
}

/** A definition's sentence, with the defaults of what was left out. */
export function titleWith(definition: Definition, input: unknown): string {
  const whole = definition.input.safeParse(input) as { readonly data?: unknown };
  return sentence(definition, withoutSecrets(whole.data ?? input) as Readonly<Record<string, unknown>>);
}

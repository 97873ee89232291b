import { Phrase, say, sentence, type Definition } from '@mailwright/core';
import type { Step } from '../automation.ts';
import { withoutSecrets } from './events.ts';

/** A step in one line, before its input is known. */
export function titleOf(step: Step): Phrase {
  switch (step.kind) {
    case 'action':
      return new Phrase(step.definition.title);
    case 'loop':
      return 'list' in step.over ? say`For each of ${{ list: braced(step.over.list) }}` : new Phrase(step.over.definition.title);
    case 'if':
      return say`If ${{ condition: braced(step.condition) }}`;
    case 'try':
      return say`Try`;
    case 'set':
      return say`Set ${{ variables: step.values.map(({ variable }) => variable.name).join(', ') }}`;
    case 'call':
      return say`Call ${{ path: step.path }}`;
    case 'stop':
      return step.what === 'loop' ? say`Stop the loop` : say`Stop the run`;
  }
}

const braced = ({ source }: { readonly source: string }): string => `{{ ${source} }}`;

/** A definition's sentence, with the defaults of what was left out. */
export function titleWith(definition: Definition, input: unknown): Phrase {
  const whole = definition.input.safeParse(input) as { readonly data?: unknown };
  return sentence(definition, withoutSecrets(whole.data ?? input) as Readonly<Record<string, unknown>>);
}

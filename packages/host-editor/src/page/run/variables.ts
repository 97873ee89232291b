import type { AutomationContent, Fields } from '../../api.ts';
import { allSteps } from '../automation/content.ts';

export interface MissingVariable {
  readonly name: string;
  readonly type: string;
  readonly description?: string;
}

/** Variables without a default that no step sets: a run has to be told their values. */
export function missingVariables({ variables = {}, steps }: AutomationContent, given: Fields): readonly MissingVariable[] {
  const assigned = new Set([...allSteps(steps)].flatMap(({ step }) => Object.keys((step['set'] as Fields | undefined) ?? {})));
  return Object.entries(variables).flatMap(([name, variable]) => {
    const isKnown = variable['default'] !== undefined || given[name] !== undefined;
    if (isKnown || (variable['input'] !== true && assigned.has(name))) return [];
    const description = variable['description'];
    return [
      {
        name,
        type: typeof variable['type'] === 'string' ? variable['type'] : 'string',
        ...(typeof description === 'string' && { description }),
      },
    ];
  });
}

import type { Definition, Need } from '@mailwright/core';
import { activeSteps, type Automation } from './automation.ts';
import { loadCalls, type LoadFile } from './calls.ts';
import type { Template } from './expression/template.ts';

/**
 * What the steps of an automation, and of those that it calls, need of a session. A step whose session only a run knows counts for
 * every session; one that is off counts for none.
 */
export async function usesOf(
  automation: Automation,
  session: string,
  definitions: readonly Definition[],
  loadFile?: LoadFile,
): Promise<readonly Need[]> {
  const { called } = await loadCalls(automation, definitions, loadFile);
  const needs = [automation, ...called.values()]
    .flatMap(({ steps }) => [...activeSteps(steps)])
    .flatMap((step) => {
      if (step.kind === 'action') return needsIn(step.definition, step.input, session);
      return step.kind === 'loop' && 'definition' in step.over ? needsIn(step.over.definition, step.over.input, session) : [];
    });
  return [...new Set(needs)];
}

function needsIn(definition: Definition, input: Template, session: string): readonly Need[] {
  if (!('needs' in definition)) return [];
  const given = input.kind === 'map' ? input.entries.find(([key]) => key === 'session')?.[1] : undefined;
  const named = given === undefined ? 'Default' : given.kind === 'value' ? given.value : session;
  return named === session ? (definition.needs as readonly Need[]) : [];
}

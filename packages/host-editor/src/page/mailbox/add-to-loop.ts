import type { MessageShown, StepContent } from '../../api.ts';
import { allSteps } from '../automation/content.ts';
import { editor, selectedStep } from '../automation/editor-store.ts';
import { isObject } from '../form/model/schema.ts';
import { conditionOf, narrowed, type FilterBy } from './condition.ts';

/** The loop whose filter is meant: the selected one, the one around the selected step, else the first. */
export function loopMeant(): StepContent | undefined {
  const open = editor.get();
  const found = [...allSteps(open?.history?.now.content.steps ?? [])];
  const selected = selectedStep(open)?.id;
  const here = found.find(({ step }) => step.id === selected);
  const around = here ? [here.step, ...here.parents.toReversed()] : [];
  const isLoop = (step: StepContent) => typeof step['loop'] === 'string' && !step['loop'].includes('{{');
  return around.find(isLoop) ?? found.find(({ step }) => isLoop(step))?.step;
}

/** Adds the condition to the loop's filter and shows the loop. Answers its id, undefined where there is none. */
export function addToLoop(message: MessageShown, by: FilterBy): string | undefined {
  const loop = loopMeant();
  if (!loop) return undefined;
  const input = isObject(loop['with']) ? loop['with'] : {};
  const filter = narrowed(input['filter'], conditionOf(message, by));
  editor.do({ op: 'change', step: { ...loop, with: { ...input, filter } }, field: '/with/filter' }, loop.id);
  return loop.id;
}

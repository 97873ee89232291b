import { isMap, isScalar, isSeq, visit, type Document, type Node } from 'yaml';
import { STEP_LISTS } from './render.ts';

/** The list that a step stands in, and which of its items it is. */
export interface StepPlace {
  readonly node: Node;
  readonly index: number;
}

/** Every step by its id, and the list it stands in. */
export function stepsOf(document: Document): Map<string, StepPlace> {
  const steps = new Map<string, StepPlace>();
  visit(document, {
    Pair(_, { key, value }) {
      if (!isScalar(key) || !STEP_LISTS.includes(String(key.value)) || !isSeq(value)) return;
      value.items.forEach((item, index) => {
        const id = isMap(item) ? item.get('id') : undefined;
        if (typeof id === 'string' && !steps.has(id)) steps.set(id, { node: value, index });
      });
    },
  });
  return steps;
}

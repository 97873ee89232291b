import type { AutomationContent, Fields, StepContent } from '../../api.ts';
import { branchesOf, findStep, idsOf, isWithin, stepsIn, withBranch, type Place, type Steps } from './content.ts';
import { renamed } from './rename.ts';

/** Everything that can be done to an automation: each one is one step of undo. */
export type Operation =
  | { readonly op: 'add'; readonly steps: Steps; readonly at: Place }
  | { readonly op: 'remove'; readonly id: string }
  | { readonly op: 'move'; readonly id: string; readonly at: Place }
  /** `field`: a pointer; changes of one field that follow each other are undone together. */
  | { readonly op: 'change'; readonly step: StepContent; readonly id?: string; readonly field?: string }
  /** The step under another id, and everything that names it. */
  | { readonly op: 'rename'; readonly id: string; readonly to: string }
  | {
      readonly op: 'variables';
      readonly variables: Readonly<Record<string, Fields>>;
      readonly field?: string;
      /** One that has another name now: what names it follows. */
      readonly renamed?: { readonly from: string; readonly to: string };
    }
  | { readonly op: 'name'; readonly name: string };

/** What the content is afterwards. The same object where the operation cannot be, or changes nothing. */
export function applied(content: AutomationContent, operation: Operation): AutomationContent {
  switch (operation.op) {
    case 'add':
      return withSteps(content, inserted(content.steps, operation.steps, operation.at));
    case 'remove':
      return withSteps(content, removed(content.steps, operation.id));
    case 'move':
      return withSteps(content, moved(content.steps, operation.id, operation.at));
    case 'change':
      return withSteps(
        content,
        changed(content.steps, operation.id ?? operation.step.id, () => operation.step),
      );
    case 'rename': {
      const { id, to } = operation;
      // A name that is taken would take over the other one's uses.
      if (idsOf(content.steps).has(to)) return content;
      const steps = renamed(content.steps, id, to, 'step');
      return withSteps(
        content,
        changed(steps, id, (step) => ({ ...step, id: to })),
      );
    }
    case 'variables': {
      const { variables: _former, ...rest } = content;
      if (Object.keys(operation.variables).length === 0) return rest;
      const steps = operation.renamed ? renamed(content.steps, operation.renamed.from, operation.renamed.to, 'variable') : content.steps;
      return { ...content, variables: operation.variables, steps };
    }
    case 'name':
      return operation.name === content.name ? content : { ...content, name: operation.name };
  }
}

const withSteps = (content: AutomationContent, steps: Steps): AutomationContent =>
  steps === content.steps ? content : { ...content, steps };

/**
 * A list with one step replaced; everything that is not on the way to it stays the same object. Of two steps of one id, which a file may
 * have, the first: the other may be inside of it.
 */
function changed(steps: Steps, id: string, change: (step: StepContent) => StepContent): Steps {
  let isDone = false;
  return rewritten(steps, (list) => {
    if (isDone) return list;
    const at = list.findIndex((step) => step.id === id);
    const former = list[at];
    if (!former) return list;
    isDone = true;
    const next = change(former);
    return next === former ? list : list.with(at, next);
  });
}
const removed = (steps: Steps, id: string): Steps =>
  rewritten(steps, (list) => (list.some((step) => step.id === id) ? list.filter((step) => step.id !== id) : list));

/** Changes every list of the tree; lists in which nothing changed stay the same objects. */
function rewritten(steps: Steps, change: (list: Steps) => Steps): Steps {
  const list = change(steps);
  let same = true;
  const inner = list.map((step) => {
    let next = step;
    for (const branch of branchesOf(step)) {
      const before = stepsIn(step, branch);
      if (before.length === 0) continue;
      const after = rewritten(before, change);
      if (after !== before) next = withBranch(next, branch, after);
    }
    if (next !== step) same = false;
    return next;
  });
  return same ? list : inner;
}

function inserted(steps: Steps, added: Steps, { parent, branch, index }: Place): Steps {
  if (parent === null) return steps.toSpliced(index, 0, ...added);
  return changed(steps, parent, (step) => withBranch(step, branch, stepsIn(step, branch).toSpliced(index, 0, ...added)));
}

/** Never into itself: then nothing changes. */
function moved(steps: Steps, id: string, at: Place): Steps {
  const found = findStep(steps, id);
  if (!found || (at.parent !== null && isWithin(steps, at.parent, id))) return steps;
  const { place, step } = found;
  const sameList = place.parent === at.parent && (at.parent === null || place.branch === at.branch);
  if (sameList && (at.index === place.index || at.index === place.index + 1)) return steps;
  const index = sameList && place.index < at.index ? at.index - 1 : at.index;
  return inserted(removed(steps, id), [step], { ...at, index });
}

/** Changes that belong together in the history. */
export function mergeKey(operation: Operation): string | undefined {
  if (operation.op === 'name') return 'name';
  if (operation.op === 'change')
    return operation.field === undefined ? undefined : `${operation.id ?? operation.step.id}${operation.field}`;
  return operation.op === 'variables' && operation.field !== undefined ? `variables${operation.field}` : undefined;
}

import type { AutomationContent, Json, StepContent } from '../../api.ts';

export type BranchName = 'do' | 'else' | 'try' | 'catch' | 'finally';
export type StepKind = 'action' | 'loop' | 'if' | 'try' | 'set' | 'call' | 'stop';
/** Where a step stands, or would: in a branch of a step, or at the top. */
export interface Place {
  readonly parent: string | null;
  readonly branch: BranchName;
  readonly index: number;
}
export type Steps = readonly StepContent[];

const KINDS: readonly StepKind[] = ['action', 'loop', 'if', 'try', 'set', 'call', 'stop'];
const BRANCHES: Readonly<Record<StepKind, readonly BranchName[]>> = {
  action: [],
  loop: ['do'],
  if: ['do', 'else'],
  try: ['try', 'catch', 'finally'],
  set: [],
  call: [],
  stop: [],
};
/** What stands between a step's number and those inside it: 2.1e.1 is the first step of the error branch of 2.1. */
const SUFFIX: Readonly<Record<BranchName, string>> = { do: '', else: 'e', try: '', catch: 'e', finally: 'f' };

/** A value where it is a text. */
export const textOf = (value: Json | undefined, otherwise = ''): string => (typeof value === 'string' ? value : otherwise);
export const kindOf = (step: StepContent): StepKind => KINDS.find((kind) => Object.hasOwn(step, kind)) ?? 'action';
/** The branches a step of its kind has, filled or not. */
export const branchesOf = (step: StepContent): readonly BranchName[] => BRANCHES[kindOf(step)];
export const stepsIn = (step: StepContent, branch: BranchName): Steps => {
  const steps = step[branch];
  return Array.isArray(steps) ? (steps as unknown as Steps) : [];
};
export const numberInside = (number: string, branch: BranchName): string => `${number}${SUFFIX[branch]}.`;

/** A step with other steps in one of its branches. An emptied branch leaves the file, but for the one that the step must have. */
export function withBranch(step: StepContent, branch: BranchName, steps: Steps): StepContent {
  if (steps.length > 0 || branch === 'do' || branch === 'try') return { ...step, [branch]: steps };
  const { [branch]: _emptied, ...rest } = step;
  return rest as StepContent;
}

export interface Found {
  readonly step: StepContent;
  readonly place: Place;
  readonly number: string;
  /** From outside in, itself left out. */
  readonly parents: Steps;
}
/** Every step in file order, those inside others right after them. */
export function* allSteps(steps: Steps, prefix = '', place: Omit<Place, 'index'> = TOP, parents: Steps = []): Generator<Found> {
  for (const [index, step] of steps.entries()) {
    const number = `${prefix}${index + 1}`;
    yield { step, place: { ...place, index }, number, parents };
    for (const branch of branchesOf(step))
      yield* allSteps(stepsIn(step, branch), numberInside(number, branch), { parent: step.id, branch }, [...parents, step]);
  }
}
const TOP = { parent: null, branch: 'do' } as const;

export function findStep(steps: Steps, id: string): Found | undefined {
  for (const found of allSteps(steps)) if (found.step.id === id) return found;
  return undefined;
}
/** The list that a place is in. */
export function listAt(steps: Steps, { parent, branch }: Omit<Place, 'index'>): Steps {
  if (parent === null) return steps;
  const found = findStep(steps, parent);
  return found ? stepsIn(found.step, branch) : [];
}
/** Whether a step is `id` or is inside it. */
export const isWithin = (steps: Steps, id: string, outer: string): boolean => {
  const found = findStep(steps, id);
  return id === outer || (found?.parents.some((parent) => parent.id === outer) ?? false);
};

export const idsOf = (steps: Steps): Set<string> => new Set([...allSteps(steps)].map(({ step }) => step.id));

/** A free id like `base`, `base2`, `base3`: what expressions call the step's output, so letters and digits only. */
export function freeId(base: string, taken: Set<string>): string {
  const clean = base.replace(/[^A-Za-z0-9_]+(\w)?/g, (_, next?: string) => (next ?? '').toUpperCase()).replace(/^(?=\d)/, 'step') || 'step';
  const stem = clean.replace(/\d+$/, '') || clean;
  for (let at = 1; ; at++) {
    const id = at === 1 ? clean : `${stem}${at}`;
    if (!taken.has(id)) return id;
  }
}

/** The same steps under ids that are free in `content`, all the way down. */
export function withNewIds(steps: Steps, content: AutomationContent): Steps {
  const taken = idsOf(content.steps);
  const renew = (step: StepContent): StepContent => {
    const id = freeId(step.id, taken);
    taken.add(id);
    let fresh: StepContent = { ...step, id };
    for (const branch of branchesOf(step))
      if (Object.hasOwn(step, branch)) fresh = { ...fresh, [branch]: stepsIn(step, branch).map(renew) };
    return fresh;
  };
  return steps.map(renew);
}

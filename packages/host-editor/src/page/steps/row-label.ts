import { useMemo } from 'react';
import type { ProblemShown, StepContent } from '../../api.ts';
import { useBoot } from '../boot.ts';
import { useFromAutomation } from '../automation/editor-store.ts';
import { useText } from '../text/text.ts';
import { wordsOf, type StepWords } from './words.ts';

const NONE: readonly ProblemShown[] = [];
const grouped = new WeakMap<readonly ProblemShown[], ReadonlyMap<string, readonly ProblemShown[]>>();
let latest: ReadonlyMap<string, readonly ProblemShown[]> = new Map();
/** A step about which the next check says the same is not drawn again; its lines may have moved. */
function sameAsBefore(id: string, list: readonly ProblemShown[]): readonly ProblemShown[] {
  const said = (problems: readonly ProblemShown[]) => problems.map(({ message, fix }) => `${message} ${fix}`).join('\n');
  const before = latest.get(id);
  return before && said(before) === said(list) ? before : list;
}
/** The problems of one step; the same list for the same check. */
export function problemsOf(problems: readonly ProblemShown[], id: string): readonly ProblemShown[] {
  let groups = grouped.get(problems);
  if (!groups) {
    groups = new Map([...Map.groupBy(problems, (problem) => problem.id ?? '')].map(([of, list]) => [of, sameAsBefore(of, list)]));
    grouped.set(problems, groups);
    latest = groups;
  }
  return groups.get(id) ?? NONE;
}
export const useProblems = (id: string): readonly ProblemShown[] =>
  useFromAutomation((automation) => (automation ? problemsOf(automation.problems, id) : NONE));

export function useWords(step: StepContent): StepWords {
  const t = useText();
  const boot = useBoot();
  // `t` of another language comes with another boot.
  return useMemo(() => wordsOf(step, boot), [step, boot, t]);
}
/** What a screen reader says of a step. */
export function useRowLabel(step: StepContent, number: string): string {
  const t = useText();
  const { title, summary } = useWords(step);
  const problems = useProblems(step.id).length;
  return [
    `${number} ${title}`,
    ...(summary === '' ? [] : [summary]),
    ...(step['off'] === true ? [t('steps.off')] : []),
    ...(problems === 0 ? [] : [t('top.problems', { count: problems })]),
  ].join(', ');
}

import { posix } from 'node:path';
import { allSteps, checkAutomation, loadCalls, type Automation, type Problem } from '@mailwright/automation';
import type { Email } from '@mailwright/sdk';
import type { ProblemShown } from '../../api.ts';
import type { AutomationFolder } from './folder.ts';

/** How the check says that nothing stands where something must. */
const MISSING = 'the field "{key}" is missing.';

export interface Checked {
  readonly problems: readonly ProblemShown[];
  readonly warnings: readonly ProblemShown[];
}

/** Everything that a run would refuse: mistakes of the text itself and, where it has none, of the automations that it calls. */
export async function checked(
  { text, file, language }: { readonly text: string; readonly file: string; readonly language: string },
  { folder, email }: { readonly folder: AutomationFolder; readonly email: Email },
): Promise<Checked> {
  const own = checkAutomation(text, file, email.definitions);
  const { automation } = own;
  const loadFile = async (path: string) => (await folder.read(posix.join(posix.dirname(file), path))).text;
  const calls = automation ? await loadCalls(automation, email.definitions, loadFile) : { problems: [], warnings: [] };
  const told = (problem: Problem) =>
    problem.file === file || !automation ? shown(problem, language) : inside(problem, automation, language);
  return { problems: [...own.problems, ...calls.problems].map(told), warnings: [...own.warnings, ...calls.warnings].map(told) };
}

/** A mistake of a called automation stands at the step that calls it. */
function inside(problem: Problem, automation: Automation, language: string): ProblemShown {
  const step = [...allSteps(automation.steps)].find((one) => one.kind === 'call' && one.path === problem.file);
  const { message, fix } = shown(problem, language);
  const place = step ? { line: step.line, column: step.column, id: step.id, step: step.number, pointer: '/call' } : { line: 1, column: 1 };
  return { ...place, message: `${problem.file}:${problem.line}: ${message}`, fix };
}

function shown({ line, column, id, step, pointer, where, message, fix }: Problem, language: string): ProblemShown {
  return {
    line,
    column,
    ...(id !== undefined && { id }),
    ...(step !== undefined && { step }),
    ...(pointer !== undefined && { pointer }),
    ...(where !== undefined && { where }),
    ...(message.text === MISSING && { missing: true as const }),
    message: message.in(language),
    fix: fix.in(language),
  };
}

import { say, type Definition, type Phrase } from '@mailwright/core';
import { allSteps, type Automation, type CallStep } from './automation.ts';
import { checkAutomation, type CheckOptions } from './check.ts';
import type { Problem } from './problem.ts';
import { suggestion } from './near.ts';
import { joinCallPath } from './call-path.ts';
import { VALUE_SCHEMAS } from './variable-types.ts';

const MOST_FILES = 100;

/** Reads a called file; `path` is relative to the folder of the automation that is run, with `/`. */
export type LoadFile = (path: string) => Promise<string>;

export interface CalledFiles {
  /** By path relative to the folder of the first automation. */
  readonly called: ReadonlyMap<string, Automation>;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Reads and checks every automation that one calls, and those that they call, before anything runs. */
export async function loadCalls(
  automation: Automation,
  definitions: readonly Definition[],
  loadFile?: LoadFile,
  options?: CheckOptions,
): Promise<CalledFiles> {
  const called = new Map<string, Automation>();
  const seen = new Set<string>();
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const waiting = callsOf(automation, '');
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { step, path, caller } = next;
    if (!seen.has(path)) {
      seen.add(path);
      const text = seen.size > MOST_FILES ? undefined : await loadFile?.(path).catch(() => undefined);
      const result = text === undefined ? undefined : checkAutomation(text, path, definitions, options);
      if (result?.automation) {
        called.set(path, result.automation);
        waiting.push(...callsOf(result.automation, path));
      }
      if (!result) problems.push(about(caller, step, say`${{ path }} cannot be read.`, say`Check the path; it is relative to this file.`));
      problems.push(...(result?.problems ?? []));
      warnings.push(...(result?.warnings ?? []));
    }
    const target = called.get(path);
    if (target) problems.push(...inputProblems(caller, step, target));
  }
  return { called, problems, warnings };
}

interface Call {
  readonly step: CallStep;
  readonly path: string;
  readonly caller: Automation;
}

function callsOf(caller: Automation, from: string): Call[] {
  return [...allSteps(caller.steps)].flatMap((step) => (step.kind === 'call' ? { step, caller, path: joinCallPath(from, step.path) } : []));
}

function about({ file }: Automation, { number, id, line, column }: CallStep, message: Phrase, fix: Phrase): Problem {
  return { file, line, column, step: number, id, where: 'call', message, fix };
}

/** What a call passes must be an input variable of the called automation, of its type; those without a default are needed. */
function inputProblems(caller: Automation, step: CallStep, target: Automation): Problem[] {
  const inputs = target.variables.filter(({ input }) => input);
  const wrong = step.input.flatMap(({ name, value, line, column }): Problem[] => {
    const problem = (message: Phrase, fix: Phrase): Problem[] => [
      { file: caller.file, line, column, step: step.number, id: step.id, where: `with, ${name}`, message, fix },
    ];
    const variable = inputs.find((one) => one.name === name);
    if (!variable)
      return problem(
        say`${{ path: step.path }} has no input variable "${{ name }}".`,
        suggestion(
          name,
          inputs.map((one) => one.name),
          say`Its inputs`,
        ),
      );
    const fits = value.kind !== 'value' || VALUE_SCHEMAS[variable.type].safeParse(value.value).success;
    return fits ? [] : problem(say`${{ path: step.path }} takes a value of type ${{ type: variable.type }} here.`, say`Correct the value.`);
  });
  const missing = inputs.filter((variable) => !variable.default && !step.input.some(({ name }) => name === variable.name));
  return [
    ...wrong,
    ...missing.map(({ name }) =>
      about(caller, step, say`${{ path: step.path }} needs the input "${{ name }}".`, say`Add with: { ${{ name }}: ... }.`),
    ),
  ];
}

import { EmailError, say, type Definition } from '@mailwright/core';
import { isMap, isScalar, visit, type YAMLMap } from 'yaml';
import { z } from 'zod';
import type { Automation } from './automation.ts';
import { Checker } from './expression/checker.ts';
import type { Clock } from './expression/dates.ts';
import { Names } from './expression/names.ts';
import { readDocument } from './file/document.ts';
import { TOP, fieldsOf, inFileOrder, pointing, startOf, type Field } from './file/report.ts';
import { suggestion } from './near.ts';
import { problemPhrase, type Problem } from './problem.ts';
import { nameProblem } from './read/names.ts';
import { FileReader } from './read/reader.ts';
import { ConnectedSessions } from './read/sessions.ts';
import { readSteps } from './read/steps.ts';
import { readVariables } from './read/variables.ts';
import { CEL_TYPES } from './variable-types.ts';

export interface CheckOptions {
  /** Names that `{ variable: name }` may refer to besides the file's own variables. */
  readonly secretNames?: readonly string[];
  /** For `now()` and dates without a time zone; the machine's own if left out. */
  readonly clock?: Clock;
}

export interface CheckResult {
  /** In file order. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** Present if there are no problems. */
  readonly automation?: Automation;
}

const KEYS = ['version', 'id', 'name', 'requires', 'variables', 'on', 'steps'];
const LATER = ['requires', 'on'];

/** The machine's clock and time zone. */
export const systemClock = (): Clock => ({ now: () => new Date(), timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone });

/** Reads an automation and tells everything that is wrong with it, at once and in file order. Nothing is run or connected. */
export function checkAutomation(text: string, file: string, definitions: readonly Definition[], options: CheckOptions = {}): CheckResult {
  const { report, root } = readDocument(text, file);
  const checker = new Checker(definitions, options.clock ?? systemClock());
  const reader = new FileReader(report, checker, definitions, options.secretNames ?? []);
  const automation = root && readTop(root, reader);
  const problems = report.problems.toSorted(inFileOrder);
  return { problems, warnings: report.warnings.toSorted(inFileOrder), ...(problems.length === 0 && automation && { automation }) };
}

/** The automation in a text. Errors: `automation.invalid` with every mistake as a line. */
export function parseAutomation(text: string, file: string, definitions: readonly Definition[], options?: CheckOptions): Automation {
  const { problems, automation } = checkAutomation(text, file, definitions, options);
  if (automation) return automation;
  throw invalid(file, problems);
}

export function invalid(file: string, problems: readonly Problem[]): EmailError {
  return new EmailError('automation.invalid', { file, count: problems.length, problems: problems.map(problemPhrase) });
}

function readTop(root: YAMLMap, reader: FileReader): Automation | undefined {
  const { report } = reader;
  const fields = fieldsOf(root.items);
  const field = (key: string) => fields.find((one) => one.key === key);
  // A newer file may differ in everything: its version is the only thing to say.
  if (!readVersion(field('version'), reader)) return undefined;
  for (const { key, at } of fields) {
    if (!KEYS.includes(key)) report.problem(at, TOP, say`unknown key "${{ key }}".`, suggestion(key, KEYS, say`Known keys`));
    else if (LATER.includes(key))
      report.problem(
        at,
        TOP,
        say`"${{ key }}" is not available in this version.`,
        say`Leave it out; start the automation with mailwright run.`,
      );
  }
  const id = readText(field('id'), 'id', z.string().regex(/^[\w][\w.-]{0,99}$/, String(say`letters, digits, "-", "_" and "."`)), reader);
  const name = readText(field('name'), 'name', z.string().min(1).max(200), reader);
  const variables = field('variables');
  if (variables) reader.variables = readVariables(variables.value, reader, variables.at);
  reader.sessions = new ConnectedSessions(
    report,
    reader.variables.some(({ input, output }) => input || output),
  );
  const names = new Names(idsIn(root));
  for (const { name, type } of reader.variables) if (nameProblem(name) === undefined) names.declare(name, CEL_TYPES[type]);
  const steps = field('steps');
  if (!steps) report.problem(0, pointing(TOP, 'steps'), say`the field "steps" is missing.`, say`Add steps: with a list of steps.`);
  const read = readSteps(steps, { names, prefix: '', inLoop: false, inFinally: false }, TOP, reader);
  return { file: report.file, id, name, variables: reader.variables, steps: read };
}

/** The ids of all steps, those further down too. */
function idsIn(root: YAMLMap): Set<string> {
  const ids = new Set<string>();
  visit(root, {
    Map: (_, map) => {
      const id = map === root ? undefined : map.get('id');
      if (typeof id === 'string') ids.add(id);
    },
  });
  return ids;
}

function readVersion(field: Field | undefined, { report }: FileReader): boolean {
  const version = field?.value && isScalar(field.value) ? field.value.value : undefined;
  const at = field?.value ? startOf(field.value) : (field?.at ?? 0);
  if (typeof version === 'number' && Number.isInteger(version) && version > 1) {
    report.problem(
      at,
      TOP,
      say`this file is of version ${{ version }}, which is newer than this program.`,
      say`Update Mailwright; this program reads version 1.`,
    );
    return false;
  }
  if (version !== 1)
    report.problem(at, TOP, field ? say`the version must be 1.` : say`the field "version" is missing.`, say`Write version: 1.`);
  return true;
}

function readText(field: Field | undefined, key: string, schema: z.ZodType<string>, reader: FileReader): string {
  if (field && !isMap(field.value)) return reader.scalar([field], key, schema, TOP) ?? '';
  reader.report.problem(field?.at ?? 0, pointing(TOP, key), say`the field "${{ key }}" is missing.`, say`Add ${{ key }}: with a text.`);
  return '';
}

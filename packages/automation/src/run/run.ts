import { EmailError } from '@mailwright/core';
import { allSteps, type Automation } from '../automation.ts';
import { loadCalls, type LoadFile } from '../calls.ts';
import { invalid } from '../check.ts';
import type { Runner } from '../runner.ts';
import type { Counts, RunEvent } from './events.ts';
import { Interpreter, type StepAhead } from './interpreter.ts';
import { portionOf, type Portion } from './portion.ts';
import { Trace } from './trace.ts';
import type { StepValue } from './values.ts';
import { Variables } from './variables.ts';

export interface RunOptions extends Portion {
  /** Values of variables, or their texts (`--var name=text`). */
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
  /** Reads, changes nothing, and tells what would be done. */
  readonly dryRun?: boolean;
  readonly onEvent?: (event: RunEvent) => void;
  /** For `call`. Without it an automation that calls others is refused. */
  readonly loadFile?: LoadFile;
  /** Awaited before every step, those of called automations too: a debugger holds the run here. */
  readonly beforeStep?: (step: StepAhead) => Promise<void>;
  /** Values of steps, apart from the events: they may hold people's mail. Secrets show as `[secret]`. */
  readonly onValue?: (value: StepValue) => void;
}

export interface RunResult {
  readonly ok: boolean;
  readonly steps: Readonly<Record<string, Counts>>;
  /** The variables marked as output. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly error?: EmailError;
}

/**
 * Runs an automation. What keeps it from starting is thrown (`input.invalid`, `automation.invalid`); what goes wrong in the run is
 * in the result.
 */
export async function runAutomation(whole: Automation, runner: Runner, options: RunOptions = {}): Promise<RunResult> {
  const { variables: given = {}, signal = new AbortController().signal, dryRun = false, onEvent, loadFile, beforeStep, onValue } = options;
  const automation = portionOf(whole, options);
  const variables = new Variables(automation.variables, given);
  const { called, problems } = await loadCalls(automation, runner.definitions, loadFile);
  if (problems.length > 0) throw invalid(automation.file, problems);
  const trace = new Trace((event) => onEvent?.(event));
  for (const { id } of allSteps(automation.steps)) trace.expect(id);
  const began = performance.now();
  trace.tell({ event: 'run', id: automation.id, name: automation.name, dryRun });
  const run = { runner, dryRun, trace, called, beforeStep, onValue };
  const interpreter = new Interpreter(run, variables, { id: '', number: '', path: '', depth: 0 });
  const error = await attempt(automation, interpreter, variables, signal);
  const result = { ok: error === undefined, steps: trace.counts, outputs: variables.outputs() };
  trace.tell({ event: 'end', ...result, ...(error && { error: error.toJSON() }), ms: Math.round(performance.now() - began) });
  return { ...result, ...(error && { error }) };
}

async function attempt(
  automation: Automation,
  interpreter: Interpreter,
  variables: Variables,
  signal: AbortSignal,
): Promise<EmailError | undefined> {
  try {
    interpreter.expose();
    await interpreter.steps(automation.steps, variables.scope, signal);
    return undefined;
  } catch (error) {
    return signal.aborted ? new EmailError('automation.cancelled', {}, { cause: error }) : EmailError.from(error, automation.id);
  }
}

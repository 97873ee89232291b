export { checkAutomation, parseAutomation, systemClock, type CheckOptions, type CheckResult } from './check.ts';
export { loadCalls, type CalledFiles, type LoadFile } from './calls.ts';
export { problemLine, type Problem } from './problem.ts';
export { runAutomation, type RunOptions, type RunResult } from './run/run.ts';
export type { Counts, RunEvent, StepEvent } from './run/events.ts';
export type { Automation, Step, Variable, VariableType } from './automation.ts';
export type { Runner, StepOptions } from './runner.ts';
export { FUNCTIONS, type ExpressionFunction } from './expression/functions.ts';
export type { Clock } from './expression/dates.ts';

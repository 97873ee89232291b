import { useSyncExternalStore } from 'react';
import type { Boot, Fields, RunAsked, RunLine, RunListed, StepValues } from '../../api.ts';
import { refresh, save } from '../automation/commands.ts';
import { allSteps } from '../automation/content.ts';
import { editor, isDirty } from '../automation/editor-store.ts';
import { call, failureOf, stream } from '../client.ts';
import { goToProblem } from '../form/go-to-problem.ts';
import { bottomTab, chooseBottom, showBottom } from '../layout/bottom-store.ts';
import { isMailboxWanted } from '../mailbox/wanted.ts';
import { t } from '../text/text.ts';
import { toast } from '../ui/index.ts';
import { RunView, type StepRun } from './run-view.ts';
import { missingVariables, type MissingVariable } from './variables.ts';

export type { StepRun } from './run-view.ts';

/** Which part of the automation, and how. */
export interface RunPart {
  readonly from?: string;
  readonly only?: string;
  readonly mode?: 'run' | 'dry-run';
  /** Held before its first step. */
  readonly paused?: boolean;
}
/** What has to be asked before a run can start. */
export interface RunQuestion {
  readonly part: RunPart;
  readonly variables: readonly MissingVariable[];
  /** It erases for good: the author has to agree. */
  readonly destroys: boolean;
}
export interface RunShown {
  readonly view?: RunView;
  readonly question?: RunQuestion;
  readonly starting: boolean;
  /** The server no longer answers: what is shown may be behind. */
  readonly lost: boolean;
}

const LAST = 'mailwright-run';
const RETRY_MS = 1500;
let shown: RunShown = { starting: false, lost: false };
let breakpoints: ReadonlySet<string> = new Set();
let boot: Boot | undefined;
let following: AbortController | undefined;
/** What was typed for variables, by file, as long as the page lives. */
const typed = new Map<string, Fields>();
const listeners = new Set<() => void>();
let isTelling = false;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
function set(change: Partial<RunShown>): void {
  shown = { ...shown, ...change };
  for (const listener of listeners) listener();
}
/** Once a frame: a run may tell thousands of lines in a second. */
function tellSoon(): void {
  if (isTelling) return;
  isTelling = true;
  const tell = () => {
    isTelling = false;
    set({});
  };
  // A hidden page gets no frames, and its title and list should be right all the same.
  if (document.hidden) setTimeout(tell, 100);
  else requestAnimationFrame(tell);
}

/** The run that is shown, and what can be asked of it. */
export const useRun = (): RunShown => useSyncExternalStore(subscribe, () => shown);
export const useStepRun = (id: string): StepRun | undefined => useSyncExternalStore(subscribe, () => shown.view?.steps.get(id));
export const useHasBreakpoint = (id: string): boolean => useSyncExternalStore(subscribe, () => breakpoints.has(id));
/** The demo's variables and what the definitions do are known from it. */
export const rememberBoot = (given: Boot): void => void (boot = given);

/** Breakpoints stay with their file in this browser: neither a reload nor another automation loses them. */
const pointsKey = (file: string): string => `mailwright-breakpoints:${file}`;
function readBreakpoints(file: string): ReadonlySet<string> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(pointsKey(file)) ?? '[]');
    return new Set(Array.isArray(kept) ? kept.filter((id) => typeof id === 'string') : []);
  } catch {
    return new Set();
  }
}

export function toggleBreakpoint(id: string): void {
  const next = new Set(breakpoints);
  if (!next.delete(id)) next.add(id);
  breakpoints = next;
  const key = pointsKey(editor.get()?.file ?? '');
  if (next.size === 0) localStorage.removeItem(key);
  else localStorage.setItem(key, JSON.stringify([...next]));
  if (shown.view?.isGoing) void ask('PUT', 'breakpoints', [...next]);
  set({});
}

/** Saves, then runs: all of it, from a step on, or one step alone. What is missing is asked first. */
export async function startRun(part: RunPart = {}): Promise<void> {
  const file = editor.get()?.file;
  if (shown.starting || file === undefined) return;
  set({ starting: true });
  // What runs is what is in the file: nobody should run other steps than those on the screen.
  const isShown = isDirty(editor.get()) ? await save() : !(await refresh());
  set({ starting: false });
  const content = editor.get()?.history?.now.content;
  if (!isShown || !content) return;
  const steps = [...allSteps(content.steps)];
  const destroying = boot?.definitions.filter(({ effect }) => effect === 'destroy').map(({ id }) => id) ?? [];
  const destroys =
    part.mode !== 'dry-run' && steps.some(({ step }) => step['off'] !== true && destroying.some((id) => step['action'] === id));
  const variables = missingVariables(content, { ...valuesFor(file) });
  if (destroys || variables.length > 0) return set({ question: { part, variables, destroys } });
  await begin(part, {}, false);
}
/** The answer to the question: values of the variables, and that erasing is meant. */
export async function answerQuestion(values: Fields): Promise<void> {
  const { question } = shown;
  if (!question) return;
  dropQuestion();
  await begin(question.part, values, question.destroys);
}
export function dropQuestion(): void {
  const { question: _answered, ...rest } = shown;
  shown = rest;
  set({});
}

const valuesFor = (file: string): Fields => ({ ...(boot?.demo?.file === file && boot.demo.variables), ...typed.get(file) });

/** Whether there is a mailbox to look at: a step opens a session. */
function opensSession(): boolean {
  const sessions = boot?.definitions.filter(({ kind }) => kind === 'session').map(({ id }) => id) ?? [];
  const steps = [...allSteps(editor.get()?.history?.now.content.steps ?? [])];
  return steps.some(({ step }) => sessions.some((id) => step['action'] === id));
}

async function begin(part: RunPart, values: Fields, allowDestroy: boolean): Promise<void> {
  const file = editor.get()?.file ?? '';
  typed.set(file, { ...typed.get(file), ...values });
  // Whoever looks at the mailbox sees the messages leave it; a failure shows its log, and a dry run is its plan.
  const isWatched = bottomTab() === 'mailbox' && isMailboxWanted(file, boot) && opensSession();
  if (!isWatched || part.mode === 'dry-run') chooseBottom('run');
  set({ starting: true });
  const asked: RunAsked = { file, mode: 'run', variables: valuesFor(file), breakpoints: [...breakpoints], allowDestroy, ...part };
  try {
    show(await call<RunListed>('POST', 'runs', asked));
  } catch (thrown) {
    const error = failureOf(thrown);
    if (error.details?.['path'] === 'allowDestroy') set({ question: { part, variables: [], destroys: true } });
    else if (error.code === 'automation.invalid') {
      showBottom('problems');
      const first = editor.get()?.problems.find(({ id }) => id !== undefined);
      if (first) goToProblem(first);
    }
    // The list of problems says it better than a line for the command line; only what it does not hold is told in full.
    const count = error.code === 'automation.invalid' ? (editor.get()?.problems.length ?? 0) : 0;
    if (count > 0) toast(t('run.notReady', { count }), 'bad');
    else if (error.details?.['path'] !== 'allowDestroy') toast(`${error.message} ${error.fix}`, 'bad');
  } finally {
    set({ starting: false });
  }
}

/** Shows a run from its first line, and follows it. */
export function show(listed: RunListed): void {
  sessionStorage.setItem(LAST, listed.run);
  following?.abort();
  following = new AbortController();
  const view = new RunView({ ...listed, handledErrors: 0 });
  set({ view, lost: false });
  void follow(view, following.signal);
}

/** After a reload: the breakpoints, and the run of this file that goes on, that was shown before, or that a crash interrupted. */
export async function attach(file: string): Promise<void> {
  breakpoints = readBreakpoints(file);
  set({});
  if (shown.view?.listed.file === file) return;
  following?.abort();
  const { view: _other, ...rest } = shown;
  shown = rest;
  set({ lost: false });
  const runs = await call<RunListed[]>('GET', `runs?file=${encodeURIComponent(file)}`).catch(() => []);
  const last = sessionStorage.getItem(LAST);
  const found = runs.find(({ state }) => ['running', 'paused', 'stopping'].includes(state)) ?? runs.find(({ run }) => run === last);
  const newest = runs[0]?.state === 'interrupted' ? runs[0] : undefined;
  const chosen = found ?? newest;
  if (chosen && !shown.view) show(chosen);
}

async function follow(view: RunView, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const line of stream<RunLine>('GET', `runs/${view.listed.run}/events?after=${view.seq}`, undefined, signal)) {
        if (shown.lost) set({ lost: false });
        view.take(line);
        if (line.event === 'state' && (line.state === 'failed' || line.state === 'paused')) showBottom('run');
        tellSoon();
      }
      if (!view.isGoing) return;
    } catch {
      if (signal.aborted) return;
      set({ lost: true });
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

async function ask(method: 'POST' | 'PUT', what: string, body?: unknown): Promise<void> {
  const run = shown.view?.listed.run;
  if (run === undefined) return;
  await call(method, `runs/${run}/${what}`, body).catch((thrown: unknown) =>
    toast(`${failureOf(thrown).message} ${failureOf(thrown).fix}`, 'bad'),
  );
}
export const stopRun = (): Promise<void> => ask('POST', 'stop');
export const pauseRun = (): Promise<void> => ask('POST', 'pause');
export const continueRun = (): Promise<void> => ask('POST', 'continue');
/** The next step of a run that is held; without one, a run that is held before its first step. */
export const stepRun = (): Promise<void> => (shown.view?.listed.state === 'paused' ? ask('POST', 'step') : startRun({ paused: true }));

/** The last values of a step of the run that is shown. */
export async function valuesOf(run: string, step: string): Promise<StepValues> {
  return call<StepValues>('GET', `runs/${run}/values/${encodeURIComponent(step)}`).catch(() => ({ values: [], kept: false }));
}

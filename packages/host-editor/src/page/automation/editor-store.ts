import { useSyncExternalStore } from 'react';
import type { AutomationContent, AutomationOpened, ErrorShown, ProblemShown, StepContent } from '../../api.ts';
import { call, CallError, failureOf } from '../client.ts';
import { findStep } from './content.ts';
import { begin, done, redone, undone, type History } from './history.ts';
import type { Operation } from './operations.ts';

const CHECK_AFTER_MS = 300;

/** The open automation. Each change makes a new one; unchanged parts stay the same objects. */
export interface OpenAutomation {
  readonly file: string;
  readonly revision: string;
  /** Absent where the text cannot be read as steps: then there is only the text. */
  readonly history?: History;
  readonly savedContent?: AutomationContent;
  /** The file's text as it would be after a save. */
  readonly text: string;
  /** The text that is being typed in place of it, which no step can be read from before it is saved. */
  readonly draft?: string;
  readonly problems: readonly ProblemShown[];
  readonly warnings: readonly ProblemShown[];
  readonly saving: boolean;
  /** The file was changed elsewhere since it was opened: what is in it now. */
  readonly conflict?: AutomationOpened;
  readonly error?: ErrorShown;
}

let open: OpenAutomation | undefined;
/** Unsaved work of automations that are not on the screen now, by file: opening another one loses nothing. */
const kept = new Map<string, OpenAutomation>();
let checking: AbortController | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function set(next: OpenAutomation | undefined): void {
  open = next;
  for (const listener of listeners) listener();
}

function fromDisk(opened: AutomationOpened, selected: string | null): OpenAutomation {
  const { file, revision, text, content, problems, warnings } = opened;
  return {
    file,
    revision,
    text,
    problems,
    warnings,
    saving: false,
    ...(content && { history: begin(content, selected), savedContent: content }),
  };
}
const address = (file: string): string => `automations/${encodeURIComponent(file)}`;

async function check(): Promise<void> {
  const content = open?.history?.now.content;
  if (!open || !content) return;
  checking?.abort();
  checking = new AbortController();
  const { signal } = checking;
  try {
    const { problems, warnings, text } = await call<AutomationOpened>('POST', 'check', { file: open.file, content }, signal);
    if (!signal.aborted && open?.history?.now.content === content) set({ ...open, problems, warnings, text });
  } catch {
    // Aborted by the next change, or the server is away: the next check tells.
  }
}
function changed(history: History): void {
  if (!open) return;
  const before = open.history?.now.content;
  set({ ...open, history });
  if (history.now.content === before) return;
  clearTimeout(timer);
  timer = setTimeout(() => void check(), CHECK_AFTER_MS);
}

type Body = { readonly content: AutomationContent } | { readonly text: string };

async function save(body: Body): Promise<boolean> {
  if (!open || open.saving) return false;
  const { file, revision } = open;
  const { error: _former, conflict: _settled, ...rest } = open;
  set({ ...rest, saving: true });
  try {
    const opened = await call<AutomationOpened>('PUT', address(file), { revision, ...body });
    if (open?.file === file) saved(opened, body);
    else savedAway(opened, body);
    return true;
  } catch (thrown) {
    if (open?.file !== file) return false;
    const isConflict = thrown instanceof CallError && thrown.status === 409;
    set({ ...open, saving: false, ...(isConflict ? { conflict: thrown.body as AutomationOpened } : { error: failureOf(thrown) }) });
    return false;
  }
}
/** What was typed while it was being saved stays, as does the history; a saved text begins a new one. */
function saved(opened: AutomationOpened, body: Body): void {
  if (!open) return;
  if ('text' in body || !open.history) {
    const isTypedOn = 'text' in body && open.draft !== undefined && open.draft !== body.text;
    return set({ ...fromDisk(opened, open.history?.now.selected ?? null), ...(isTypedOn && { draft: open.draft }) });
  }
  const { merging: _ended, ...history } = open.history;
  const { revision, text, problems, warnings } = opened;
  const isCurrent = history.now.content === body.content;
  set({ ...open, history, revision, savedContent: body.content, saving: false, ...(isCurrent && { text, problems, warnings }) });
}
/** The same where another automation was opened in the meantime. */
function savedAway({ file, revision }: AutomationOpened, body: Body): void {
  const left = kept.get(file);
  if (!left) return;
  const isAll = 'text' in body ? left.draft === body.text : left.history?.now.content === body.content && left.draft === undefined;
  if (isAll) kept.delete(file);
  else kept.set(file, { ...left, revision, ...('content' in body && { savedContent: body.content }) });
}

/** What can be done to the open automation. */
export const editor = {
  get: (): OpenAutomation | undefined => open,
  /** Opens a file; unsaved work of what was open before is there again when that is opened. Throws CallError. */
  async open(file: string): Promise<void> {
    if (open?.file === file) return;
    const opened = kept.has(file) ? undefined : await call<AutomationOpened>('GET', address(file));
    if (open && isDirty(open)) kept.set(open.file, { ...open, saving: false });
    const next = opened ? fromDisk(opened, opened.content?.steps[0]?.id ?? null) : kept.get(file);
    kept.delete(file);
    set(next);
    if (!opened) void check();
  },
  /**
   * Looks whether the file was changed elsewhere. Where nothing is unsaved here, what is in it now is shown; unsaved work stays, and
   * its save asks. True: something else is shown than before.
   */
  async refresh(): Promise<boolean> {
    const before = open;
    if (!before || before.saving || isDirty(before)) return false;
    const opened = await call<AutomationOpened>('GET', address(before.file)).catch(() => undefined);
    // In the meantime it may have been changed, saved or closed here. A file that is gone or a server that is away is told by what is done next.
    if (!opened || open?.file !== before.file || open.revision !== before.revision || open.saving || isDirty(open)) return false;
    if (opened.revision === open.revision) return false;
    const selected = open.history?.now.selected ?? null;
    const isThere = selected !== null && findStep(opened.content?.steps ?? [], selected) !== undefined;
    set(fromDisk(opened, isThere ? selected : (opened.content?.steps[0]?.id ?? null)));
    return true;
  },
  /** The file is gone, and so is what was not saved of it. */
  forget(file: string): void {
    kept.delete(file);
    if (open?.file === file) set(undefined);
  },
  /** Does it, as one step of the history. `selected`: the step that has the focus afterwards; left out: as before. False: nothing changed. */
  do(operation: Operation, selected?: string | null): boolean {
    const history = open?.history;
    // A step that changes now would be lost with the save of the text, or the text with that of the step.
    if (!history || open?.draft !== undefined) return false;
    const next = done(history, operation, selected === undefined ? history.now.selected : selected);
    if (next === history) return false;
    changed(next);
    return true;
  },
  /** Gives the operation that was undone, for people to be told. */
  undo(): Operation | undefined {
    const last = open?.history?.past.at(-1)?.operation;
    const history = open?.history && open.draft === undefined && undone(open.history);
    if (history) changed(history);
    return last;
  },
  redo(): Operation | undefined {
    const next = open?.history?.future.at(-1)?.operation;
    const history = open?.history && open.draft === undefined && redone(open.history);
    if (history) changed(history);
    return next;
  },
  select(id: string | null): void {
    const history = open?.history;
    if (!open || !history || history.now.selected === id) return;
    const { merging: _ended, ...rest } = history;
    set({ ...open, history: { ...rest, now: { ...history.now, selected: id } } });
  },
  /** Types in the text of the file; undefined: drops what was typed. */
  type(draft: string | undefined): void {
    if (!open) return;
    const { draft: _former, ...rest } = open;
    set({ ...rest, ...(draft !== undefined && { draft }) });
  },
  save: (): Promise<boolean> => {
    if (open?.draft !== undefined) return save({ text: open.draft });
    const content = open?.history?.now.content;
    return content ? save({ content }) : Promise.resolve(false);
  },
  /** After a conflict: what is here replaces the file, or the file replaces what is here. */
  async settle(keep: 'mine' | 'theirs'): Promise<void> {
    const conflict = open?.conflict;
    if (!open || !conflict) return;
    if (keep === 'theirs') return set(fromDisk(conflict, null));
    const { conflict: _settled, ...rest } = open;
    set({ ...rest, revision: conflict.revision });
    await this.save();
  },
  /** Looks again, such as after a change of the language. */
  recheck: (): void => void check(),
};

export const subscribeEditor = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
/** The open automation; the component shows itself again with each change. */
export const useAutomation = (): OpenAutomation | undefined => useSyncExternalStore(subscribeEditor, editor.get);
/** One thing of it: the component shows itself again only when that is another. `pick` must give the same object for the same state. */
export const useFromAutomation = <T>(pick: (automation: OpenAutomation | undefined) => T): T =>
  useSyncExternalStore(subscribeEditor, () => pick(open));

export const isDirty = (automation: OpenAutomation | undefined): boolean => automation?.draft !== undefined || areStepsDirty(automation);
/** Whether anything at all is unsaved, also of an automation that is not on the screen. */
export const isAnyDirty = (): boolean => isDirty(open) || kept.size > 0;
export const areStepsDirty = (automation: OpenAutomation | undefined): boolean =>
  automation?.history !== undefined && automation.history.now.content !== automation.savedContent;
/** The step whose form is shown. */
export const selectedStep = (automation: OpenAutomation | undefined): StepContent | undefined => {
  const now = automation?.history?.now;
  return now?.selected === null || now === undefined ? undefined : findStep(now.content.steps, now.selected)?.step;
};

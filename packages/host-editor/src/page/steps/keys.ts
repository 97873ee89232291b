import { useEffect, type ClipboardEvent, type KeyboardEvent } from 'react';
import type { Boot } from '../../api.ts';
import type { Place } from '../automation/content.ts';
import { findStep } from '../automation/content.ts';
import { redo, save, undo } from '../automation/commands.ts';
import { editor } from '../automation/editor-store.ts';
import { useBoot } from '../boot.ts';
import { toggleBreakpoint } from '../run/run-store.ts';
import { copyText, duplicate, moveTowards, pasteSteps, removeStep, stepsOfText, type Direction } from './actions.ts';
import { isCollapsed, openMenu, rowElement, setCollapsed, setRow, startAdding } from './focus.ts';

const TOWARDS: Readonly<Record<string, Direction>> = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'out', ArrowRight: 'in' };
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable], [role="dialog"], [role="menu"]') !== null;
const inDialog = (): boolean => document.querySelector('[role="dialog"], [role="alertdialog"]') !== null;

/** Keys that hold wherever the focus is, as long as the editor is shown. */
export function useEditorKeys(): void {
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent): void => {
      const { key } = event;
      const ctrl = event.ctrlKey || event.metaKey;
      if (inDialog()) return;
      if (ctrl && key.toLowerCase() === 's') void save();
      else if (ctrl && !isTyping(event.target) && key.toLowerCase() === 'z') (event.shiftKey ? redo : undo)();
      else if (ctrl && !isTyping(event.target) && key.toLowerCase() === 'y') redo();
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[role="tree"] [data-row]')];
const rowOf = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>('[data-row]') : null;
function go(row: HTMLElement | undefined): void {
  const key = row?.dataset['row'];
  if (!row || key === undefined) return;
  setRow(key);
  row.focus({ preventScroll: true });
  row.querySelector('.step')?.scrollIntoView({ block: 'nearest' });
  if (row.dataset['block'] !== undefined) editor.select(key);
}

/** The keys of the tree: moving about, and everything that the pointer can do. */
export function useTreeKeys(): {
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onFocus: (event: React.FocusEvent) => void;
  readonly onCopy: (event: ClipboardEvent) => void;
  readonly onCut: (event: ClipboardEvent) => void;
  readonly onPaste: (event: ClipboardEvent) => void;
} {
  const boot = useBoot();
  const copy = (event: ClipboardEvent): string | undefined => {
    const id = rowOf(event.target)?.dataset['block'];
    const text = id === undefined || isTyping(event.target) ? undefined : copyText(id);
    if (text === undefined) return undefined;
    event.clipboardData.setData('text/plain', text);
    event.preventDefault();
    return id;
  };
  return {
    onKeyDown: (event) => onKeyDown(event, boot),
    onFocus: (event) => {
      const row = rowOf(event.target);
      if (row && row === event.target) setRow(row.dataset['row'] ?? null);
    },
    onCopy: (event) => void copy(event),
    onCut: (event) => {
      const id = copy(event);
      if (id !== undefined) removeStep(id, boot);
    },
    onPaste: (event) => {
      const steps = isTyping(event.target) ? undefined : stepsOfText(event.clipboardData.getData('text/plain'));
      if (!steps) return;
      event.preventDefault();
      pasteSteps(steps, boot);
    },
  };
}

function onKeyDown(event: KeyboardEvent, boot: Boot): void {
  const row = rowOf(event.target);
  // Only the row itself: keys of a button or field inside it are its own.
  if (!row || event.target !== row) return;
  if (handled(event, row, boot)) {
    event.preventDefault();
    event.stopPropagation();
  }
}

function handled(event: KeyboardEvent, row: HTMLElement, boot: Boot): boolean {
  const id = row.dataset['block'];
  const towards = TOWARDS[event.key];
  if (event.altKey && towards && id !== undefined) {
    moveTowards(id, towards, boot);
    return true;
  }
  if (event.ctrlKey || event.metaKey) {
    if (event.key.toLowerCase() !== 'd' || id === undefined) return false;
    duplicate(id, boot);
    return true;
  }
  return moved(event.key, row) || changed(event, row, id, boot);
}

function moved(key: string, row: HTMLElement): boolean {
  const all = rows();
  const at = all.indexOf(row);
  const id = row.dataset['block'];
  switch (key) {
    case 'ArrowDown':
      go(all[at + 1]);
      return true;
    case 'ArrowUp':
      go(all[at - 1]);
      return true;
    case 'Home':
      go(all[0]);
      return true;
    case 'End':
      go(all.at(-1));
      return true;
    case 'ArrowRight':
      if (id !== undefined && isCollapsed(id)) setCollapsed(id, false);
      else if (row.getAttribute('aria-expanded') === 'true') go(all[at + 1]);
      return true;
    case 'ArrowLeft':
      if (id !== undefined && row.getAttribute('aria-expanded') === 'true') setCollapsed(id, true);
      else go(row.parentElement?.closest<HTMLElement>('[data-row]') ?? undefined);
      return true;
    default:
      return false;
  }
}

function changed(event: KeyboardEvent, row: HTMLElement, id: string | undefined, boot: Boot): boolean {
  switch (event.key) {
    case 'Insert':
    case '+':
      startAdding(placeBelow(row), row.querySelector('.step') ?? row);
      return true;
    case 'Enter':
    case ' ':
      if (id === undefined) startAdding(placeBelow(row), row.querySelector('.step') ?? row);
      else if (event.key === 'Enter') focusForm();
      else editor.select(id);
      return true;
    case 'Delete':
      if (id !== undefined) removeStep(id, boot);
      return id !== undefined;
    case 'F9':
      if (id !== undefined) toggleBreakpoint(id);
      return id !== undefined;
    case 'ContextMenu':
    case 'F10':
      if (id === undefined || (event.key === 'F10' && !event.shiftKey)) return false;
      openMenu(id, row.querySelector('.step') ?? row);
      return true;
    default:
      return false;
  }
}

/** Below a step, or at the end of the branch whose row it is. */
function placeBelow(row: HTMLElement): Place {
  const { add, block } = row.dataset;
  if (add !== undefined) return JSON.parse(add) as Place;
  const steps = editor.get()?.history?.now.content.steps ?? [];
  const found = block === undefined ? undefined : findStep(steps, block);
  return found ? { ...found.place, index: found.place.index + 1 } : { parent: null, branch: 'do', index: steps.length };
}

/** From a step into its form; Escape there comes back (see FormArea). */
function focusForm(): void {
  const field = document.querySelector<HTMLElement>('.form-area :is(input, textarea, button, [tabindex="0"]):not([disabled])');
  field?.focus();
}
export function focusSelected(): void {
  const id = editor.get()?.history?.now.selected ?? null;
  if (id !== null) rowElement(id)?.focus();
}

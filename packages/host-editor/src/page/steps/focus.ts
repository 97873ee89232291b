import { useSyncExternalStore } from 'react';
import type { Place } from '../automation/content.ts';

// What only the page knows of the tree: which row the keyboard is on, what is collapsed, where something is being added.

/** A place where something is added, and the element beside which the menu opens. */
export interface Adding {
  readonly place: Place;
  readonly anchor: Element;
}
export interface MenuOpen {
  readonly id: string;
  readonly anchor: Element;
}
interface State {
  readonly row: string | null;
  readonly collapsed: ReadonlySet<string>;
  readonly adding?: Adding;
  readonly menu?: MenuOpen;
}
let state: State = { row: null, collapsed: new Set() };
const listeners = new Set<() => void>();
function set(next: State): void {
  state = next;
  for (const listener of listeners) listener();
}
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
const useState = <T>(pick: (state: State) => T): T => useSyncExternalStore(subscribe, () => pick(state));

/** Rows of the tree are steps, branches (`id/catch`) and the empty places of a branch (`id/do/`). */
export const useIsRow = (key: string, isFirst = false): boolean => useState(({ row }) => row === key || (isFirst && row === null));
export const currentRow = (): string | null => state.row;
export const setRow = (row: string | null): void => {
  if (row !== state.row) set({ ...state, row });
};
export const rowElement = (key: string): HTMLElement | null => document.querySelector(`[data-row="${CSS.escape(key)}"]`);
/** Puts the focus on a row once it is drawn, and brings it into view. */
export function focusRow(key: string): void {
  setRow(key);
  requestAnimationFrame(() => {
    const element = rowElement(key);
    element?.focus({ preventScroll: true });
    element?.querySelector('.step')?.scrollIntoView({ block: 'nearest' });
  });
}

export const useIsCollapsed = (id: string): boolean => useState(({ collapsed }) => collapsed.has(id));
export const isCollapsed = (id: string): boolean => state.collapsed.has(id);
export function setCollapsed(id: string, collapsed: boolean): void {
  if (state.collapsed.has(id) === collapsed) return;
  const next = new Set(state.collapsed);
  if (collapsed) next.add(id);
  else next.delete(id);
  set({ ...state, collapsed: next });
}

export const useAdding = (): Adding | undefined => useState(({ adding }) => adding);
export const startAdding = (place: Place, anchor: Element): void => set({ ...state, adding: { place, anchor } });
export function stopAdding(): void {
  const { adding: _ended, ...rest } = state;
  set(rest);
}
export const useMenu = (): MenuOpen | undefined => useState(({ menu }) => menu);
export const openMenu = (id: string, anchor: Element): void => set({ ...state, menu: { id, anchor } });
export function closeMenu(): void {
  const { menu: _closed, ...rest } = state;
  set(rest);
}

// The only file that knows the drag library, so that it can be exchanged.
import {
  DndContext,
  DragOverlay,
  PointerSensor,
  useDraggable,
  useDroppable,
  useSensor,
  useSensors,
  type DragMoveEvent,
} from '@dnd-kit/core';
import { useEffect, useRef, useState, useSyncExternalStore, type ComponentProps, type ReactNode } from 'react';
import type { Place } from '../automation/content.ts';

/** What is carried: a block of the palette, or a step. */
export interface Carried {
  readonly kind: 'block' | 'step';
  readonly id: string;
}
/** A press becomes a drag after so many pixels: a click stays a click. */
const ACTIVATION = 4;
const GAP = '[data-gap]';

let target: string | undefined;
const listeners = new Set<() => void>();
function setTarget(next: string | undefined): void {
  if (next === target) return;
  target = next;
  for (const listener of listeners) listener();
}
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const gapKey = ({ parent, branch, index }: Place): string => JSON.stringify([parent, branch, index]);
const placeOf = (key: string): Place => {
  const [parent, branch, index] = JSON.parse(key) as [Place['parent'], Place['branch'], number];
  return { parent, branch, index };
};
/** Whether what is carried would fall into this gap. */
export const useIsTarget = (key: string): boolean => useSyncExternalStore(subscribe, () => target === key);

/** The list of steps, which scrolls while something is held near its edge; nothing else does. */
const dropList = (): Element | null => document.querySelector('[data-drop-list]');

/** The gap nearest to the pointer; none outside the list, and none inside of what is carried. */
function nearestGap(list: Element, x: number, y: number, carried: Carried): string | undefined {
  const box = list.getBoundingClientRect();
  if (x < box.left || x > box.right || y < box.top || y > box.bottom) return undefined;
  // An empty branch takes what is dropped anywhere on it.
  for (const empty of list.querySelectorAll('.empty-branch')) {
    const { top, bottom } = empty.getBoundingClientRect();
    if (y >= top && y <= bottom) return allowed(empty.querySelector<HTMLElement>(GAP), carried);
  }
  let best: { readonly distance: number; readonly gap: HTMLElement } | undefined;
  for (const gap of list.querySelectorAll<HTMLElement>(GAP)) {
    // Off the screen, where asking for its place would lay out what is left out.
    if (!gap.checkVisibility({ contentVisibilityAuto: true })) continue;
    const { top, bottom, height } = gap.getBoundingClientRect();
    if (height === 0) continue;
    const distance = Math.abs((top + bottom) / 2 - y);
    if (!best || distance <= best.distance) best = { distance, gap };
  }
  return allowed(best?.gap ?? null, carried);
}
function allowed(gap: HTMLElement | null, { kind, id }: Carried): string | undefined {
  const inside = kind === 'step' && gap?.closest(`[data-block="${CSS.escape(id)}"]`);
  return inside ? undefined : gap?.dataset['gap'];
}

/** Everything between which things are dragged. `onDrop` is asked only for places that take it. */
export function DragArea({
  children,
  overlay,
  onDrop,
}: {
  readonly children: ReactNode;
  readonly overlay: (carried: Carried) => ReactNode;
  readonly onDrop: (carried: Carried, place: Place) => void;
}) {
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: ACTIVATION } }));
  const [carried, setCarried] = useState<Carried>();
  // Of the pointer itself: what the library tells counts in how far lists have scrolled meanwhile.
  const pointer = useRef({ x: 0, y: 0 });
  useEffect(() => {
    const follow = ({ clientX: x, clientY: y }: PointerEvent): void => void (pointer.current = { x, y });
    window.addEventListener('pointermove', follow, { capture: true });
    return () => window.removeEventListener('pointermove', follow, { capture: true });
  }, []);
  const over = ({ active }: DragMoveEvent): void => {
    const list = dropList();
    const { x, y } = pointer.current;
    setTarget(list ? nearestGap(list, x, y, active.data.current as Carried) : undefined);
  };
  const end = (drop: boolean): void => {
    const key = target;
    setTarget(undefined);
    setCarried(undefined);
    if (drop && carried && key !== undefined) onDrop(carried, placeOf(key));
  };
  return (
    <DndContext
      sensors={sensors}
      autoScroll={{ canScroll: (element) => element === dropList() }}
      onDragStart={({ active }) => setCarried(active.data.current as Carried)}
      onDragMove={over}
      onDragEnd={() => end(true)}
      onDragCancel={() => end(false)}
      accessibility={{ announcements: SILENT, screenReaderInstructions: { draggable: '' } }}
    >
      {children}
      {/* No drop animation: for its time it covers the palette and swallows the next drag. */}
      <DragOverlay dropAnimation={null}>{carried && overlay(carried)}</DragOverlay>
    </DndContext>
  );
}
/** The keyboard has ways of its own, which announce themselves. */
const SILENT = { onDragStart: () => undefined, onDragOver: () => undefined, onDragEnd: () => undefined, onDragCancel: () => undefined };

/** What takes drops in its gaps, and scrolls for it, wherever what is carried comes from. */
export function DropList({ children, ...props }: ComponentProps<'div'>) {
  const { setNodeRef } = useDroppable({ id: 'steps' });
  // What scrolls is looked for around what is registered, so that it is the inside.
  return (
    <div data-drop-list {...props}>
      <div ref={setNodeRef}>{children}</div>
    </div>
  );
}

/** What makes an element start a drag. */
export function useDragSource(carried: Carried): {
  readonly ref: (element: HTMLElement | null) => void;
  readonly onPointerDown: React.PointerEventHandler | undefined;
  readonly isDragging: boolean;
} {
  const { setNodeRef, listeners: handlers, isDragging } = useDraggable({ id: `${carried.kind}:${carried.id}`, data: carried });
  return { ref: setNodeRef, onPointerDown: handlers?.['onPointerDown'] as React.PointerEventHandler | undefined, isDragging };
}

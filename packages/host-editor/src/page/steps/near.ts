import { useCallback, useState } from 'react';

// A row far from what is on the screen has no buttons: an automation of 500 steps would otherwise begin with 17,000 elements.

/** So far above and below the list a row gets them: more than one page key goes. */
const MARGIN = '600px 0px';
/** Rows of one drawing that have them from the start, so that what is seen first, or was just added, does not change a moment later. */
const AT_ONCE = 25;

/** A drawing of many rows goes on for some frames. */
const CALM_MS = 500;

let left = AT_ONCE;
let calm: ReturnType<typeof setTimeout> | undefined;
function isAmongFirst(): boolean {
  clearTimeout(calm);
  calm = setTimeout(() => (left = AT_ONCE), CALM_MS);
  left--;
  return left >= 0;
}

const waiting = new WeakMap<Element, () => void>();
const observers = new WeakMap<Element, IntersectionObserver>();
function observerOf(list: Element): IntersectionObserver {
  const known = observers.get(list);
  if (known) return known;
  const made = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) waiting.get(target)?.();
    },
    { root: list, rootMargin: MARGIN },
  );
  observers.set(list, made);
  return made;
}

/**
 * Whether a row is, or was once, near what is on the screen, and a `ref` for what tells. It stays so: a button that has the focus
 * must not go away.
 */
export function useIsNear(): { readonly isNear: boolean; readonly ref: (element: Element | null) => (() => void) | undefined } {
  const [isNear, setNear] = useState(isAmongFirst);
  const ref = useCallback(
    (element: Element | null) => {
      const list = element?.closest('[data-drop-list]');
      if (!element || !list || isNear) return undefined;
      const observer = observerOf(list);
      waiting.set(element, () => setNear(true));
      observer.observe(element);
      return () => observer.unobserve(element);
    },
    [isNear],
  );
  return { isNear, ref };
}

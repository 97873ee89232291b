import { useState } from 'react';

/** The size of a panel in pixels, kept for the next time. */
export function useSize(name: string, usual: number): [number, (size: number) => void] {
  const key = `mailwright-size-${name}`;
  const [size, setSize] = useState(() => Number(localStorage.getItem(key)) || usual);
  return [
    size,
    (next) => {
      localStorage.setItem(key, String(next));
      setSize(next);
    },
  ];
}

import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import './splitter.css';

/** The edge between two panels: dragged, or moved with the arrow keys. Sizes in pixels; `direction`: which way makes it larger. */
export function Splitter({
  label,
  direction,
  size,
  min,
  max,
  onResize,
}: {
  readonly label: string;
  readonly direction: 'left' | 'right' | 'up';
  readonly size: number;
  readonly min: number;
  readonly max: number;
  readonly onResize: (size: number) => void;
}) {
  const from = useRef<{ at: number; size: number }>(undefined);
  const vertical = direction !== 'up';
  const place = (event: PointerEvent) => (vertical ? event.clientX : event.clientY);
  const set = (wanted: number) => onResize(Math.round(Math.min(max, Math.max(min, wanted))));
  const onKeyDown = (event: KeyboardEvent) => {
    const larger = { left: 'ArrowLeft', right: 'ArrowRight', up: 'ArrowUp' }[direction];
    const smaller = { left: 'ArrowRight', right: 'ArrowLeft', up: 'ArrowDown' }[direction];
    const change = event.key === larger ? 16 : event.key === smaller ? -16 : undefined;
    if (change === undefined) return;
    event.preventDefault();
    set(size + change);
  };
  return (
    <div
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={vertical ? 'vertical' : 'horizontal'}
      aria-valuenow={size}
      aria-valuemin={min}
      aria-valuemax={max}
      className={`splitter splitter-${vertical ? 'vertical' : 'horizontal'}`}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { at: place(event), size };
      }}
      onPointerMove={(event) => {
        if (!from.current) return;
        const moved = place(event) - from.current.at;
        set(from.current.size + (direction === 'right' ? moved : -moved));
      }}
      onPointerUp={() => (from.current = undefined)}
      onLostPointerCapture={() => (from.current = undefined)}
    />
  );
}

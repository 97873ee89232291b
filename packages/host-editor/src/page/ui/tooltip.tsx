import { OverlayArrow, Tooltip as AriaTooltip, TooltipTrigger } from 'react-aria-components';
import type { ReactElement } from 'react';
import './overlay.css';

/** A hint for one focusable element; never the only place where something is said. */
export function Tooltip({ text, children }: { readonly text: string; readonly children: ReactElement }) {
  return (
    <TooltipTrigger delay={500} closeDelay={50}>
      {children}
      <AriaTooltip className="tooltip" offset={6}>
        <OverlayArrow className="tooltip-arrow" />
        {text}
      </AriaTooltip>
    </TooltipTrigger>
  );
}

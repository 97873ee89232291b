import { memo } from 'react';
import type { Place } from '../automation/content.ts';
import { useText } from '../text/text.ts';
import { Icon } from '../ui/index.ts';
import { gapKey, useIsTarget } from './drag.tsx';
import { startAdding } from './focus.ts';

interface GapProps {
  readonly place: Place;
  readonly isAlone?: boolean;
  /** Of a row that has its buttons. */
  readonly isNear?: boolean;
}
/** Between two steps: takes what is dropped, and shows "+" under the pointer. The keyboard has the Insert key instead. */
export const Gap = memo(
  function Gap({ place, isAlone = false, isNear = true }: GapProps) {
    const t = useText();
    const key = gapKey(place);
    const isTarget = useIsTarget(key);
    return (
      <div className={`gap${isTarget ? ' is-target' : ''}${isAlone ? ' is-alone' : ''}`} data-gap={key}>
        {isNear && (
          <button
            type="button"
            className="gap-add"
            tabIndex={isAlone ? 0 : -1}
            aria-label={t('steps.addHere')}
            onClick={(event) => {
              event.stopPropagation();
              startAdding(place, event.currentTarget);
            }}
          >
            <Icon name="add" size={14} />
            {isAlone && <span>{t('steps.add')}</span>}
          </button>
        )}
      </div>
    );
  },
  (one, other) => one.isNear === other.isNear && one.isAlone === other.isAlone && gapKey(one.place) === gapKey(other.place),
);

import { memo } from 'react';
import type { Place } from '../automation/content.ts';
import { useText } from '../text/text.ts';
import { Icon } from '../ui/index.ts';
import { gapKey, useIsTarget } from './drag.tsx';
import { startAdding } from './focus.ts';

/** Between two steps: takes what is dropped, and shows "+" under the pointer. The keyboard has the Insert key instead. */
export const Gap = memo(
  function Gap({ place, isAlone = false }: { readonly place: Place; readonly isAlone?: boolean }) {
    const t = useText();
    const key = gapKey(place);
    const isTarget = useIsTarget(key);
    return (
      <div className={`gap${isTarget ? ' is-target' : ''}${isAlone ? ' is-alone' : ''}`} data-gap={key}>
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
      </div>
    );
  },
  (one, other) => gapKey(one.place) === gapKey(other.place) && one.isAlone === other.isAlone,
);

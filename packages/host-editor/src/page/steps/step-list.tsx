import { useDeferredValue, useState } from 'react';
import type { Place } from '../automation/content.ts';
import { useFromAutomation } from '../automation/editor-store.ts';
import { useText } from '../text/text.ts';
import { Empty, Notice, Tabs } from '../ui/index.ts';
import { AddMenu } from './add-menu.tsx';
import { DropList } from './drag.tsx';
import { Gap } from './gap.tsx';
import { useTreeKeys } from './keys.ts';
import { StepMenu } from './step-menu.tsx';
import './steps.css';
import { Items } from './step-item.tsx';
import { TextView } from './text-view.tsx';

/** Steps that fill the screen, and more. */
const FIRST = 20;

/** The automation as steps, or as the text of its file. */
export function StepList() {
  const t = useText();
  const hasSteps = useFromAutomation((automation) => automation?.history !== undefined);
  const [view, setView] = useState('steps');
  return (
    <div className="steps-view">
      <Tabs
        label={t('steps.view')}
        selected={hasSteps ? view : 'text'}
        onSelect={setView}
        tabs={[
          ...(hasSteps ? [{ id: 'steps', icon: 'steps', title: t('steps.title'), content: <Tree /> } as const] : []),
          { id: 'text', icon: 'code', title: t('steps.text'), content: <TextView /> },
        ]}
      />
    </div>
  );
}

function Tree() {
  const t = useText();
  const steps = useFromAutomation((automation) => automation?.history?.now.content.steps) ?? [];
  const isTextTyped = useFromAutomation((automation) => automation?.draft !== undefined);
  const keys = useTreeKeys();
  // The first screen at once, the rest a moment later, without holding up what is clicked or typed meanwhile.
  const isBegin = useDeferredValue(false, true);
  const end: Place = { parent: null, branch: 'do', index: steps.length };
  return (
    <DropList className="steps-scroll" tabIndex={-1} {...keys}>
      {isTextTyped && <Notice tone="warn" title={t('steps.textTyped')} />}
      {steps.length === 0 ? (
        <div className="steps-begin">
          <Empty icon="steps" title={t('steps.empty')}>
            {t('steps.emptyHint')}
          </Empty>
          <Gap place={end} isAlone />
        </div>
      ) : (
        <>
          <ul role="tree" aria-label={t('steps.title')} className="steps">
            <Items steps={isBegin ? steps.slice(0, FIRST) : steps} parent={null} branch="do" prefix="" level={1} />
          </ul>
          <Gap place={end} isAlone />
        </>
      )}
      <AddMenu />
      <StepMenu />
    </DropList>
  );
}

import { memo } from 'react';
import type { ProblemShown, StepContent } from '../../api.ts';
import { branchesOf } from '../automation/content.ts';
import { editor, useFromAutomation } from '../automation/editor-store.ts';
import { useBoot } from '../boot.ts';
import { stepCannot } from '../palette/abilities.ts';
import { toggleBreakpoint, useHasBreakpoint, useStepRun, type StepRun } from '../run/run-store.ts';
import { StepBadge } from '../run/step-badge.tsx';
import { useText } from '../text/text.ts';
import { Badge, Icon, type IconName } from '../ui/index.ts';
import { useDragSource } from './drag.tsx';
import { openMenu, setRow } from './focus.ts';
import { useProblems, useWords } from './row-label.ts';

interface RowProps {
  readonly step: StepContent;
  readonly number: string;
  readonly isSelected: boolean;
  readonly isCollapsed: boolean;
  /** Near what is on the screen: only then it has its buttons. */
  readonly isNear: boolean;
  readonly nearRef?: (element: Element | null) => (() => void) | undefined;
  readonly onCollapse: () => void;
}
/** The line of a step. Its buttons are for the pointer; the keyboard has keys for each (see keys.ts). */
export function StepRow({ step, number, isSelected, isNear, nearRef, ...rest }: RowProps) {
  const { title, summary, icon } = useWords(step);
  const problems = useProblems(step.id);
  const reason = useCannot(step);
  const run = useStepRun(step.id);
  const classes = [
    'step',
    isSelected && 'is-selected',
    step['off'] === true && 'is-off',
    reason !== undefined && 'is-unable',
    run && `ran-${run.state}`,
    !isNear && 'is-far',
  ];
  return (
    <div
      className={classes.filter(Boolean).join(' ')}
      {...(nearRef && { ref: nearRef })}
      data-step={step.id}
      data-run={run?.state}
      onClick={() => {
        setRow(step.id);
        editor.select(step.id);
      }}
      onContextMenu={(event) => {
        event.preventDefault();
        editor.select(step.id);
        openMenu(step.id, event.currentTarget);
      }}
    >
      {isNear && <Lead step={step} icon={icon} {...rest} />}
      <span className="step-text">
        <span className="step-number">{number}</span>
        <strong className="step-title">{title}</strong>
        <span className="step-summary">{reason ?? summary}</span>
      </span>
      {isNear && <Tail step={step} number={number} run={run} problems={problems} />}
    </div>
  );
}

type LeadProps = Pick<RowProps, 'step' | 'isCollapsed' | 'onCollapse'> & { readonly icon: IconName };
function Lead({ step, icon, isCollapsed, onCollapse }: LeadProps) {
  const t = useText();
  return (
    <>
      <Grip id={step.id} />
      <Breakpoint id={step.id} />
      {branchesOf(step).length > 0 ? (
        <button
          type="button"
          className="step-toggle"
          tabIndex={-1}
          aria-label={t(isCollapsed ? 'steps.expand' : 'steps.collapse')}
          onClick={onCollapse}
        >
          <Icon name={isCollapsed ? 'expand' : 'collapse'} />
        </button>
      ) : (
        <span className="step-toggle" />
      )}
      <span className="step-icon">
        <Icon name={icon} size={17} />
      </span>
    </>
  );
}
interface TailProps {
  readonly step: StepContent;
  readonly number: string;
  readonly run: StepRun | undefined;
  readonly problems: readonly ProblemShown[];
}
function Tail({ step, number, run, problems }: TailProps) {
  const t = useText();
  return (
    <>
      {step['off'] === true && <Badge icon="off">{t('steps.off')}</Badge>}
      {run && <StepBadge run={run} />}
      {problems.length > 0 && (
        <span className="step-problem" title={problems.map(({ message, fix }) => `${message} ${fix}`).join('\n')}>
          <Badge tone="bad" icon="error">
            {problems.length}
          </Badge>
        </span>
      )}
      <button
        type="button"
        className="step-more"
        tabIndex={-1}
        aria-label={t('steps.menu', { number })}
        onClick={(event) => {
          event.stopPropagation();
          openMenu(step.id, event.currentTarget);
        }}
      >
        <Icon name="more" />
      </button>
    </>
  );
}

function useCannot(step: StepContent): string | undefined {
  const boot = useBoot();
  // Only the reason is looked at: a row shows itself again when that changes, not with every change of the steps.
  return useFromAutomation((automation) => automation?.history && stepCannot(step, automation.history.now.content.steps, boot));
}

const Grip = memo(function Grip({ id }: { readonly id: string }) {
  const { ref, onPointerDown } = useDragSource({ kind: 'step', id });
  return (
    <span ref={ref} className="step-grip" data-grip={id} onPointerDown={onPointerDown}>
      <Icon name="grip" />
    </span>
  );
});
const Breakpoint = memo(function Breakpoint({ id }: { readonly id: string }) {
  const t = useText();
  const isSet = useHasBreakpoint(id);
  return (
    <button
      type="button"
      className={isSet ? 'step-point is-set' : 'step-point'}
      tabIndex={-1}
      aria-pressed={isSet}
      aria-label={t('steps.breakpoint')}
      onClick={(event) => {
        event.stopPropagation();
        toggleBreakpoint(id);
      }}
    />
  );
});

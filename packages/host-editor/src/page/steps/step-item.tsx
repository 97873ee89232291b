import { memo } from 'react';
import type { StepContent } from '../../api.ts';
import { branchesOf, kindOf, numberInside, stepsIn, type BranchName, type Steps } from '../automation/content.ts';
import { useFromAutomation } from '../automation/editor-store.ts';
import { useText } from '../text/text.ts';
import { Icon } from '../ui/index.ts';
import { setCollapsed, startAdding, useIsCollapsed, useIsRow } from './focus.ts';
import { Gap } from './gap.tsx';
import { useIsNear } from './near.ts';
import { StepRow } from './step-row.tsx';
import { useRowLabel } from './row-label.ts';

/** The steps of one branch, each with the gap above it. */
export function Items({
  steps,
  parent,
  branch,
  prefix,
  level,
}: {
  readonly steps: Steps;
  readonly parent: string | null;
  readonly branch: BranchName;
  readonly prefix: string;
  readonly level: number;
}) {
  return steps.map((step, index) => (
    <StepItem
      key={step.id}
      step={step}
      number={`${prefix}${index + 1}`}
      parent={parent}
      branch={branch}
      index={index}
      count={steps.length}
      level={level}
    />
  ));
}
interface ItemProps {
  readonly step: StepContent;
  readonly number: string;
  readonly parent: string | null;
  readonly branch: BranchName;
  readonly index: number;
  readonly count: number;
  readonly level: number;
}
/** A step and what is inside it. */
export const StepItem = memo(function StepItem({ step, number, parent, branch, index, count, level }: ItemProps) {
  const { id } = step;
  const branches = branchesOf(step);
  const isCollapsed = useIsCollapsed(id);
  // Tab reaches the tree at its first row as long as the keyboard has been on none.
  const isFirst = level === 1 && index === 0;
  const isRow = useIsRow(id, isFirst);
  const isSelected = useFromAutomation((automation) => automation?.history?.now.selected === id);
  const label = useRowLabel(step, number);
  const isBlock = branches.length > 0;
  const { isNear, ref } = useIsNear();
  return (
    <li
      {...(!isBlock && { ref })}
      role="treeitem"
      aria-level={level}
      aria-posinset={index + 1}
      aria-setsize={count}
      aria-selected={isSelected}
      aria-label={label}
      {...(isBlock && { 'aria-expanded': !isCollapsed })}
      tabIndex={isRow ? 0 : -1}
      data-row={id}
      data-block={id}
      className={isBlock ? 'item' : 'item item-leaf'}
    >
      <Gap place={{ parent, branch, index }} isNear={isNear} />
      <StepRow
        step={step}
        isNear={isNear}
        {...(isBlock && { nearRef: ref })}
        number={number}
        isSelected={isSelected}
        isCollapsed={isCollapsed}
        onCollapse={() => setCollapsed(id, !isCollapsed)}
      />
      {isBlock && !isCollapsed && (
        <ul role="group" className={`inside inside-${kindOf(step)}`}>
          {branches.length === 1 ? (
            <Branch step={step} branch={branches[0] ?? 'do'} number={number} level={level + 1} />
          ) : (
            branches.map((one, at) => (
              <NamedBranch key={one} step={step} branch={one} number={number} level={level + 1} position={at + 1} count={branches.length} />
            ))
          )}
        </ul>
      )}
    </li>
  );
});

interface BranchProps {
  readonly step: StepContent;
  readonly branch: BranchName;
  readonly number: string;
  readonly level: number;
}
function Branch({ step, branch, number, level }: BranchProps) {
  const steps = stepsIn(step, branch);
  const end = { parent: step.id, branch, index: steps.length };
  if (steps.length === 0) return <EmptyBranch step={step} branch={branch} level={level} />;
  return (
    <>
      <Items steps={steps} parent={step.id} branch={branch} prefix={numberInside(number, branch)} level={level} />
      <li role="none" className="item-end">
        <Gap place={end} />
      </li>
    </>
  );
}

/** One of several branches, under its name: a row of its own, so that the keyboard can add to it. */
function NamedBranch({ position, count, ...props }: BranchProps & { readonly position: number; readonly count: number }) {
  const t = useText();
  const { step, branch, level } = props;
  const row = `${step.id}/${branch}`;
  const isRow = useIsRow(row);
  const steps = stepsIn(step, branch);
  const name = t(`branch.${kindOf(step) === 'if' ? 'if' : 'try'}.${branch}` as 'branch.try.catch');
  return (
    <li
      role="treeitem"
      aria-level={level}
      aria-posinset={position}
      aria-setsize={count}
      aria-selected={false}
      aria-expanded
      aria-label={steps.length === 0 ? `${name}, ${t('steps.emptyBranch')}` : name}
      tabIndex={isRow ? 0 : -1}
      data-row={row}
      data-add={JSON.stringify({ parent: step.id, branch, index: steps.length })}
      className={`branch branch-${branch}`}
    >
      <div className="branch-name step" aria-hidden>
        {name}
      </div>
      <ul role="group" className="branch-steps">
        <Branch {...props} level={level + 1} />
      </ul>
    </li>
  );
}

function EmptyBranch({ step, branch, level }: Omit<BranchProps, 'number'>) {
  const t = useText();
  const place = { parent: step.id, branch, index: 0 };
  const row = `${step.id}/${branch}/`;
  const isRow = useIsRow(row);
  return (
    <li
      role="treeitem"
      aria-level={level}
      aria-selected={false}
      aria-label={t('steps.addInside')}
      tabIndex={isRow ? 0 : -1}
      data-row={row}
      data-add={JSON.stringify(place)}
      className="item empty-branch"
      onClick={(event) => startAdding(place, event.currentTarget)}
    >
      <Gap place={place} />
      <div className="step empty-step" aria-hidden>
        <Icon name="add" size={14} />
        {t('steps.dropHere')}
      </div>
    </li>
  );
}

import { useFromAutomation } from '../automation/editor-store.ts';
import { MailboxPanel } from '../mailbox/mailbox-panel.tsx';
import { RunPanel } from '../run/run-panel.tsx';
import { useText } from '../text/text.ts';
import { Badge, IconButton, Splitter, Tabs } from '../ui/index.ts';
import { showBottom, toggleBottom, useBottom } from './bottom-store.ts';
import { ProblemsPanel } from './problems-panel.tsx';
import { useSize } from './sizes.ts';
import { VariablesPanel } from './variables-panel.tsx';

/** Below everything: what runs, what is in the mailbox, the variables, what is wrong. */
export function BottomPanel() {
  const t = useText();
  const [height, setHeight] = useSize('bottom', 200);
  const { tab, isOpen } = useBottom();
  const problems = useFromAutomation((automation) => automation?.problems.length ?? 0);
  const label = t(isOpen ? 'bottom.close' : 'bottom.open');
  return (
    <>
      {isOpen ? (
        <Splitter label={t('bottom.size')} direction="up" size={height} min={120} max={520} onResize={setHeight} />
      ) : (
        <div className="splitter splitter-horizontal" />
      )}
      <section className="bottom" style={{ height: isOpen ? height : 39 }} aria-label={t('bottom.label')}>
        <Tabs
          label={t('bottom.label')}
          selected={tab}
          onSelect={showBottom}
          extra={<IconButton icon={isOpen ? 'panel-close' : 'panel-open'} label={label} onPress={toggleBottom} />}
          tabs={[
            { id: 'run', icon: 'play', title: t('bottom.run'), content: <RunPanel /> },
            { id: 'mailbox', icon: 'inbox', title: t('bottom.mailbox'), content: <MailboxPanel /> },
            { id: 'variables', icon: 'variable', title: t('bottom.variables'), content: <VariablesPanel /> },
            {
              id: 'problems',
              icon: 'warning',
              title: t('bottom.problems'),
              ...(problems > 0 && { badge: <Badge tone="bad">{problems}</Badge> }),
              content: <ProblemsPanel />,
            },
          ]}
        />
      </section>
    </>
  );
}

import { useEffect, useState } from 'react';
import { findStep } from '../automation/content.ts';
import { editor, selectedStep, useFromAutomation } from '../automation/editor-store.ts';
import { useBoot } from '../boot.ts';
import { formatDuration, useText } from '../text/text.ts';
import { announce, Badge, Button, Empty, Notice } from '../ui/index.ts';
import { NamesPanel } from './names-panel.tsx';
import { RunLog } from './run-log.tsx';
import { useRun } from './run-store.ts';
import type { RunView } from './run-view.ts';
import { stepName } from './step-name.ts';
import { StateBadge } from './state-badge.tsx';
import { ValuesPanel } from './values-panel.tsx';

/** Below the steps: the log of the run that is shown, why it failed, and the values of the chosen step. */
export function RunPanel() {
  const t = useText();
  const { view, lost } = useRun();
  const selected = useFromAutomation(selectedStep)?.id;
  const [chosen, setChosen] = useState<string>();
  useEffect(() => setChosen(undefined), [selected, view]);
  if (!view)
    return (
      <Empty icon="play" title={t('run.none')}>
        {t('run.noneHint')}
      </Empty>
    );
  const step = chosen ?? selected;
  const { heldAt } = view;
  return (
    <div className="run-panel">
      <div className="run-left">
        <Head view={view} />
        {lost && <Notice tone="warn">{t('run.lost')}</Notice>}
        <RunLog view={view} chosen={step} onChoose={setChosen} />
      </div>
      <div className="run-right">
        <Trouble view={view} onChoose={setChosen} />
        {heldAt !== undefined && (
          // Of a loop the same step is held again, with other values.
          <NamesPanel key={view.holds} run={view.listed.run} step={heldAt} />
        )}
        {(heldAt === undefined || step !== heldAt) && <ValuesPanel view={view} step={step} />}
      </div>
    </div>
  );
}

function Head({ view }: { readonly view: RunView }) {
  const t = useText();
  const boot = useBoot();
  const { listed, rows, heldAt } = view;
  const { state, mode, ms, handledErrors, run } = listed;
  const held = heldAt === undefined ? undefined : t('run.heldAt', { step: stepName(view, heldAt, boot) });
  useEffect(() => {
    if (state !== 'running' && state !== 'stopping') announce(held ?? t(`run.state.${state}`));
  }, [run, state, held]);
  return (
    <div className="run-head" data-run-state={state}>
      <StateBadge state={state} />
      {mode === 'dry-run' && <Badge tone="accent">{t('run.mode.dry-run')}</Badge>}
      {handledErrors > 0 && <Badge tone="warn">{t('run.handled', { count: handledErrors })}</Badge>}
      {held !== undefined && <span>{held}</span>}
      <span className="run-head-note">
        {ms !== undefined && state !== 'running' && state !== 'paused' ? `${formatDuration(ms)} · ` : ''}
        {t('run.logLines', { count: rows.length })}
      </span>
    </div>
  );
}

/** The failed step in place: what happened, what to do, and whether trying again helps. */
function Trouble({ view, onChoose }: { readonly view: RunView; readonly onChoose: (step: string) => void }) {
  const t = useText();
  const boot = useBoot();
  const { error, listed } = view;
  if (listed.state === 'interrupted')
    return (
      <Notice tone="warn" title={t('run.state.interrupted')}>
        {t('run.interruptedHint')}
      </Notice>
    );
  if (listed.state !== 'failed' || !error) return null;
  const { step } = error;
  const { message, fix, code, retry } = error.error;
  const goThere = (id: string) => {
    const steps = editor.get()?.history?.now.content.steps ?? [];
    if (findStep(steps, id)) editor.select(id);
    else onChoose(id);
  };
  return (
    <Notice tone="bad" title={step === undefined ? message : t('run.failedStep', { step: stepName(view, step, boot) })}>
      {step !== undefined && <p>{message}</p>}
      <p>{fix}</p>
      <p className="run-trouble-note">
        <code>{code}</code> {retry && t(`run.retry.${retry}`)}
      </p>
      {step !== undefined && (
        <Button icon="point" onPress={() => goThere(step)}>
          {t('run.showStep')}
        </Button>
      )}
    </Notice>
  );
}

import { useEffect } from 'react';
import { useFromAutomation, selectedStep } from '../automation/editor-store.ts';
import { useBoot } from '../boot.ts';
import { showBottom } from '../layout/bottom-store.ts';
import { useText } from '../text/text.ts';
import { Button, IconButton, Menu } from '../ui/index.ts';
import { RunQuestionDialog } from './run-question.tsx';
import { attach, continueRun, pauseRun, rememberBoot, startRun, stepRun, stopRun, useRun } from './run-store.ts';
import './run.css';

/** In the top bar: Run, and what else can be done with a run. */
export function RunControls() {
  const { view } = useRun();
  const boot = useBoot();
  const file = useFromAutomation((automation) => automation?.file);
  useEffect(() => rememberBoot(boot), [boot]);
  useEffect(() => {
    if (boot.demo) showBottom('mailbox');
  }, [boot.demo === undefined]);
  useEffect(() => {
    if (file !== undefined) void attach(file);
  }, [file]);
  useRunKeys();
  const isHere = view?.isGoing === true && view.listed.file === file;
  return (
    <div className="run-controls" data-run={view?.listed.file === file ? view?.listed.state : undefined}>
      {isHere ? <Going isPaused={view.listed.state === 'paused'} isStopping={view.listed.state === 'stopping'} /> : <Starting />}
      <RunQuestionDialog />
    </div>
  );
}

function Starting() {
  const t = useText();
  const { starting } = useRun();
  const step = useFromAutomation(selectedStep)?.id;
  return (
    <>
      <Button variant="primary" icon="play" isDisabled={starting} onPress={() => void startRun()}>
        {t(starting ? 'run.starting' : 'top.run')}
      </Button>
      <Menu
        label={t('run.ways')}
        trigger={<IconButton icon="collapse" label={t('run.ways')} />}
        groups={[
          {
            entries: [
              { id: 'dry', text: t('run.dry'), note: t('run.dryNote'), icon: 'show', onAction: () => void startRun({ mode: 'dry-run' }) },
              { id: 'stepwise', text: t('run.stepwise'), icon: 'step', shortcut: 'F10', onAction: () => void stepRun() },
            ],
          },
          {
            entries: [
              {
                id: 'from',
                text: t('run.from'),
                icon: 'skip',
                disabled: step === undefined,
                onAction: () => step !== undefined && void startRun({ from: step }),
              },
              {
                id: 'only',
                text: t('run.only'),
                icon: 'point',
                disabled: step === undefined,
                onAction: () => step !== undefined && void startRun({ only: step }),
              },
            ],
          },
        ]}
      />
    </>
  );
}

function Going({ isPaused, isStopping }: { readonly isPaused: boolean; readonly isStopping: boolean }) {
  const t = useText();
  return (
    <>
      {isPaused ? (
        <>
          <IconButton icon="step" label={t('run.step')} shortcut="F10" onPress={() => void stepRun()} />
          <Button variant="primary" icon="play" onPress={() => void continueRun()}>
            {t('run.continue')}
          </Button>
        </>
      ) : (
        <IconButton icon="pause" label={t('run.pause')} isDisabled={isStopping} onPress={() => void pauseRun()} />
      )}
      <Button variant="danger" icon="stop" isDisabled={isStopping} onPress={() => void stopRun()}>
        {t('run.stop')}
      </Button>
    </>
  );
}

/** F5 runs or goes on, Shift+F5 stops, F10 does one step, as in other debuggers. */
function useRunKeys(): void {
  const { view } = useRun();
  const state = view?.isGoing ? view.listed.state : undefined;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.key !== 'F5' && event.key !== 'F10') || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      if (document.querySelector('[role="dialog"], [role="alertdialog"]') !== null) return;
      if (event.key === 'F10') return void (state === undefined || state === 'paused' ? stepRun() : undefined);
      if (event.shiftKey) return void (state !== undefined && stopRun());
      void (state === 'paused' ? continueRun() : state === undefined ? startRun() : undefined);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [state]);
}

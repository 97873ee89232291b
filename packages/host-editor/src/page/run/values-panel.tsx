import { useEffect, useState } from 'react';
import type { StepValues } from '../../api.ts';
import { useBoot } from '../boot.ts';
import { formatTime, useText } from '../text/text.ts';
import { Empty, IconButton } from '../ui/index.ts';
import { JsonTree } from './json-tree.tsx';
import { useStepRun, valuesOf } from './run-store.ts';
import type { RunView } from './run-view.ts';
import { stepName } from './step-name.ts';

/** What one step was given and gave in a run: the newest first, a round at a time. */
export function ValuesPanel({ view, step }: { readonly view: RunView; readonly step: string | undefined }) {
  const t = useText();
  const boot = useBoot();
  const { run } = view.listed;
  const standing = useStepRun(step ?? '');
  const [loaded, setLoaded] = useState<StepValues>();
  const [at, setAt] = useState(0);
  const version = `${standing?.state ?? ''} ${standing?.done ?? 0} ${standing?.failed ?? 0} ${standing?.item?.index ?? 0}`;
  useEffect(() => {
    setAt(0);
    setLoaded(undefined);
  }, [run, step]);
  useEffect(() => {
    if (step === undefined) return;
    let isGone = false;
    // A loop of thousands of rounds must not ask thousands of times.
    const timer = setTimeout(() => void valuesOf(run, step).then((values) => !isGone && setLoaded(values)), 80);
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [run, step, version]);
  if (step === undefined)
    return (
      <Empty icon="search" title={t('run.values')}>
        {t('run.valuesChoose')}
      </Empty>
    );
  if (!loaded) return null;
  const title = t('run.valuesOf', { step: stepName(view, step, boot) });
  const value = loaded.values[Math.min(at, loaded.values.length - 1)];
  if (!value)
    return (
      <Empty icon="search" title={title}>
        {t(loaded.kept ? 'run.valuesNone' : 'run.valuesGone')}
      </Empty>
    );
  const place = loaded.values.indexOf(value);
  return (
    <div className="run-values" data-values={step}>
      <div className="run-values-head">
        <div className="run-values-title">
          <strong>{title}</strong>
          <span className="run-values-when">
            {value.round === undefined ? '' : `${t('run.roundBare', { index: value.round })} · `}
            {formatTime(value.at, 'time')}
          </span>
        </div>
        <IconButton icon="up" label={t('run.newer')} isDisabled={place === 0} onPress={() => setAt(place - 1)} />
        <span>{t('run.valueAt', { at: place + 1, count: loaded.values.length })}</span>
        <IconButton icon="down" label={t('run.older')} isDisabled={place >= loaded.values.length - 1} onPress={() => setAt(place + 1)} />
      </div>
      {value.input !== undefined && <JsonTree key={`i${value.at}`} name={t('run.input')} value={value.input} />}
      {value.output !== undefined && <JsonTree key={`o${value.at}`} name={t('run.output')} value={value.output} />}
    </div>
  );
}

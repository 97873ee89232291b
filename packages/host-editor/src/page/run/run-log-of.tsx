import { useEffect, useState } from 'react';
import type { RunLine, RunListed } from '../../api.ts';
import { saveAs, stream } from '../client.ts';
import { formatTime, useText } from '../text/text.ts';
import { IconButton } from '../ui/index.ts';
import { RunLog } from './run-log.tsx';
import { RunView } from './run-view.ts';
import { StateBadge } from './state-badge.tsx';
import { ValuesPanel } from './values-panel.tsx';

/** One run of the history: its log, the values that are left, and a copy of the log to take along. */
export function RunLogOf({ listed }: { readonly listed: RunListed }) {
  const t = useText();
  const [view] = useState(() => new RunView({ ...listed, handledErrors: 0 }));
  const [, setCount] = useState(0);
  const [step, setStep] = useState<string>();
  useEffect(() => {
    const gone = new AbortController();
    void (async () => {
      let told = performance.now();
      for await (const line of stream<RunLine>('GET', `runs/${listed.run}/events?after=${view.seq}`, undefined, gone.signal)) {
        view.take(line);
        if (performance.now() - told < 100) continue;
        told = performance.now();
        setCount(view.seq);
      }
      setCount(view.seq + 1);
    })().catch(() => undefined);
    return () => gone.abort();
  }, [listed.run, view]);
  return (
    <div className="card runs-detail">
      <div className="run-head">
        <StateBadge state={listed.state} />
        <strong>{listed.name}</strong>
        <span className="run-head-note">{formatTime(listed.startedAt)}</span>
        <IconButton icon="download" label={t('run.download')} onPress={() => download(view)} />
      </div>
      <div className="run-panel">
        <div className="run-left">
          <RunLog view={view} chosen={step} onChoose={setStep} />
        </div>
        <div className="run-right">
          <ValuesPanel view={view} step={step} />
        </div>
      </div>
    </div>
  );
}

const download = ({ rows, listed }: RunView): void =>
  saveAs(
    new Blob(
      rows.map((line) => `${JSON.stringify(line)}\n`),
      { type: 'application/jsonl' },
    ),
    `${listed.run}.jsonl`,
  );

import { useEffect, useState } from 'react';
import type { RunListed } from '../../api.ts';
import { call } from '../client.ts';
import { addressOf, go, useRoute } from '../navigation.ts';
import { RunLogOf } from '../run/run-log-of.tsx';
import { StateBadge } from '../run/state-badge.tsx';
import '../run/run.css';
import { formatDuration, formatTime, useText } from '../text/text.ts';
import { Badge, Empty, IconButton } from '../ui/index.ts';

const REFRESH_MS = 3000;

/** Every run of this folder, newest first, with its log. */
export function RunsScreen() {
  const t = useText();
  const { detail } = useRoute();
  const [runs, setRuns] = useState<readonly RunListed[]>();
  useEffect(() => {
    const load = () => call<RunListed[]>('GET', 'runs').then(setRuns, () => setRuns((before) => before ?? []));
    void load();
    const timer = setInterval(() => void load(), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  if (!runs) return null;
  if (runs.length === 0)
    return (
      <Empty icon="history" title={t('run.historyNone')}>
        {t('run.historyNoneHint')}
      </Empty>
    );
  const chosen = runs.find(({ run }) => run === detail);
  return (
    <div className="screen">
      <div className="screen-inner">
        <div className="screen-head">
          <h1>{t('run.history')}</h1>
        </div>
        {chosen && <RunLogOf key={chosen.run} listed={chosen} />}
        <div className="card">
          <table className="runs-table">
            <thead>
              <tr>
                <th>{t('run.automation')}</th>
                <th>{t('run.when')}</th>
                <th>{t('run.took')}</th>
                <th>{t('run.result')}</th>
                <th />
              </tr>
            </thead>
            <tbody>
              {runs.map((listed) => (
                <Line key={listed.run} listed={listed} />
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </div>
  );
}

function Line({ listed: { run, name, file, state, mode, startedAt, ms, handledErrors } }: { readonly listed: RunListed }) {
  const t = useText();
  return (
    <tr data-run={run} data-state={state}>
      <td>
        <a href={addressOf('runs', run)}>{name}</a>
      </td>
      <td>{formatTime(startedAt)}</td>
      <td>{ms === undefined ? '' : formatDuration(ms)}</td>
      <td>
        <StateBadge state={state} /> {mode === 'dry-run' && <Badge tone="accent">{t('run.mode.dry-run')}</Badge>}{' '}
        {handledErrors > 0 && <Badge tone="warn">{t('run.handled', { count: handledErrors })}</Badge>}
      </td>
      <td>
        <IconButton icon="edit" label={t('run.open')} onPress={() => go('editor', file)} />
      </td>
    </tr>
  );
}

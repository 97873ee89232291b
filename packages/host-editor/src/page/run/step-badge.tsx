import { formatDuration, useText } from '../text/text.ts';
import { visible } from '../text/visible.ts';
import { Badge, type IconName } from '../ui/index.ts';
import type { StepRun } from './run-store.ts';

const LOOKS = {
  running: ['accent', 'spinner'],
  done: ['good', 'done'],
  failed: ['bad', 'error'],
  handled: ['warn', 'warning'],
  skipped: ['neutral', 'off'],
  planned: ['accent', 'show'],
  paused: ['warn', 'pause'],
  stopped: ['neutral', 'stop'],
} as const satisfies Readonly<Record<StepRun['state'], readonly [string, IconName]>>;

/** How a step stands in the run: its state, how often it was done and failed, and the mail that a loop is at. */
export function StepBadge({ run: { state, done, failed, ms, item } }: { readonly run: StepRun }) {
  const t = useText();
  const [tone, icon] = LOOKS[state];
  const counts = failed > 0 ? `${done} / ${failed}` : done > 0 ? String(done) : '';
  const time = done <= 1 && failed === 0 && ms !== undefined ? formatDuration(ms) : '';
  const isBusy = state === 'running' || state === 'paused';
  return (
    <>
      {isBusy && item?.subject !== undefined && <span className="step-mail">{visible(item.subject)}</span>}
      <Badge tone={tone} icon={icon}>
        <span className="visually-hidden">
          {t(`run.step.${state}`)}
          {failed > 0 && ` ${t('run.stepCounts', { done, failed })}`}
        </span>
        <span aria-hidden={failed > 0}>{time === '' ? counts : time}</span>
      </Badge>
    </>
  );
}
